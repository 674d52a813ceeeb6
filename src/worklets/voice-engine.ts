/**
 * The instrument on the audio thread, without anything of AudioWorkletGlobalScope: commands in, samples out.
 *
 * `receive` runs in the port's message handler, between quanta, and may allocate and answer. `process`, and
 * all that it calls, neither allocates, locks, waits nor posts: what it needs was made in the constructor.
 */
import { createKernels } from '../audio/resampler.js';
import type { VoiceCommand, VoiceProcessorOptions, VoiceReport } from '../messages/voice-processor.js';
import type { NoteAudioReader } from '../ring/note-audio-stream.js';
import { openReader } from '../ring/transport.js';
import { EnvelopeShape } from './envelope.js';
import {
  ALL_NOTES_OFF,
  EventQueue,
  NO_CHANNEL,
  NO_NOTE,
  NOTE_OFF,
  NOTE_ON,
  PITCH_BEND,
  SOSTENUTO,
  SUSTAIN,
} from './event-queue.js';
import { Limiter } from './limiter.js';
import { LiveNotes } from './live-notes.js';
import { NoteBank } from './note-bank.js';
import { PhaseAligner } from './phase-alignment.js';
import { PitchBend } from './pitch-bend.js';
import { TimbreHistory } from './timbre-history.js';
import { BLOCK_FRAMES, type Voice } from './voice.js';
import { VoicePool } from './voice-pool.js';

/** Samples taken from the rings per frame of a quantum: 4096 in 128 frames, a note in 16 quanta. */
const POLL_SAMPLES_PER_FRAME = 32;
const MAX_POLL_SAMPLES = 16384;
/** Cross-fades that may begin in one block: each costs an alignment. */
const CROSS_FADES_PER_BLOCK = 2;

export class VoiceEngine {
  readonly bank: NoteBank;
  private readonly pool: VoicePool;
  private readonly live: LiveNotes;
  private readonly events = new EventQueue();
  private readonly shape: EnvelopeShape;
  private readonly aligner: PhaseAligner;
  private readonly bend: PitchBend;
  private readonly limiter: Limiter;
  private readonly timbres = new TimbreHistory();
  private readonly scratch = new Float32Array(BLOCK_FRAMES);
  private readonly lowestPitch: number;
  private readonly highestPitch: number;
  private readonly gain: number;
  private sources: NoteAudioReader[] = [];
  private nextSource = 0;
  private pedalDown = false;
  private closed = false;
  /** Held in an array: a number in a field of its own would be allocated anew whenever it changes. */
  private readonly peak = new Float32Array(1);
  private starvedQuanta = 0;

  /** @param sampleRate of the context, Hz */
  constructor(
    options: VoiceProcessorOptions,
    private readonly sampleRate: number,
  ) {
    [this.lowestPitch, this.highestPitch] = options.pitchRange;
    this.gain = options.gain ?? 1;
    this.bank = new NoteBank(options.noteSlots, options.liveNotes);
    this.shape = new EnvelopeShape(options.envelope, sampleRate);
    this.aligner = new PhaseAligner(this.bank);
    this.bend = new PitchBend(sampleRate);
    this.limiter = new Limiter(sampleRate);
    this.pool = new VoicePool(options.voices, this.bank, this.shape, createKernels(), sampleRate);
    const { bank, events, timbres, pool } = this;
    this.live = new LiveNotes({ bank, events, timbres, voices: pool.voices });
  }

  /** It is false when the node was given up. */
  get open(): boolean {
    return !this.closed;
  }

  /**
   * Takes a command. Message handler only: allocates, and answers through `reply`.
   * @param frame of the context's clock, now
   */
  receive(command: VoiceCommand, frame: number, reply: (report: VoiceReport) => void): void {
    switch (command.type) {
      case 'noteOn':
        if (!(command.pitch >= 0 && command.pitch <= 127 && command.gain > 0)) return;
        this.makeRoom();
        this.events.add(
          this.frameOf(command.time, frame),
          NOTE_ON,
          command.pitch,
          command.note,
          command.channel,
          Math.min(1, command.gain),
          command.bend,
          command.cutoff,
        );
        this.reportMissing(this.renderedPitch(command.pitch), reply);
        return;
      case 'noteOff':
        if (command.lasts !== undefined) {
          const begin = Math.max(this.events.frameOfNoteOn(command.note), frame);
          this.schedule(begin / this.sampleRate + command.lasts, frame, NOTE_OFF, 0, command.note);
          return;
        }
        this.events.dropNotesAfter(this.frameOf(command.time, frame), command.note);
        this.schedule(command.time, frame, NOTE_OFF, 0, command.note);
        return;
      case 'sustain':
        this.schedule(command.time, frame, SUSTAIN, command.down ? 1 : 0);
        return;
      case 'sostenuto':
        this.schedule(command.time, frame, SOSTENUTO, command.down ? 1 : 0, NO_NOTE, command.channel);
        return;
      case 'allNotesOff':
        this.events.dropNotesAfter(this.frameOf(command.time, frame));
        this.schedule(command.time, frame, ALL_NOTES_OFF, 0);
        return;
      case 'allSoundOff':
        this.silence(command.channel ?? NO_CHANNEL, frame);
        return;
      case 'pitchBend':
        if (Number.isFinite(command.semitones))
          this.schedule(command.time, frame, PITCH_BEND, command.semitones, command.note, command.channel);
        return;
      case 'envelope':
        this.shape.set(command.envelope);
        return;
      case 'timbre':
        this.timbres.set(command.timbre);
        this.bank.version++;
        this.reportMissingOfHeld(reply);
        return;
      case 'addSource':
        this.sources.push(openReader(command.transport, this.bank));
        return;
      case 'connectLive':
        this.live.connect(command.port);
        return;
      case 'close':
        this.live.close();
        for (const source of this.sources) source.close();
        this.sources = [];
        this.closed = true;
        return;
      case 'requestReport':
        // A context that does not run empties no ring in `process`; the writers would wait for ever.
        this.poll(MAX_POLL_SAMPLES);
        reply(this.report());
    }
  }

