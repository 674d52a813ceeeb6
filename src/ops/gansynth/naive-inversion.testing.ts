/**
 * Image to audio in the most obvious way, in float64, by the formulas of magenta/models/gansynth/lib
 * (specgrams_helper.py, spectral_ops.py): dense mel matrices, a discrete Fourier sum for every sample.
 */
const BINS = 1024;
const FRAMES = 128;
const FFT_SIZE = 2048;
const HOP = 512;
/** Zeros in front of the sound, before analysis. */
const FRONT = 3072;
const NYQUIST = 8000;

const hzToMel = (hz: number) => 1127 * Math.log(1 + hz / 700);
const melToHz = (mel: number) => 700 * (Math.exp(mel / 1127) - 1);

/** [bin][band]: triangles, linear in Hz. Bands narrower than 1.5 bins are widened in place, each moving its neighbours. */
export function linearToMel(): Float64Array[] {
  const edges = Array.from({ length: BINS + 2 }, (_, i) => (i * hzToMel(NYQUIST)) / (BINS + 1));
  const narrowest = (1.5 * NYQUIST) / BINS;
  for (let i = 0; i < BINS; i++) {
    const [low, centre, high] = edges.slice(i, i + 3);
    if (melToHz(high) - melToHz(low) >= narrowest) continue;
    const distance = 1127 * Math.asinh((0.5 * narrowest) / (melToHz(centre) + 700));
    edges[i] = centre - distance;
    edges[i + 2] = centre + distance;
  }
  const hz = edges.map(melToHz);
  return Array.from({ length: BINS }, (_, k) => {
    const f = (k * NYQUIST) / (BINS - 1);
    return Float64Array.from({ length: BINS }, (_, i) => {
      const rise = (f - hz[i]) / (hz[i + 1] - hz[i]);
      const fall = (hz[i + 2] - f) / (hz[i + 2] - hz[i + 1]);
      return k === 0 ? 0 : Math.max(0, Math.min(rise, fall));
    });
  });
}

/** [band][bin]: the transpose of `matrix`, its columns divided by those sums of `matrix` x transpose that are not zero. */
export function melToLinear(matrix: readonly Float64Array[]): Float64Array[] {
  const bandSums = Array.from({ length: BINS }, (_, i) => matrix.reduce((sum, row) => sum + row[i], 0));
  const columnSums = matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * bandSums[i], 0));
  const scales = columnSums.map((sum) => (sum > 1e-8 ? 1 / sum : 1));
  return Array.from({ length: BINS }, (_, i) => Float64Array.from(matrix, (row, k) => row[i] * scales[k]));
}

/**
 * @param image [128][1024][2]
 * @returns the samples at `positions` of the 64000
 */
export function naiveAudio(image: Float32Array, positions: readonly number[]): number[] {
  const matrix = melToLinear(linearToMel());
  const entries = matrix.flatMap((row, band) =>
    Array.from(row, (weight, bin) => ({ band, bin, weight })).filter(({ weight }) => weight !== 0),
  );
  const phase = new Float64Array(BINS);
  const spectra = Array.from({ length: FRAMES }, (_, frame) => {
    const power = new Float64Array(BINS);
    for (const { band, bin, weight } of entries) {
      const at = (frame * BINS + band) * 2;
      power[bin] += weight * Math.exp((image[at] - 0.113718730221) / 0.0661371661726);
      phase[bin] += (weight * Math.PI * image[at + 1]) / 0.8;
    }
    return Array.from(power, (value, bin) => {
      const magnitude = Math.sqrt(value + 1e-6);
      return { re: magnitude * Math.cos(phase[bin]), im: magnitude * Math.sin(phase[bin]) };
    });
  });

  /** Sample n of the inverse transform of one frame; bin k of the image is bin k + 1 of the spectrum, bin 0 is zero. */
  const inverse = (frame: number, n: number) => {
    let sum = 0;
    for (let k = 1; k < BINS; k++) {
      const { re, im } = spectra[frame][k - 1];
      const angle = (2 * Math.PI * k * n) / FFT_SIZE;
      sum += 2 * (re * Math.cos(angle) - im * Math.sin(angle));
    }
    // The highest bin stands for itself only.
    return (sum + spectra[frame][BINS - 1].re * Math.cos(Math.PI * n)) / FFT_SIZE;
  };
  const hann = (n: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FFT_SIZE);
  return positions.map((position) => {
    let sample = 0;
    for (let frame = 0; frame < FRAMES; frame++) {
      const n = position + FRONT - frame * HOP;
      // Four squared Hann windows add up to 1.5.
      if (n >= 0 && n < FFT_SIZE) sample += (inverse(frame, n) * hann(n)) / 1.5;
    }
    return sample;
  });
}
