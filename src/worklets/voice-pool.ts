/**
 * Chooses the voice that plays a note. There are twice as many as may sound, so that a voice that is stolen fades while
 * the new note starts at once. Everything but the constructor runs inside `process()` and does not allocate.
 */
import type { ResamplingKernel } from '../audio/resampler.js';
import type { EventQueue } from './event-queue.js';
import type { EnvelopeShape } from './envelope.js';
import type { NoteBank } from './note-bank.js';
import { Voice } from './voice.js';

const MAX_VOICES = 64;

export class VoicePool {
  readonly voices: readonly Voice[];
  private readonly polyphony: number;
  private order = 0;

  constructor(
    polyphony: number,
    bank: NoteBank,
    shape: EnvelopeShape,
    kernels: readonly ResamplingKernel[],
    sampleRate: number,
  ) {
    this.polyphony = Math.min(MAX_VOICES, Math.max(1, Math.floor(polyphony)));
    this.voices = Array.from(
      { length: 2 * this.polyphony },
      () => new Voice(bank, shape, kernels, sampleRate),
    );
  }

  /** It is true where a voice wants to sound and has no samples. */
  get starved(): boolean {
    for (let i = 0; i < this.voices.length; i++) if (this.voices[i].starved) return true;
    return false;
  }

  /** Plays a note-on of the queue. */
  press(events: EventQueue, event: number, renderedPitch: number): void {
    this.damp(events.value[event], events.channel[event]);
    if (this.sounding() >= this.polyphony) this.voices[this.toSteal()].kill();
    this.voices[this.free()].press(events, event, renderedPitch, ++this.order);
  }

  /** A string that is struck again does not ring twice: what still sounds of the same pitch and channel fades. */
  private damp(pitch: number, channel: number): void {
    for (let i = 0; i < this.voices.length; i++) {
      const voice = this.voices[i];
      const same = voice.pitch === pitch && voice.channel === channel;
      if (same && voice.busy && !voice.keyDown && !voice.dying) voice.kill();
    }
  }

  private sounding(): number {
    let count = 0;
    for (let i = 0; i < this.voices.length; i++) {
      if (this.voices[i].busy && !this.voices[i].dying) count++;
    }
    return count;
  }

  /** The quietest of those that were let go, else the oldest. */
  private toSteal(): number {
    const { voices } = this;
    let released = -1;
    let oldest = -1;
    for (let i = 0; i < voices.length; i++) {
      const voice = voices[i];
      if (!voice.busy || voice.dying) continue;
      if (oldest < 0 || voice.order < voices[oldest].order) oldest = i;
      if (voice.held) continue;
      if (released < 0 || voice.loudness < voices[released].loudness) released = i;
    }
    return released >= 0 ? released : oldest;
  }

  /** An idle one, else (more notes than voices within the fade of some ms) the quietest of those that fade. */
  private free(): number {
    const { voices } = this;
    let quietest = -1;
    for (let i = 0; i < voices.length; i++) {
      const voice = voices[i];
      if (!voice.busy) return i;
      if (voice.dying && (quietest < 0 || voice.loudness < voices[quietest].loudness)) quietest = i;
    }
    return quietest;
  }
}
