/**
 * The spectral encoder hears this of a frame, the same numbers as training/nsynth/analysis.py: 192 bands, the whole, the loudest bin near
 * each of the told partials of its pitch, in dB; how far that lies from its multiple; the level of four moments, in dB; and the pitch.
 */
import { RealFFT } from '../../audio/fft.js';
import { frequencyOf } from '../../audio/frequency.js';
import { octavesOfPitch } from './octaves.js';
import { MOMENTS, PARTIAL_KNOTS } from './partials-and-noise.js';
import { BEFORE, BINS, HOP, SAMPLE_RATE, WINDOW } from './spectral.js';

const BANDS = 192;
/** Up to 781 Hz each bin of the spectrum is a band; above that bands are as far apart as their centres are high. */
const SINGLE_BINS = 100;
/** Numbers of a frame. */
export const FEATURES = BANDS + 1 + 2 * PARTIAL_KNOTS.length + MOMENTS + 1;
/** Samples over which the level of a moment is taken. */
const MOMENT = 256;
const PARTIALS = PARTIAL_KNOTS.map(Math.round);
/** Power of a sine of amplitude 1 in its bin. */
const FULL = (WINDOW / 4) ** 2;
/** This brings how far a partial lies from its multiple, in fundamentals, to the scale of the other numbers. */
const APART = 4;
const FLOOR = 10 ** (-90 / 10);

/** About -1 to 1. */
const scaled = (decibels: number) => decibels / 45 + 1;
const decibels = (power: number) => scaled(10 * Math.log10(power / FULL + FLOOR));

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

/**
 * @param samples whole frames at 16 kHz
 * @param pitches [frames] MIDI
 * @returns [frames, FEATURES]
 */
export function spectralFeatures(samples: Float32Array, pitches: ArrayLike<number>): Float32Array {
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
    const heard = result.subarray(k * FEATURES, (k + 1) * FEATURES);
    bands.forEach(({ first, weights }, band) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * power[first + i];
      heard[band] = decibels(4 * sum);
    });
    heard[BANDS] = decibels(total / 1.5);
    const partials = heard.subarray(BANDS + 1);
    hearPartials(power, frequencyOf(pitches[k]), (partial, loudest, apart) => {
      partials[partial] = decibels(loudest);
      partials[PARTIALS.length + partial] = APART * apart;
    });
    const moments = partials.subarray(2 * PARTIALS.length);
    for (let moment = 0; moment < MOMENTS; moment++)
      moments[moment] = levelAround(samples, k * HOP + ((moment + 1) * HOP) / MOMENTS);
    moments[MOMENTS] = octavesOfPitch(pitches[k]);
  }
  return result;
}

const SPACING = SAMPLE_RATE / WINDOW;
const clamped = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/**
 * Finds the loudest of the bins that are nearer to a told partial's multiple than to another one.
 * @param onPartial hears its power (0 where there is none), and how far its peak is from the multiple, in fundamentals: 0 where the bins around
 * it are those of noise
 */
function hearPartials(
  power: Float64Array,
  fundamental: number,
  onPartial: (partial: number, loudest: number, apart: number) => void,
): void {
  PARTIALS.forEach((number, partial) => {
    const first = Math.max(0, Math.ceil(((number - 0.5) * fundamental) / SPACING) - 1);
    const end = Math.min(BINS, Math.ceil(((number + 0.5) * fundamental) / SPACING) - 1);
    let peak = first;
    for (let bin = first; bin < end; bin++) if (power[bin] > power[peak]) peak = bin;
    const loudest = first < end ? power[peak] : 0;
    if (loudest === 0) return onPartial(partial, 0, 0);
    const centre = clamped(peak, 3, BINS - 4);
    const around = power.subarray(centre - 3, centre + 4);
    const [low, middle, high] = Array.from(around.subarray(2, 5), (value) => Math.log(value + 1e-12));
    // The top of a parabola through three bins in dB.
    const top = (0.5 * (low - high)) / Math.min(-1e-6, low - 2 * middle + high);
    const place = (centre + 1 + clamped(top, -0.6, 0.6)) * SPACING;
    // Three bins hold 97 % of a sine's power, and about 60 % of that of noise.
    const share = (around[2] + around[3] + around[4]) / Math.max(1e-9, sum(around));
    const tonal = clamped((share - 0.8) / 0.15, 0, 1);
    onPartial(partial, loudest, tonal * clamped(place / fundamental - number, -0.5, 0.5));
  });
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

function levelAround(samples: Float32Array, middle: number): number {
  const power = samples
    .subarray(Math.max(0, middle - MOMENT / 2), middle + MOMENT / 2)
    .reduce((sum, value) => sum + value * value, 0);
  return scaled(Math.max(-90, 10 * Math.log10(power / MOMENT + 1e-10)));
}
