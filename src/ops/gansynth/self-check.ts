/** Compares a generator with another one. Some GPU drivers compute wrongly, and say nothing. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { gaussianVector } from '../../random/random.js';
import type { Generator } from './generator.js';

/** The tolerances of the reference vectors: float32 backends that are right agree to 1e-5. */
const LARGEST = 1e-3;
const MEAN = 1e-4;

/** A latent and a pitch like any others. [inputSize] */
export function probeInput(inputSize: number, latentSize: number): Float32Array {
  const input = new Float32Array(inputSize);
  input.set(gaussianVector('self-check', latentSize));
  input[latentSize + 36] = 1;
  return input;
}

/**
 * Both compute the image of one probe with the weights they have: a driver that fails for the shapes of a full-size network may
 * well be right for those of a small one, so a small built-in network would not do. Costs one note on each.
 * @param trusted computes with the same weights
 * @throws GPU_WRONG_RESULT with the largest difference
 */
export async function selfCheck(
  candidate: Pick<Generator, 'spectrogram'>,
  trusted: Pick<Generator, 'spectrogram'>,
  probe: Float32Array,
): Promise<void> {
  const expected = await trusted.spectrogram(probe);
  checkAgainst(expected, await candidate.spectrogram(probe));
}

/** @throws GPU_WRONG_RESULT with the largest difference */
export function checkAgainst(expected: Float32Array, actual: Float32Array): void {
  if (actual.length !== expected.length) {
    throw new TimbrelError(
      'GPU_WRONG_RESULT',
      `The GPU's image has ${actual.length} values, not ${expected.length}`,
    );
  }
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    sum += error;
    // Not Math.max: what is not a number must not pass, nor give way to a later number.
    if (!(error <= largest) && !Number.isNaN(largest)) largest = error;
  }
  const mean = sum / expected.length;
  if (largest <= LARGEST && mean <= MEAN) return;
  throw new TimbrelError(
    'GPU_WRONG_RESULT',
    `The GPU's image differs by up to ${largest.toPrecision(3)} (mean ${mean.toPrecision(3)}) from the trusted one, where up to ${LARGEST} (mean ${MEAN}) is rounding`,
  );
}
