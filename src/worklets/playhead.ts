/**
 * Reads one note of the bank: from its first sample, then round its loop for as long as it is asked to.
 * Everything here runs inside `process()` and does not allocate.
 */
import { MAX_STEP, resample, type ReadPosition, type ResamplingKernel } from '../audio/resampler.js';
import { NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import type { NoteBank } from './note-bank.js';

/** Frames in which sound fades where the samples have not arrived, and back. */
const FLOW_FRAMES = 128;
/** The frames that a whole note plays on. */
const ENDLESS = 2 ** 29;
/**
 * A playhead that ran dry goes on when a cushion of samples lies before it: not one chunk at a time. Each time it runs dry
 * the cushion doubles, so that a stream that comes as fast as it is heard stops a few times at most.
 */
const SMALLEST_CUSHION = 256;
const LARGEST_CUSHION = 4096;
/** Decay lowers the gain without end; below this the note has died away. -120 dB. */
const DIED_AWAY = 1e-6;
const NEPERS_PER_DECIBEL = Math.LN10 / 20;

/** The pitch bend over one block, a factor of the pitch at its first frame and one past its last. */
export interface BendOfBlock {
  from: number;
  to: number;
}

export class Playhead implements ReadPosition {
  slot = -1;
  position = 0.5;
  step = 0.5;
  stepSlope = 0.5;
  gain = 0.5;
  /** Input samples per frame without bend. */
  unbentStep = 0.5;
  /** The gain that decay has left of the note since its loop began: 1 before. */
  decayGain = 0.5;
  /** dB per second, of its timbre at the pitch that sounds. */
  private readonly decay = new Float64Array(1);
  /** {@link NoteBank.version} for which {@link decay} was found. */
  private seenVersion = 0;
  private pitch = 60.5;
  /** Something of the note was read. */
  begun = false;
  /** 1 while samples are there; falls to 0 before they run out. */
  private flow = 0.5;
  private flowing = false;
  private cushion = 0;

  constructor(
    private readonly bank: NoteBank,
    private readonly kernels: readonly ResamplingKernel[],
    private readonly sampleRate: number,
  ) {}

  get active(): boolean {
    return this.slot >= 0;
  }

  /** Samples that lie before it. */
  get ahead(): number {
    return this.bank.available[this.slot] - this.position;
  }

  /**
   * Frames that it plays on as it does now, before it has to fade because its samples end. A whole number: others may be allocated.
   */
  get framesLeft(): number {
    const { bank, slot } = this;
    if (slot < 0 || bank.isComplete(slot)) return ENDLESS;
    const step = Math.max(this.step, this.unbentStep);
    const ahead = bank.available[slot] - this.position - this.kernels[0].taps * Math.max(1, step);
    return Math.max(0, Math.floor(ahead / step) - 2 * FLOW_FRAMES);
  }

  /** It wanted to sound, but its samples have not arrived. */
  get starved(): boolean {
    return this.slot >= 0 && this.flow === 0;
  }

  /** Starts at the note's first sample, to sound at MIDI pitch `pitch`: as soon as there are samples for a block. */
  start(slot: number, pitch: number): void {
    this.stop();
    this.bank.pin(slot);
    this.slot = slot;
    this.position = 0;
    this.pitch = pitch;
    this.decayGain = 1;
    this.seenVersion = 0;
    this.flow = 0;
    this.flowing = false;
    this.cushion = 0;
    this.unbentStep = (NOTE_SAMPLE_RATE / this.sampleRate) * 2 ** ((pitch - this.bank.pitch[slot]) / 12);
  }

  stop(): void {
    if (this.slot >= 0) this.bank.unpin(this.slot);
    this.slot = -1;
    this.begun = false;
  }

  /** Becomes what `other` is, which becomes idle. */
  take(other: Playhead): void {
    this.stop();
    this.slot = other.slot;
    this.position = other.position;
    this.unbentStep = other.unbentStep;
    this.pitch = other.pitch;
    this.decayGain = other.decayGain;
    this.seenVersion = 0;
    this.flow = other.flow;
    this.flowing = other.flowing;
    this.cushion = other.cushion;
    this.begun = other.begun;
    other.slot = -1;
    other.begun = false;
  }

  /**
   * Goes to where the note would be had it begun `frames` frames ago, decayed for as long as it would have been in its loop.
   */
  seek(frames: number): void {
    const { bank, slot } = this;
    const loopStart = bank.loopStart[slot];
    const loopLength = bank.loopEnd[slot] - loopStart;
    const position = frames * this.unbentStep;
    const passes = Math.max(0, Math.floor((position - loopStart) / loopLength));
    this.position = position - passes * loopLength;
    this.look();
    const looped = Math.max(0, frames - loopStart / this.unbentStep) / this.sampleRate;
    this.decayGain = Math.exp(-this.decay[0] * NEPERS_PER_DECIBEL * looped);
  }

  /** Writes `out[0]` to `out[frames - 1]`. `frames` is at most a block. */
  read(out: Float32Array, frames: number, bend: BendOfBlock): void {
    const { bank, slot } = this;
    this.step = Math.min(MAX_STEP, this.unbentStep * bend.from);
    this.stepSlope = (Math.min(MAX_STEP, this.unbentStep * bend.to) - this.step) / frames;
    this.regulate(frames);
    if (this.starved && !this.flowing) {
      out.fill(0, 0, frames);
      return;
    }
    const live = bank.isLive(slot);
    const looping = !live && this.position >= bank.loopStart[slot];
    if (this.decayGain < DIED_AWAY) {
      out.fill(0, 0, frames);
      this.position += frames * this.step;
      this.wrap();
      return;
    }
    const base = bank.start(slot);
    const loopEnd = bank.loopEnd[slot];
    this.gain = bank.gain[slot];
    let done = 0;
    while (done < frames) {
      done = resample(this.kernels, this, bank.data, base, loopEnd, out, done, frames);
      this.wrap();
    }
    if (live) bank.played[slot - bank.slots] = this.position;
    if (looping) this.fall(out, frames);
    if (this.flow < 1 || !this.flowing) this.fade(out, frames);
  }

  /** The samples after the loop's end are those at its start: one is as good as the other. */
  private wrap(): void {
    const { bank, slot } = this;
    const loopEnd = bank.loopEnd[slot];
    while (this.position >= loopEnd) {
      this.position -= loopEnd - bank.loopStart[slot];
      if (bank.isLive(slot)) bank.goRound(slot);
    }
  }

  /** Looks what decay the notes of this timbre have: more of them come while it sounds. */
  private look(): void {
    if (this.seenVersion === this.bank.version) return;
    this.seenVersion = this.bank.version;
    this.bank.findDecay(this.slot, this.pitch, this.decay);
  }

  /** Loops are level; what decays falls here. */
  private fall(out: Float32Array, frames: number): void {
    this.look();
    let gain = this.decayGain;
    if (gain === 1 && this.decay[0] === 0) return;
    const factor = Math.exp((-this.decay[0] * NEPERS_PER_DECIBEL) / this.sampleRate);
    for (let i = 0; i < frames; i++) {
      out[i] *= gain;
      gain *= factor;
    }
    this.decayGain = gain;
  }

  /** Decides whether samples last for this block and for a fade after it. */
  private regulate(frames: number): void {
    const { bank, slot } = this;
    if (bank.isComplete(slot)) return this.flowOn();
    const taps = this.kernels[0].taps * Math.max(1, this.step);
    const ahead = bank.available[slot] - this.position - taps;
    const needed = (frames + FLOW_FRAMES) * Math.max(this.step, this.step + this.stepSlope * frames);
    if (ahead < needed) this.runDry();
    else if (!this.begun || ahead > needed + this.cushion) this.flowOn();
  }

  /** A note's first samples are heard at once, others fade in. */
  private flowOn(): void {
    if (!this.begun) this.flow = 1;
    this.begun = this.flowing = true;
  }

  private runDry(): void {
    if (this.flowing) this.cushion = Math.min(LARGEST_CUSHION, Math.max(SMALLEST_CUSHION, 2 * this.cushion));
    this.flowing = false;
  }

  private fade(out: Float32Array, frames: number): void {
    const slope = (this.flowing ? 1 : -1) / FLOW_FRAMES;
    let { flow } = this;
    for (let i = 0; i < frames; i++) {
      out[i] *= flow;
      flow = Math.min(1, Math.max(0, flow + slope));
    }
    this.flow = flow;
  }
}
