/** The spectral encoder hears this of a frame: 192 bands and the whole, in dB. The same numbers as training/nsynth/analysis.py. */
import { RealFFT } from '../../audio/fft.js';
import { BEFORE, BINS, HOP, WINDOW } from './spectral.js';

const BANDS = 192;
/** Up to 781 Hz each bin of the spectrum is a band; above that bands are as far apart as their centres are high. */
const SINGLE_BINS = 100;
/** Numbers of a frame. */
export const FEATURES = BANDS + 1;
/** Power of a sine of amplitude 1 in its bin. */
const FULL = (WINDOW / 4) ** 2;
const FLOOR = 10 ** (-90 / 10);

const decibels = (power: number) => (10 * Math.log10(power / FULL + FLOOR)) / 45 + 1;

/** A triangle over the linear bins from `first` on (0 is the first above DC), with a sum of 1. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Triangles from the centre of one neighbour to that of the other, and at least from bin to bin. */
function createBands(): Band[] {
  const ratio = (BINS / SINGLE_BINS) ** (1 / (BANDS - SINGLE_BINS));
  const centre = (band: number) =>
    band < SINGLE_BINS ? band + 1 : SINGLE_BINS * ratio ** (band - SINGLE_BINS + 1);
  return Array.from({ length: BANDS }, (_, band) => {
    const middle = centre(band);
    const below = band === 0 ? 0 : centre(band - 1);
    const above = band === BANDS - 1 ? 2 * middle - below : centre(band + 1);
    const from = Math.min(below, middle - 1);
    const to = Math.max(above, middle + 1);
    const first = Math.max(1, Math.ceil(from));
    const last = Math.min(BINS, Math.floor(to));
    const weights = Float64Array.from({ length: last - first + 1 }, (__, i) => {
      const bin = first + i;
      return Math.max(0, Math.min((bin - from) / (middle - from), (to - bin) / (to - middle)));
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first: first - 1, weights: weights.map((weight) => weight / sum) };
  });
}

/** @param samples whole frames at 16 kHz @returns [frames, FEATURES] */
export function logBands(samples: Float32Array): Float32Array {
  const bands = createBands();
  const fft = new RealFFT(WINDOW);
  const hann = Float64Array.from(
    { length: WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
  );
  const [re, im, frame] = [new Float64Array(BINS + 1), new Float64Array(BINS + 1), new Float64Array(WINDOW)];
  const power = new Float64Array(BINS);
  const frames = samples.length / HOP;
  const result = new Float32Array(frames * FEATURES);
  for (let k = 0; k < frames; k++) {
    const from = k * HOP - BEFORE;
    for (let i = 0; i < WINDOW; i++) frame[i] = hann[i] * (samples[from + i] ?? 0);
    fft.forward(frame, re, im);
    let total = 0;
    for (let bin = 0; bin < BINS; bin++) total += power[bin] = re[bin + 1] ** 2 + im[bin + 1] ** 2;
    bands.forEach(({ first, weights }, band) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * power[first + i];
      result[k * FEATURES + band] = decibels(4 * sum);
    });
    result[k * FEATURES + BANDS] = decibels(total / 1.5);
  }
  return result;
}
