/** Resampling of a signal that comes in parts, at a fixed ratio: the same samples in whatever parts it comes. */
import { MAX_REACH, createKernels, resample, type ReadPosition, type ResamplingKernel } from './resampler.js';

let kernels: readonly ResamplingKernel[] | undefined;

/** Output sample i lies at i * from / to of the input: n samples become ceil(n * to / from). */
export class StreamResampler {
  private readonly at: ReadPosition;
  /** Samples from `start` on, zeros before the signal. */
  private kept = new Float32Array(MAX_REACH);
  private start = -MAX_REACH;
  private length = 0;

  /**
   * @param from Hz of the input
   * @param to Hz of the output, at least `from / MAX_STEP`
   */
  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {
    this.at = { position: 0, step: from / to, stepSlope: 0, gain: 1 };
  }

  /** @returns the output that no later input can change; the input itself where the rates are equal */
  write(samples: Float32Array): Float32Array {
    if (this.from === this.to) return samples;
    this.length += samples.length;
    this.append(samples);
    return this.read(this.length - MAX_REACH);
  }

  close(): Float32Array {
    if (this.from === this.to) return new Float32Array(0);
    this.append(new Float32Array(2 * MAX_REACH));
    return this.read(this.length);
  }

  private append(samples: Float32Array): void {
    const kept = new Float32Array(this.kept.length + samples.length);
    kept.set(this.kept);
    kept.set(samples, this.kept.length);
    this.kept = kept;
  }

  /** @param limit input sample, whole: no position at it or behind it is read */
  private read(limit: number): Float32Array {
    const { at } = this;
    const most = Math.max(0, Math.ceil((limit - at.position) / at.step) + 1);
    const out = new Float32Array(most);
    kernels ??= createKernels();
    const written = resample(kernels, at, this.kept, -this.start, limit, out, 0, most);
    const done = Math.floor(at.position) - MAX_REACH - this.start;
    if (done > 0) {
      this.kept = this.kept.slice(done);
      this.start += done;
    }
    return out.subarray(0, written);
  }
}
