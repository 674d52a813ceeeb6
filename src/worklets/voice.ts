/**
 * One sounding note: what it reads, from where it cross-fades to what, its envelope and its gain. Everything
 * here runs inside `process()` and does not allocate.
 */
import type { ResamplingKernel } from '../audio/resampler.js';
import { NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import type { EventQueue } from './event-queue.js';
import { EnvelopeGenerator, type EnvelopeShape } from './envelope.js';
import type { NoteBank } from './note-bank.js';
import type { PhaseAligner } from './phase-alignment.js';
import { LowPass } from './low-pass.js';
import { PitchBend } from './pitch-bend.js';
import { Playhead, type BendOfBlock } from './playhead.js';

/** Cross-fade to better note audio, seconds: long enough to be no event, short enough to follow a moving pad. */
const CROSS_FADE = 0.05;
/** The fade of a voice that is stolen or silenced, seconds. */
const QUICK_FADE = 0.006;

/** A voice whose samples do not last for longer, seconds, leaves them for a whole note. */
const RUNS_OUT = 0.03;

/** A note that is decoded while it sounds needs as much before it as is compared with what sounds; the rest comes in time. */
const LIVE_LEAD = 1536;
/** So much of a note has to lie behind, or the place in phase may not be found. */
const LIVE_EARLIEST = 512;

export const BLOCK_FRAMES = 128;

export class Voice {
  /** Number of the note-on, and of the channel that bends and silences it. */
  note = 0;
  channel = 0;
  /** MIDI pitch that sounds, and the one it is rendered at. */
  pitch = 60;
  renderedPitch = 60;
  /** Rises from note-on to note-on. */
  order = 0;
  busy = false;
  /** The key is down. */
  keyDown = false;
  /** The key is up, a pedal down. */
  pedalled = false;
  /** The sostenuto pedal holds it. */
  caught = false;
  /** Its own bend, besides that of all. */
  readonly bend: PitchBend;
  /** On its way out within milliseconds. */
  dying = false;
  /** {@link NoteBank.version} at which better audio was looked for. */
  seenVersion = 0;
  /** {@link NoteBank.version} at which a whole note was looked for, because its samples run out. */
  dryVersion = 0;

  private gain = 0.5;
  private readonly envelope: EnvelopeGenerator;
  private readonly lowPass: LowPass;
  private readonly ownRelease = new Float64Array(1);
  private current: Playhead;
  private previous: Playhead;
  /** Frames since the note's first sample was played. */
  private age = 0;
  private fadeFrame = 0;
  private readonly fadeFrames: number;
  /** Frames of the fade that is under way. */
  private fadeLength: number;
  private readonly runsOutFrames: number;
  private readonly quickFade: number;
  /** Samples of a note that is played at its own pitch. */
  private readonly samplesAFrame: number;
  private correlation = 0.5;
  private readonly fadeGains = new Float64Array(2);
  private readonly previousOut = new Float32Array(BLOCK_FRAMES);
  /** Its own bend and that of all. */
  private readonly bothBends: BendOfBlock = { from: 1.5, to: 1.5 };

  constructor(
    private readonly bank: NoteBank,
    shape: EnvelopeShape,
    kernels: readonly ResamplingKernel[],
    sampleRate: number,
  ) {
    this.envelope = new EnvelopeGenerator(shape);
    this.lowPass = new LowPass(sampleRate);
    this.bend = new PitchBend(sampleRate);
    this.current = new Playhead(bank, kernels, sampleRate);
    this.previous = new Playhead(bank, kernels, sampleRate);
    this.fadeLength = this.fadeFrames = Math.round(CROSS_FADE * sampleRate);
    this.runsOutFrames = Math.round(RUNS_OUT * sampleRate);
    this.quickFade = Math.round(QUICK_FADE * sampleRate);
    this.samplesAFrame = NOTE_SAMPLE_RATE / sampleRate;
  }

  get held(): boolean {
    return this.keyDown || this.pedalled;
  }

  /** Pressed, but nothing is there to play, or too little to begin. */
  get waiting(): boolean {
    return this.busy && !this.current.begun;
  }

  get starved(): boolean {
    return this.waiting || (this.busy && this.current.starved);
  }

  /** The samples that are decoded for it will be used up in a moment. */
  get runsOut(): boolean {
    const { current, bank } = this;
    if (!this.busy || this.dying || !current.begun || !bank.isLive(current.slot)) return false;
    return current.framesLeft < this.runsOutFrames;
  }

  get fading(): boolean {
    return this.previous.active;
  }

  /** The slot of the bank; -1 while waiting. */
  get slot(): number {
    return this.current.slot;
  }

  /** Samples of a slot that lie before the place where it reads it, or would read it. */
  aheadIn(slot: number): number {
    const { bank, current } = this;
    if (this.slot === slot) return current.ahead;
    return bank.available[slot] - this.age * this.samplesAFrame * 2 ** ((this.pitch - bank.pitch[slot]) / 12);
  }

  /** A note that is decoded while it sounds can be gone over to: enough of it lies before the place that is heard, and behind it. */
  isReadyFor(slot: number): boolean {
    const { bank } = this;
    const place = this.age * this.samplesAFrame * 2 ** ((this.pitch - bank.pitch[slot]) / 12);
    return place >= LIVE_EARLIEST && bank.available[slot] >= place + LIVE_LEAD;
  }

  /** The loudness, for the choice of the voice to steal. */
  get loudness(): number {
    return this.gain * this.envelope.level;
  }

  /** Presses the key as a note-on of the queue says; the voice waits until {@link play}. */
  press(events: EventQueue, event: number, renderedPitch: number, order: number): void {
    this.end();
    this.note = events.note[event];
    this.channel = events.channel[event];
    this.pitch = events.value[event];
    this.renderedPitch = renderedPitch;
    this.gain = events.gain[event];
    this.lowPass.begin(events.cutoff[event]);
    this.bend.reset(events.bend, event);
    this.order = order;
    this.busy = true;
    this.keyDown = true;
    this.pedalled = false;
    this.dying = false;
    this.seenVersion = this.dryVersion = 0;
  }

  /** Starts the note from its beginning. */
  play(slot: number): void {
    this.current.start(slot, this.pitch);
    this.envelope.start();
    this.age = 0;
  }

  /**
   * Cross-fades to the note in `slot`, in phase and at the same age, in as much time as what sounds lasts.
   * @returns false while too few of its samples are there
   */
  crossFade(slot: number, aligner: PhaseAligner): boolean {
    const { current, previous, bank } = this;
    previous.take(current);
    current.start(slot, this.pitch);
    current.seek(this.age);
    const live = bank.isLive(slot);
    const needed = current.position + (live ? LIVE_LEAD : this.fadeFrames * current.unbentStep * 2 + 4096);
    const early = live && current.position < LIVE_EARLIEST;
    if (early || (!bank.isComplete(slot) && bank.available[slot] < needed)) {
      current.take(previous);
      return false;
    }
    aligner.align(previous, current);
    this.correlation = aligner.correlation;
    this.fadeFrame = 0;
    this.fadeLength = Math.max(this.quickFade, Math.min(this.fadeFrames, previous.framesLeft));
    return true;
  }

  /** The key comes up. */
  lift(pedalDown: boolean): void {
    this.keyDown = false;
    this.pedalled = pedalDown || this.caught;
    if (!this.pedalled) this.release();
  }

  release(): void {
    this.keyDown = this.pedalled = this.caught = false;
    if (this.waiting) this.end();
    else if (!this.dying) {
      this.bank.findRelease(this.slot, this.pitch, this.ownRelease);
      this.envelope.release(this.ownRelease);
    }
  }

  /** The sustain pedal comes up. */
  liftPedal(): void {
    if (this.pedalled && !this.caught) this.release();
  }

  /** The sostenuto pedal comes up. */
  letGoCaught(pedalDown: boolean): void {
    this.caught = false;
    if (this.pedalled && !pedalDown) this.release();
  }

  /** Fades within milliseconds. */
  kill(): void {
    this.keyDown = this.pedalled = this.caught = false;
    this.dying = true;
    if (this.waiting) this.end();
    else this.envelope.fade(this.quickFade);
  }

  end(): void {
    this.current.stop();
    this.previous.stop();
    this.envelope.stop();
    this.busy = this.keyDown = this.pedalled = this.caught = this.dying = false;
  }

  /** Adds `frames` frames to `mix[at]` and on. `scratch` holds a block, `bend` is that of all voices. */
  addTo(mix: Float32Array, at: number, frames: number, scratch: Float32Array, bend: BendOfBlock): void {
    if (!this.current.active) return;
    const { bothBends } = this;
    this.bend.advance(frames);
    bothBends.from = this.bend.from * bend.from;
    bothBends.to = this.bend.to * bend.to;
    this.current.read(scratch, frames, bothBends);
    if (this.waiting) return;

    if (this.previous.active) this.mixPrevious(scratch, frames, bothBends);
    this.lowPass.apply(scratch, frames);
    this.envelope.apply(scratch, frames);
    const { gain } = this;
    for (let i = 0; i < frames; i++) mix[at + i] += gain * scratch[i];
    this.age += frames;
    if (this.envelope.idle) this.end();
  }

  /** Gains follow their curve from block to block, and straight lines within: the curve costs a root. */
  private mixPrevious(out: Float32Array, frames: number, bend: BendOfBlock): void {
    const { previous, previousOut, fadeGains } = this;
    previous.read(previousOut, frames, bend);
    this.computeFadeGains();
    let up = fadeGains[0];
    let down = fadeGains[1];
    this.fadeFrame = Math.min(this.fadeLength, this.fadeFrame + frames);
    this.computeFadeGains();
    const upSlope = (fadeGains[0] - up) / frames;
    const downSlope = (fadeGains[1] - down) / frames;
    for (let i = 0; i < frames; i++) {
      out[i] = up * out[i] + down * previousOut[i];
      up += upSlope;
      down += downSlope;
    }
    if (this.fadeFrame === this.fadeLength) previous.stop();
  }

  /** Gains of the new audio and the old: constant power for two signals of the correlation that was measured. */
  private computeFadeGains(): void {
    const t = this.fadeFrame / this.fadeLength;
    const up = t * t * (3 - 2 * t);
    const down = 1 - up;
    const power = Math.sqrt(up * up + down * down + 2 * this.correlation * up * down);
    this.fadeGains[0] = up / power;
    this.fadeGains[1] = down / power;
  }
}
