/**
 * Attack, decay, sustain, release, without clicks: attack and short releases follow 3t² - 2t³ (level and slope
 * are continuous at both ends), decay and long releases are exponential, and every segment starts at the level
 * the one before has reached.
 */
import type { Envelope } from '../messages/voice-processor.js';

/** A step from 0 to 1 in no time is a click; so is one back. Seconds. */
const MIN_ATTACK = 0.001;
const MIN_RELEASE = 0.005;
/** An exponential shorter than this begins with a corner that is heard. Seconds. */
const SHORT_RELEASE = 0.05;
/** The decay is this near to the sustain level, of what it has to go, when its time is over: -40 dB. */
const DECAY_RATIO = 0.01;
/** A note that does not tell its own release rings for so long, as far as the player lets it: a struck bar, a plucked string. Seconds. */
const UNKNOWN_RELEASE = 1;
/** The release aims this far below 0, of the level it starts at, and so meets 0 when its time is over: -60 dB. */
const RELEASE_RATIO = 0.001;
/** Below it a level counts as 0: -120 dB, and far from denormal numbers. */
const SILENCE = 1e-6;

const IDLE = 0;
const ATTACK = 1;
const DECAY = 2;
const RELEASE = 3;
const FADE = 4;

/** An {@link Envelope} at a sample rate, shared by all voices. */
export class EnvelopeShape {
  attackFrames = 1;
  /** The longest release; a note's own may be shorter. */
  private longestRelease = 0.5;
  sustain = 1;
  /** The share that is left, after one frame, of the way to the sustain level. */
  decayFactor = 0.5;
  shortReleaseFrames = 1;

  constructor(
    envelope: Envelope,
    private readonly sampleRate: number,
  ) {
    this.set(envelope);
  }

  /** Applies to segments that begin later. Numbers that make no sense are taken to the nearest that does. */
  set(envelope: Envelope): void {
    const frames = (seconds: number, least: number) =>
      Math.round(Math.min(60, seconds > least ? seconds : least) * this.sampleRate);
    this.attackFrames = frames(envelope.attack, MIN_ATTACK);
    this.longestRelease = frames(envelope.release, MIN_RELEASE) / this.sampleRate;
    this.decayFactor = Math.exp(Math.log(DECAY_RATIO) / frames(envelope.decay, MIN_ATTACK));
    this.shortReleaseFrames = Math.round(SHORT_RELEASE * this.sampleRate);
    this.sustain = envelope.sustain > 0 ? Math.min(1, envelope.sustain) : 0;
  }

  /** Frames of the release of a note. @param own [1] seconds to -60 dB; 0 where they are not known */
  releaseFrames(own: Float64Array): number {
    const seconds = Math.min(this.longestRelease, own[0] > 0 ? own[0] : UNKNOWN_RELEASE);
    return Math.max(1, Math.round(Math.max(MIN_RELEASE, seconds) * this.sampleRate));
  }
}

/** One voice's. Its methods run inside `process()` and do not allocate. */
export class EnvelopeGenerator {
  level = 0;
  private segment = IDLE;
  private from = 0;
  private target = 0;
  private factor = 0.5;
  private frame = 0;
  private fadeFrames = 1;

  constructor(private readonly shape: EnvelopeShape) {}

  get idle(): boolean {
    return this.segment === IDLE;
  }

  start(): void {
    this.from = this.level = 0;
    this.frame = 0;
    this.segment = ATTACK;
  }

  /** @param own [1] the note's release, seconds to -60 dB; the shape's is the longest. 0 where it is not known */
  release(own: Float64Array): void {
    const frames = this.shape.releaseFrames(own);
    if (frames < this.shape.shortReleaseFrames) return this.fade(frames);
    if (this.segment === IDLE) return;
    this.segment = RELEASE;
    this.target = -RELEASE_RATIO * this.level;
    this.factor = Math.exp(Math.log(RELEASE_RATIO / (1 + RELEASE_RATIO)) / frames);
  }

  /** To silence in `frames` frames. */
  fade(frames: number): void {
    if (this.segment === IDLE) return;
    this.segment = FADE;
    this.from = this.level;
    this.frame = 0;
    this.fadeFrames = frames;
  }

  stop(): void {
    this.segment = IDLE;
    this.level = 0;
  }

  /** Multiplies `out[0]` to `out[frames - 1]` with the envelope, and moves on. */
  apply(out: Float32Array, frames: number): void {
    let i = 0;
    if (this.segment === ATTACK) i = this.attack(out, frames);
    if (this.segment === FADE) this.fadeOut(out, frames);
    else if (i < frames) this.approach(out, i, frames);
  }

  private attack(out: Float32Array, frames: number): number {
    const length = this.shape.attackFrames;
    const count = Math.min(frames, length - this.frame);
    for (let i = 0; i < count; i++) {
      const t = (this.frame + i) / length;
      out[i] *= this.from + (1 - this.from) * t * t * (3 - 2 * t);
    }
    this.frame += count;
    const t = this.frame / length;
    this.level = this.from + (1 - this.from) * t * t * (3 - 2 * t);
    if (this.frame >= length) {
      this.segment = DECAY;
      this.target = this.shape.sustain;
      this.factor = this.shape.decayFactor;
    }
    return count;
  }

  private fadeOut(out: Float32Array, frames: number): void {
    const length = this.fadeFrames;
    for (let i = 0; i < frames; i++) {
      const t = Math.min(1, (this.frame + i) / length);
      out[i] *= this.from * (1 - t * t * (3 - 2 * t));
    }
    this.frame += frames;
    const t = Math.min(1, this.frame / length);
    this.level = this.from * (1 - t * t * (3 - 2 * t));
    if (t === 1) this.stop();
  }

  /** level(n + 1) = target + (level(n) - target) * factor */
  private approach(out: Float32Array, from: number, to: number): void {
    const { target, factor } = this;
    let { level } = this;
    for (let i = from; i < to; i++) {
      out[i] *= level;
      level = target + (level - target) * factor;
      if (level < SILENCE) level = 0;
    }
    this.level = level;
    if (level === 0 && this.segment === RELEASE) this.segment = IDLE;
  }
}
