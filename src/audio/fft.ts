/** The Fourier transform of real signals in float64, for analysis and as a reference; the audio path has its own in wasm/. */

/** Transforms of one size; its tables are made once. */
export class RealFFT {
  /** cos and sin of 2 pi k / size, k below size / 2. */
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private readonly workRe: Float64Array;
  private readonly workIm: Float64Array;

  /** @param size a power of two, at least 4 */
  constructor(readonly size: number) {
    const half = size / 2;
    this.cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sines = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / size));
    this.workRe = new Float64Array(half);
    this.workIm = new Float64Array(half);
  }

  /**
   * @param samples [size]
   * @param re, im [size / 2 + 1] receive bins 0 to size / 2, not scaled
   */
  forward(samples: Float64Array, re: Float64Array, im: Float64Array): void {
    const { workRe: a, workIm: b, cosines, sines } = this;
    const half = this.size / 2;
    // Even samples as real, odd ones as imaginary parts: one complex transform of half the size.
    for (let i = 0; i < half; i++) {
      a[i] = samples[2 * i];
      b[i] = samples[2 * i + 1];
    }
    this.transformHalf();
    re[0] = a[0] + b[0];
    re[half] = a[0] - b[0];
    im[0] = im[half] = 0;
    for (let k = 1; k < half; k++) {
      const evenRe = (a[k] + a[half - k]) / 2;
      const evenIm = (b[k] - b[half - k]) / 2;
      const oddRe = (b[k] + b[half - k]) / 2;
      const oddIm = (a[half - k] - a[k]) / 2;
      re[k] = evenRe + cosines[k] * oddRe + sines[k] * oddIm;
      im[k] = evenIm + cosines[k] * oddIm - sines[k] * oddRe;
    }
  }

  /**
   * The inverse of {@link forward}, scaled by 1 / size. The imaginary parts of bins 0 and size / 2 count nothing.
   * @param re, im [size / 2 + 1]
   * @param samples [size] receives the signal
   */
  inverse(re: Float64Array, im: Float64Array, samples: Float64Array): void {
    const { workRe: a, workIm: b, cosines, sines } = this;
    const half = this.size / 2;
    for (let k = 0; k < half; k++) {
      const mirroredIm = k === 0 ? 0 : -im[half - k];
      const ownIm = k === 0 ? 0 : im[k];
      const evenRe = (re[k] + re[half - k]) / 2;
      const evenIm = (ownIm + mirroredIm) / 2;
      const differenceRe = (re[k] - re[half - k]) / 2;
      const differenceIm = (ownIm - mirroredIm) / 2;
      const oddRe = cosines[k] * differenceRe - sines[k] * differenceIm;
      const oddIm = cosines[k] * differenceIm + sines[k] * differenceRe;
      // Conjugated, so that the forward transform is the inverse one.
      a[k] = evenRe - oddIm;
      b[k] = -(evenIm + oddRe);
    }
    this.transformHalf();
    for (let i = 0; i < half; i++) {
      samples[2 * i] = a[i] / half;
      samples[2 * i + 1] = -b[i] / half;
    }
  }

  /** `work` in place: radix 2, decimation in time. */
  private transformHalf(): void {
    const { workRe: re, workIm: im, cosines, sines } = this;
    const n = re.length;
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [re[i], re[j]] = [re[j], re[i]];
        [im[i], im[j]] = [im[j], im[i]];
      }
    }
    for (let length = 2; length <= n; length *= 2) {
      const stride = this.size / length;
      for (let k = 0; k < length / 2; k++) {
        const cosine = cosines[k * stride];
        const sine = -sines[k * stride];
        for (let top = k; top < n; top += length) {
          const bottom = top + length / 2;
          const productRe = re[bottom] * cosine - im[bottom] * sine;
          const productIm = re[bottom] * sine + im[bottom] * cosine;
          re[bottom] = re[top] - productRe;
          im[bottom] = im[top] - productIm;
          re[top] += productRe;
          im[top] += productIm;
        }
      }
    }
  }
}