  /**
   * Fills `output`, of any length. Audio thread; does not allocate.
   * @param frame of the context's clock at the first sample
   */
  process(output: Float32Array, frame: number): void {
    const frames = output.length;
    this.poll(Math.min(MAX_POLL_SAMPLES, frames * POLL_SAMPLES_PER_FRAME));
    output.fill(0);
    for (let at = 0; at < frames;) {
      const end = this.applyEvents(frame + at, Math.min(BLOCK_FRAMES, frames - at));
      this.updateVoices();
      this.render(output, at, end);
      at += end;
    }
    this.amplify(output);
    this.limiter.apply(output);
    this.measure(output);
    this.live.watch();
    if (this.pool.starved) this.starvedQuanta++;
  }

  private poll(maxSamples: number): void {
    const { sources } = this;
    let left = maxSamples;
    for (let i = 0; i < sources.length && left > 0; i++) {
      this.nextSource = (this.nextSource + 1) % sources.length;
      left -= sources[this.nextSource].poll(left);
    }
  }

  private schedule(
    time: number,
    now: number,
    kind: number,
    value: number,
    note = NO_NOTE,
    channel = NO_CHANNEL,
  ): void {
    this.makeRoom();
    this.events.add(this.frameOf(time, now), kind, value, note, channel);
  }

  /** A full queue does not wait for its first event. */
  private makeRoom(): void {
    if (!this.events.full) return;
    this.apply(0);
    this.events.drop(1);
  }

  /** Message handler only. What was sent before and is due happens: it may be the end of a pedal or a bend. */
  private silence(channel: number, frame: number): void {
    this.applyEvents(frame, 0);
    this.events.dropNotesAfter(frame, NO_NOTE, channel);
    for (const voice of this.pool.voices) {
      if (voice.busy && (channel === NO_CHANNEL || voice.channel === channel)) voice.kill();
    }
  }

  private frameOf(time: number, now: number): number {
    return time > 0 ? Math.max(now, Math.round(time * this.sampleRate)) : now;
  }

  /** @returns frames from `frame` on, at most `frames`, until the next event */
  private applyEvents(frame: number, frames: number): number {
    const { events } = this;
    let due = 0;
    while (due < events.length && events.frame[due] <= frame) this.apply(due++);
    if (due > 0) events.drop(due);
    if (events.length === 0) return frames;
    return Math.min(frames, events.frame[0] - frame);
  }

  private apply(event: number): void {
    const { events, pool } = this;
    switch (events.kind[event]) {
      case NOTE_ON:
        pool.press(events, event, this.renderedPitch(events.value[event]));
        return;
      case NOTE_OFF:
        for (let i = 0; i < pool.voices.length; i++) {
          const voice = pool.voices[i];
          if (voice.keyDown && voice.note === events.note[event]) voice.lift(this.pedalDown);
        }
        return;
      case SUSTAIN:
        this.pedalDown = events.value[event] > 0;
        if (this.pedalDown) return;
        for (let i = 0; i < pool.voices.length; i++) pool.voices[i].liftPedal();
        return;
      case SOSTENUTO:
        this.applySostenuto(event);
        return;
      case ALL_NOTES_OFF:
        for (let i = 0; i < pool.voices.length; i++) {
          if (pool.voices[i].held) pool.voices[i].release();
        }
        return;
      case PITCH_BEND:
        this.applyBend(event);
    }
  }

  private applySostenuto(event: number): void {
    const { events, pool } = this;
    const channel = events.channel[event];
    for (let i = 0; i < pool.voices.length; i++) {
      const voice = pool.voices[i];
      if (channel !== NO_CHANNEL && voice.channel !== channel) continue;
      if (events.value[event] === 0) voice.letGoCaught(this.pedalDown);
      else if (voice.keyDown) voice.caught = true;
    }
  }

  private applyBend(event: number): void {
    const { events, pool } = this;
    const note = events.note[event];
    const channel = events.channel[event];
    if (note === NO_NOTE && channel === NO_CHANNEL) return this.bend.setTarget(events.value, event);
    for (let i = 0; i < pool.voices.length; i++) {
      const voice = pool.voices[i];
      const meant = note === NO_NOTE ? voice.channel === channel : voice.note === note;
      if (voice.busy && meant) voice.bend.setTarget(events.value, event);
    }
  }

