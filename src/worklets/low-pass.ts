/** A one-pole low-pass, 6 dB an octave: what a soft stroke lacks of a hard one. Its methods run inside `process()` and do not allocate. */

/** From this share of the sample rate on the filter would do nothing that is heard, and does nothing at all. */
const OPEN = 0.25;
/** A state smaller than this counts as 0: filters must not meet denormal numbers. */
const SMALLEST = 1e-15;

export class LowPass {
  /** The share of the way to the input that the output goes in a sample; 1 lets all pass. */
  private share = 0.5;
  private state = 0.5;

  constructor(private readonly sampleRate: number) {}

  /** Starts at rest. @param cutoff Hz, where the level is 3 dB down */
  begin(cutoff: number): void {
    const open = cutoff >= OPEN * this.sampleRate;
    this.share = open ? 1 : 1 - Math.exp((-2 * Math.PI * cutoff) / this.sampleRate);
    this.state = 0;
  }

  /** Filters `out[0]` to `out[frames - 1]`. */
  apply(out: Float32Array, frames: number): void {
    const { share } = this;
    if (share === 1) return;
    let { state } = this;
    for (let i = 0; i < frames; i++) {
      state += share * (out[i] - state);
      out[i] = state;
    }
    this.state = Math.abs(state) < SMALLEST ? 0 : state;
  }
}
