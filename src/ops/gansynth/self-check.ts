/** Whether a generator computes what another one does. Some GPU drivers do not, and say nothing. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { gaussianVector } from '../../random/random.js';

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

/** @throws GPU_WRONG_RESULT with the largest difference */
export function checkAgainst(expected: Float32Array, actual: Float32Array): void {
  let largest = actual.length === expected.length ? 0 : Infinity;
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    // Not Math.max: a NaN must fail.
    if (!(error <= largest)) largest = error;
    sum += error;
  }
  const mean = sum / expected.length;
  if (largest <= LARGEST && mean <= MEAN) return;
  throw new TimbrelError(
    'GPU_WRONG_RESULT',
    `The GPU's image differs by up to ${largest.toPrecision(3)} (mean ${mean.toPrecision(3)}) from WebAssembly's, where ${LARGEST} is rounding`,
  );
}
