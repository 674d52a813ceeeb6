/** A pitch bend, of all voices or of one, smoothed: controllers send steps, and a step in pitch is heard. */
import type { BendOfBlock } from './playhead.js';

/** Time constant, seconds: a third of what passes between two messages of a wheel that is turned quickly. */
const SMOOTHING = 0.006;
/** The rest is done in one step: a 40th of a cent. */
const SETTLED = 0.00025;
const MAX_SEMITONES = 48;

export class PitchBend implements BendOfBlock {
  from = 1.5;
  to = 1.5;
  private semitones = 0.5;
  private target = 0.5;

  constructor(private readonly sampleRate: number) {
    // Assigned here so that the fields begin as doubles, which the engine then changes in place.
    this.semitones = this.target = 0;
    this.from = this.to = 1;
  }

  /** @param values semitones, at `index`: a number that is passed on its own may be allocated */
  setTarget(values: Float64Array, index: number): void {
    this.target = Math.min(MAX_SEMITONES, Math.max(-MAX_SEMITONES, values[index]));
  }

  /** Jumps to where {@link setTarget} would lead. */
  reset(values: Float64Array, index: number): void {
    this.setTarget(values, index);
    this.semitones = this.target;
    this.from = this.to = 2 ** (this.semitones / 12);
  }

  /** Moves on by `frames` frames: `from` and `to` are then those of that block. Does not allocate. */
  advance(frames: number): void {
    this.from = this.to;
    const way = this.target - this.semitones;
    if (way === 0) return;
    if (Math.abs(way) < SETTLED) this.semitones = this.target;
    else this.semitones += way * (1 - Math.exp(-frames / (SMOOTHING * this.sampleRate)));
    this.to = 2 ** (this.semitones / 12);
  }
}
