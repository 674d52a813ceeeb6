/** A voice engine with a clock, as tests play it. */
import { findLoop } from '../audio/loop.js';
import { noteGain } from '../audio/level.js';
import { fitTone, rmsOf, toDecibels } from '../audio/measure.testing.js';
import { frequencyOf, organ } from '../audio/synthetic-note.testing.js';
import type { NoteEnd } from '../messages/note-audio.js';
import type {
  Envelope,
  VoiceCommand,
  VoiceProcessorOptions,
  VoiceReport,
} from '../messages/voice-processor.js';
import { VoiceEngine } from './voice-engine.js';

export const PLAIN_ENVELOPE: Envelope = { attack: 0.004, decay: 0.1, sustain: 1, release: 0.25 };

export class PlayedEngine {
  readonly engine: VoiceEngine;
  readonly answers: VoiceReport[] = [];
  frame = 0;
  private last = new Float32Array(2);

  constructor(
    readonly sampleRate = 48000,
    options: Partial<VoiceProcessorOptions> = {},
    private readonly quantum = 128,
  ) {
    this.engine = new VoiceEngine(
      { voices: 16, noteSlots: 24, envelope: PLAIN_ENVELOPE, pitchRange: [24, 84], ...options },
      sampleRate,
    );
    this.send({ type: 'timbre', timbre: 1 });
    this.answers.length = 0;
  }

  send(command: VoiceCommand): void {
    this.engine.receive(command, this.frame, (report) => this.answers.push(report));
  }

  noteOn(note: number, pitch: number, { gain = 1, time = 0, channel = 0, bend = 0 } = {}): void {
    this.send({ type: 'noteOn', note, pitch, channel, bend, gain, time });
  }

  noteOff(note: number, time = 0): void {
    this.send({ type: 'noteOff', note, time });
  }

  /** Stores a whole note, its loop found as in the worker. */
  store(timbre: number, pitch: number, audio: Float32Array): void {
    const { samples, ...end } = findLoop(audio);
    const slot = this.begin(timbre, pitch, noteGain(samples));
    this.append(slot, samples, 0, samples.length);
    this.end(slot, end);
  }

  begin(timbre: number, pitch: number, gain = 1): number {
    return this.engine.bank.beginNote({ timbre, pitch, gain });
  }

  end(slot: number, end: NoteEnd): void {
    this.engine.bank.endNote(slot, end);
  }

  append(slot: number, samples: Float32Array, from: number, to: number): void {
    this.engine.bank.appendSamples(slot, samples, from, to - from);
  }

  play(seconds: number): Float32Array {
    const quanta = Math.ceil((seconds * this.sampleRate) / this.quantum);
    const sound = new Float32Array(quanta * this.quantum);
    for (let i = 0; i < quanta; i++) {
      this.engine.process(sound.subarray(i * this.quantum, (i + 1) * this.quantum), this.frame);
      this.frame += this.quantum;
    }
    this.last = sound.slice(-2);
    return sound;
  }

  /** Plays as {@link play} does, led by the last two samples of before: a click where the two meet is in it. */
  playOn(seconds: number): Float32Array {
    const { last } = this;
    return Float32Array.from([...last, ...this.play(seconds)]);
  }

  report(): Extract<VoiceReport, { type: 'report' }> {
    this.send({ type: 'requestReport' });
    const report = this.answers.pop();
    if (report?.type !== 'report') throw new Error('No report');
    return report;
  }
}

export const peakOf = (sound: Float32Array) => sound.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
export const levelOf = (sound: Float32Array) => toDecibels(rmsOf(sound));

/** An engine at 48 kHz that holds `organ` at the given pitches. */
export function withOrgan(...pitches: number[]): PlayedEngine {
  const played = new PlayedEngine(48000);
  for (const pitch of pitches) played.store(1, pitch, organ(pitch));
  return played;
}

/** Level of the fundamental of `pitch` in a sound at 48 kHz, dB. */
export function fundamental(sound: Float32Array, pitch: number): number {
  return toDecibels(fitTone(sound, frequencyOf(pitch) / 48000).amplitude);
}