  /** Starts voices that wait, and cross-fades those for which better audio has come. */
  private updateVoices(): void {
    const { bank, pool } = this;
    let crossFades = this.leaveDry();
    for (let i = 0; i < pool.voices.length; i++) {
      const voice = pool.voices[i];
      if (!voice.held || voice.seenVersion === bank.version || voice.fading) continue;
      if (voice.waiting) {
        const slot = this.toBegin(voice);
        if (slot >= 0) voice.play(slot);
        voice.seenVersion = bank.version;
        continue;
      }
      if (crossFades >= CROSS_FADES_PER_BLOCK) continue;
      const slot = this.better(voice);
      if (slot < 0) {
        voice.seenVersion = bank.version;
        continue;
      }
      if (voice.crossFade(slot, this.aligner)) crossFades++;
    }
  }

  /**
   * Voices that are about to run dry go over to a whole note, before anything else: in time nothing of that is heard but the change.
   * @returns the number of voices that went over
   */
  private leaveDry(): number {
    const { bank, pool, live } = this;
    let left = 0;
    for (let i = 0; i < pool.voices.length && left < CROSS_FADES_PER_BLOCK; i++) {
      const voice = pool.voices[i];
      if (!voice.runsOut || voice.fading || voice.dryVersion === bank.version) continue;
      const { slot } = voice;
      const whole = this.choose(voice.renderedPitch, true);
      if (whole < 0) voice.dryVersion = bank.version;
      else if (voice.crossFade(whole, this.aligner)) {
        live.giveUp(slot);
        left++;
      }
    }
    return left;
  }

  /** The slot that a voice begins with: a whole note where there is one, else what is decoded for it. */
  private toBegin(voice: Voice): number {
    const slot = this.choose(voice.renderedPitch, false);
    return slot >= 0 ? slot : this.live.find(voice);
  }

  /** The slot a voice should cross-fade to, or -1: what is decoded for it, else its own pitch in the current timbre. */
  private better(voice: Voice): number {
    const { bank, timbres, live } = this;
    const decoded = live.find(voice);
    if (decoded >= 0 && decoded === voice.slot) return -1;
    if (decoded >= 0 && voice.isReadyFor(decoded)) return decoded;
    if (bank.isAbandoned(voice.slot)) return this.choose(voice.renderedPitch, false);
    const { current } = timbres;
    if (bank.timbre[voice.slot] === current && bank.pitch[voice.slot] === voice.renderedPitch) return -1;
    return bank.find(current, voice.renderedPitch);
  }

  /**
   * The note itself, else the nearest of its timbre, else the nearest of the timbre before, and so on.
   * @param whole nothing of it is still to come
   */
  private choose(pitch: number, whole: boolean): number {
    const { bank, timbres } = this;
    for (let age = 0; age < timbres.length; age++) {
      const timbre = timbres.at(age);
      const exact = bank.find(timbre, pitch);
      const slot = exact >= 0 ? exact : bank.findNearest(timbre, pitch);
      if (slot >= 0 && !(whole && !bank.isComplete(slot))) return slot;
    }
    return -1;
  }

  private render(output: Float32Array, at: number, frames: number): void {
    const { pool, scratch, bend } = this;
    bend.advance(frames);
    for (let i = 0; i < pool.voices.length; i++) {
      const voice = pool.voices[i];
      if (voice.busy) voice.addTo(output, at, frames, scratch, bend);
    }
  }

  private amplify(output: Float32Array): void {
    const { gain } = this;
    if (gain !== 1) for (let i = 0; i < output.length; i++) output[i] *= gain;
  }

  private measure(output: Float32Array): void {
    const { peak } = this;
    for (let i = 0; i < output.length; i++) {
      const size = Math.abs(output[i]);
      if (size > peak[0]) peak[0] = size;
    }
  }

  private renderedPitch(pitch: number): number {
    return Math.min(this.highestPitch, Math.max(this.lowestPitch, Math.round(pitch)));
  }

  private reportMissingOfHeld(reply: (report: VoiceReport) => void): void {
    const held = this.pool.voices.filter((voice) => voice.held);
    for (const pitch of new Set(held.map((voice) => voice.renderedPitch))) this.reportMissing(pitch, reply);
  }

  private reportMissing(pitch: number, reply: (report: VoiceReport) => void): void {
    const timbre = this.timbres.current;
    if (!this.bank.expects(timbre, pitch)) reply({ type: 'missing', timbre, pitch });
  }

  private report(): VoiceReport {
    const report: VoiceReport = {
      type: 'report',
      activeVoices: this.pool.voices.filter((voice) => voice.busy).length,
      liveVoices: this.pool.voices.filter((voice) => voice.busy && this.bank.isLive(voice.slot)).length,
      peak: this.peak[0],
      starvedQuanta: this.starvedQuanta,
      stored: this.bank.stored(),
    };
    this.peak[0] = 0;
    return report;
  }
}
