/**
 * Loudness as broadcasters measure it: ITU-R BS.1770-4, one channel, gated. Its filter is given there for 48 kHz; here it is
 * designed anew for the rate of notes from the analogue prototypes behind those coefficients (as libebur128 does).
 */
import { NOTE_SAMPLE_RATE } from '../messages/note-audio.js';

/** Blocks of 400 ms that overlap by three quarters. */
const BLOCK = 0.4 * NOTE_SAMPLE_RATE;
const HOP = 0.1 * NOTE_SAMPLE_RATE;
/** LUFS: blocks below are silence. */
const ABSOLUTE_GATE = -70;
/** LU: blocks so far below the mean of the others do not count. */
const RELATIVE_GATE = -10;
const OFFSET = -0.691;
const SILENCE = 1e-20;

interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** The head's part: 4 dB more from 1.5 kHz up. */
const SHELF = shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196);
/** The ear's part: less below 40 Hz. */
const HIGH_PASS = highPass(38.13547087602444, 0.5003270373238773);

/**
 * @param samples mono, 16 kHz
 * @returns LUFS: the loudness of what is heard, silence left out; of a signal shorter than 400 ms that of the whole.
 *   -200 and less for silence
 */
export function loudness(samples: Float32Array): number {
  const weighted = filter(filter(samples, SHELF), HIGH_PASS);
  const powers: number[] = [];
  const block = Math.min(BLOCK, weighted.length);
  for (let from = 0; from + block <= weighted.length; from += HOP)
    powers.push(powerOf(weighted, from, block));
  return gatedLoudness(powers);
}

/** @param powers weighted mean squares of blocks @returns LUFS of those that are heard */
export function gatedLoudness(powers: readonly number[]): number {
  const sounding = powers.filter((power) => lufs(power) > ABSOLUTE_GATE);
  const gate = lufs(mean(sounding)) + RELATIVE_GATE;
  return lufs(mean(sounding.filter((power) => lufs(power) > gate)));
}

/** The factor by which the head and the ear weight the power of a sine. */
export function weightingAt(hz: number): number {
  return powerAt(SHELF, hz) * powerAt(HIGH_PASS, hz);
}

function powerAt({ b0, b1, b2, a1, a2 }: Biquad, hz: number): number {
  const w = (2 * Math.PI * hz) / NOTE_SAMPLE_RATE;
  const size = (c0: number, c1: number, c2: number) =>
    (c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)) ** 2 + (c1 * Math.sin(w) + c2 * Math.sin(2 * w)) ** 2;
  return size(b0, b1, b2) / size(1, a1, a2);
}

/** LUFS of a weighted mean square. */
export const lufs = (power: number) => OFFSET + 10 * Math.log10(power + SILENCE);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function powerOf(samples: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += samples[i] * samples[i];
  return sum / Math.max(1, length);
}

function filter(samples: Float32Array | Float64Array, { b0, b1, b2, a1, a2 }: Biquad): Float64Array {
  const out = new Float64Array(samples.length);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i];
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    out[i] = y;
  }
  return out;
}

/** Bilinear transform of a high shelf. */
function shelf(frequency: number, decibels: number, q: number): Biquad {
  const k = Math.tan((Math.PI * frequency) / NOTE_SAMPLE_RATE);
  const high = 10 ** (decibels / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

/** Bilinear transform of a high-pass of the second order; its numerator is left as the recommendation has it. */
function highPass(frequency: number, q: number): Biquad {
  const k = Math.tan((Math.PI * frequency) / NOTE_SAMPLE_RATE);
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}
