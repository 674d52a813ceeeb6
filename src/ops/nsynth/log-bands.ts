/** The spectral encoder hears this of a frame: 64 bands and the whole, in dB. The same numbers as training/nsynth/analysis.py. */
import { RealFFT } from '../../audio/fft.js';
import { BEFORE, BINS, HOP, WINDOW } from './spectral.js';

const BANDS = 64;
/** Numbers of a frame. */
export const FEATURES = BANDS + 1;
const LOWEST_HZ = 30;
const HIGHEST_HZ = 8000;
const SPACING = 16000 / WINDOW;
/** Power of a sine of amplitude 1 in its bin. */
const FULL = (WINDOW / 4) ** 2;
const FLOOR = 10 ** (-90 / 10);

const decibels = (power: number) => (10 * Math.log10(power / FULL + FLOOR)) / 45 + 1;

/** A triangle over the linear bins from `first` on (0 is the first above DC), with a sum of 1. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Equally wide on the mel scale, and at least two bins wide to either side. */
function createBands(): Band[] {
  const mel = (hz: number) => 1127 * Math.log1p(hz / 700);
  const [low, high] = [mel(LOWEST_HZ), mel(HIGHEST_HZ)];
  const edge = (i: number) => 700 * Math.expm1((low + ((high - low) * i) / (BANDS + 1)) / 1127);
  return Array.from({ length: BANDS }, (_, band) => {
    const centre = edge(band + 1);
    const from = Math.min(edge(band), centre - 2 * SPACING);
    const to = Math.max(edge(band + 2), centre + 2 * SPACING);
    const first = Math.max(1, Math.ceil(from / SPACING));
    const last = Math.min(BINS, Math.floor(to / SPACING));
    const weights = Float64Array.from({ length: last - first + 1 }, (__, i) => {
      const hz = (first + i) * SPACING;
      return Math.max(0, Math.min((hz - from) / (centre - from), (to - hz) / (to - centre)));
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
