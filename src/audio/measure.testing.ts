/** Measurements that tests of sound share. Written in the most obvious way. */
import { RealFFT } from './fft.js';

/** Amplitude of the sinusoid of `frequency` cycles per sample that fits best, and the RMS of what is left. */
export function fitTone(
  signal: Float32Array,
  frequency: number,
): { amplitude: number; phase: number; residual: number } {
  let [cc, cs, ss, cy, sy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < signal.length; i++) {
    const c = Math.cos(2 * Math.PI * frequency * i);
    const s = Math.sin(2 * Math.PI * frequency * i);
    cc += c * c;
    cs += c * s;
    ss += s * s;
    cy += c * signal[i];
    sy += s * signal[i];
  }
  const determinant = cc * ss - cs * cs;
  const a = (cy * ss - sy * cs) / determinant;
  const b = (sy * cc - cy * cs) / determinant;
  let residual = 0;
  for (let i = 0; i < signal.length; i++) {
    const angle = 2 * Math.PI * frequency * i;
    residual += (signal[i] - a * Math.cos(angle) - b * Math.sin(angle)) ** 2;
  }
  return {
    amplitude: Math.hypot(a, b),
    phase: Math.atan2(-b, a),
    residual: Math.sqrt(residual / signal.length),
  };
}

export function rmsOf(signal: Float32Array): number {
  return Math.sqrt(signal.reduce((sum, x) => sum + x * x, 0) / signal.length);
}

export const toDecibels = (ratio: number) => 20 * Math.log10(ratio + 1e-20);

/** Levels, in dB, of consecutive pieces of `length` samples. */
export function levels(signal: Float32Array, length: number): number[] {
  return Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
    toDecibels(rmsOf(signal.subarray(i * length, (i + 1) * length))),
  );
}

/** The largest second difference: a click is a bend of the curve that the sound itself does not have. */
export function sharpest(signal: Float32Array): number {
  let largest = 0;
  for (let i = 2; i < signal.length; i++) {
    largest = Math.max(largest, Math.abs(signal[i] - 2 * signal[i - 1] + signal[i - 2]));
  }
  return largest;
}

/**
 * The sharpness of a moment against its surroundings: the largest second difference in each piece of `length`
 * samples against the larger of those two pieces before and after. Near 1 for sound that changes slowly.
 */
export function clickiness(signal: Float32Array, length: number): number {
  const pieces = Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
    sharpest(signal.subarray(i * length, (i + 1) * length)),
  );
  let worst = 0;
  for (let i = 2; i + 2 < pieces.length; i++) {
    worst = Math.max(worst, pieces[i] / (Math.max(pieces[i - 2], pieces[i + 2]) + 1e-7));
  }
  return worst;
}

/** Cents by which the tone near `frequency` (cycles per sample) is off, from the phase in pieces of `length` samples. */
export function detuning(signal: Float32Array, frequency: number, length: number): number[] {
  const phases = Array.from(
    { length: Math.floor(signal.length / length) },
    (_, i) => fitTone(signal.subarray(i * length, (i + 1) * length), frequency).phase,
  );
  const expected = 2 * Math.PI * frequency * length;
  return phases.slice(1).map((phase, i) => {
    const excess = phase - phases[i] - expected;
    const turn = excess - 2 * Math.PI * Math.round(excess / (2 * Math.PI));
    return 1200 * Math.log2(1 + turn / expected);
  });
}

const SPECTRUM = 1024;
const SPECTRUM_HOP = 256;
/** Bins below the loudest moment of the loudest bin by more than this are not heard, dB. */
const HEARD = 50;

/**
 * Measures how a sound's spectrum departs from its mean: for every piece of 256 samples, the dB of each bin above or below that
 * bin's mean.
 * Bins that are never heard are left out.
 */
export function departures(signal: Float32Array): Float64Array[] {
  const fft = new RealFFT(SPECTRUM);
  const [re, im] = [new Float64Array(SPECTRUM / 2 + 1), new Float64Array(SPECTRUM / 2 + 1)];
  const frames: Float64Array[] = [];
  for (let from = 0; from + SPECTRUM <= signal.length; from += SPECTRUM_HOP) {
    const piece = Float64Array.from(
      signal.subarray(from, from + SPECTRUM),
      (x, i) => x * Math.sin((Math.PI * i) / SPECTRUM) ** 2,
    );
    fft.forward(piece, re, im);
    frames.push(Float64Array.from(re, (x, k) => toDecibels(Math.hypot(x, im[k]))));
  }
  const loudest = frames[0].map((_, k) => Math.max(...frames.map((frame) => frame[k])));
  const floor = Math.max(...loudest) - HEARD;
  const heard = [...loudest.keys()].filter((k) => loudest[k] > floor);
  const levelled = frames.map((frame) => Float64Array.from(heard, (k) => Math.max(frame[k], floor)));
  const means = heard.map((_, k) => levelled.reduce((sum, frame) => sum + frame[k], 0) / levelled.length);
  return levelled.map((frame) => frame.map((x, k) => x - means[k]));
}

/** Measures how alike a sound is to itself `lag` pieces later, in what {@link departures} gives: 1 where it comes back exactly. */
export function selfSimilarity(frames: readonly Float64Array[], lag: number): number {
  let [together, before, after] = [0, 0, 0];
  for (let t = lag; t < frames.length; t++) {
    for (let k = 0; k < frames[t].length; k++) {
      const [x, y] = [frames[t - lag][k], frames[t][k]];
      together += x * y;
      before += x * x;
      after += y * y;
    }
  }
  return together / Math.sqrt(before * after + 1e-20);
}

/** Pieces that {@link departures} makes of a second. */
export const piecesInSecond = (sampleRate: number) => sampleRate / SPECTRUM_HOP;
