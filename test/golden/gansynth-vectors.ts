/**
 * GANSynth's reference vectors: images and sound that @magenta/music 1.23.1 (pure JavaScript backend) made from the
 * same weights and inputs. No Node or DOM here: browser tests use it too.
 */
import type { Generator } from '../../src/ops/gansynth/generator.js';
import { gaussianVector } from '../../src/random/random.js';
import type { WeightRecipe } from './synthetic-weights.js';

interface Statistics {
  readonly mean: number;
  readonly rms: number;
  readonly min: number;
  readonly max: number;
}

export interface GANSynthCase {
  readonly zSeed: string;
  readonly zFirst: readonly number[];
  readonly pitch: number;
  /** [1, 128, 1024, 2] */
  readonly specShape: readonly number[];
  readonly magStats: Statistics;
  readonly ifreqStats: Statistics;
  /** Frames 0, 8, .., 120; mel bins 3, 35, .., 995; both channels. */
  readonly specSample: readonly number[];
  /** The reference drops 3072 samples at both ends; only those in front are padding. */
  readonly audioLength: number;
  readonly audioRms: number;
  readonly audioPeak: number;
  /** Of 4000 samples each. */
  readonly segmentRms: readonly number[];
  /** Every 61st sample. */
  readonly audioSample: readonly number[];
}

export interface GANSynthVectors {
  readonly weights: WeightRecipe;
  readonly cases: readonly GANSynthCase[];
}

/** One comparison: `error` must not exceed `limit`. */
export interface Deviation {
  readonly what: string;
  readonly error: number;
  readonly limit: number;
}

/** Those comparisons that fail, as text; empty when all is well. */
export const failures = (deviations: readonly Deviation[]): string[] =>
  // Not `error > limit`: NaN is a failure.
  deviations
    .filter(({ error, limit }) => !(error <= limit))
    .map(({ what, error, limit }) => `${what}: off by ${error}, at most ${limit}`);

/** [317] */
function inputOf({ zSeed, pitch }: GANSynthCase): Float32Array {
  const input = new Float32Array(317);
  input.set(gaussianVector(zSeed, 256));
  input[256 + pitch - 24] = 1;
  return input;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const rootMeanSquare = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

/** The places of `specSample` in [128][1024][2]. */
const SAMPLED = Array.from({ length: 16 }, (_, frame) =>
  Array.from({ length: 32 }, (_, bin) =>
    [0, 1].map((channel) => (8 * frame * 1024 + 32 * bin + 3) * 2 + channel),
  ),
).flat(2);

/** Limits: max 1e-3, mean 1e-4. The statistics see every pixel. */
export async function compareImage(generator: Generator, expected: GANSynthCase): Promise<Deviation[]> {
  const image = await generator.spectrogram(inputOf(expected));
  const differences = SAMPLED.map((at, i) => Math.abs(image[at] - expected.specSample[i]));
  const deviations = [
    { what: 'length', error: Math.abs(image.length - expected.specShape.reduce((a, b) => a * b)), limit: 0 },
    { what: 'sampled pixels', error: Math.abs(SAMPLED.length - expected.specSample.length), limit: 0 },
    { what: 'largest difference', error: Math.max(...differences), limit: 1e-3 },
    { what: 'mean difference', error: mean(differences), limit: 1e-4 },
  ];
  for (const [channel, statistics] of [expected.magStats, expected.ifreqStats].entries()) {
    const values = image.filter((_, i) => i % 2 === channel);
    const name = ['magnitude', 'frequency'][channel];
    deviations.push(
      { what: `mean ${name}`, error: Math.abs(mean(values) - statistics.mean), limit: 1e-4 },
      { what: `RMS of ${name}`, error: Math.abs(rootMeanSquare(values) - statistics.rms), limit: 1e-4 },
      {
        what: `least ${name}`,
        error: Math.abs(values.reduce((a, b) => Math.min(a, b)) - statistics.min),
        limit: 1e-3,
      },
      {
        what: `greatest ${name}`,
        error: Math.abs(values.reduce((a, b) => Math.max(a, b)) - statistics.max),
        limit: 1e-3,
      },
    );
  }
  return deviations;
}

/** Limit: an RMS difference of 0.5 % of the sound's RMS (phase is a sum over 128 frames). */
export async function compareSound(generator: Generator, expected: GANSynthCase): Promise<Deviation[]> {
  const audio = await generator.audio(inputOf(expected));
  const reference = audio.subarray(0, expected.audioLength);
  const limit = 0.005 * expected.audioRms;
  const peak = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return [
    { what: 'length', error: Math.abs(audio.length - 64000), limit: 0 },
    { what: 'length of the reference', error: Math.abs(expected.audioLength + 3072 - 64000), limit: 0 },
    {
      what: 'RMS of the difference',
      error: rootMeanSquare(expected.audioSample.map((value, i) => audio[61 * i] - value)),
      limit,
    },
    { what: 'RMS', error: Math.abs(rootMeanSquare(reference) - expected.audioRms), limit },
    { what: 'peak', error: Math.abs(peak - expected.audioPeak), limit: 0.01 * expected.audioPeak },
    ...expected.segmentRms.map((rms, i) => ({
      what: `RMS of samples ${4000 * i} to ${4000 * (i + 1)}`,
      error: Math.abs(rootMeanSquare(reference.subarray(4000 * i, 4000 * (i + 1))) - rms),
      limit,
    })),
  ];
}
