/** One event's class from its logits. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { OptionNames } from '../errors/check-arguments.js';

export interface SamplingOptions {
  /** Divides the logits, default 1: below it the likely becomes likelier, 0 takes the likeliest. */
  readonly temperature?: number;
  /** Only the k likeliest classes, default all. */
  readonly topK?: number;
  /** Only the likeliest classes whose probabilities reach p together, default 1: all. */
  readonly topP?: number;
}

export const SAMPLING_OPTIONS: OptionNames<SamplingOptions> = { temperature: true, topK: true, topP: true };

export interface Draw {
  readonly index: number;
  /** The log-probability of the class under the model itself, temperature 1 and all classes, nats. */
  readonly logProbability: number;
  /** The log-probability of the class in the distribution it was drawn from, nats. */
  readonly drawnLogProbability: number;
}

/** @throws OPTION_INVALID */
export function checkSampling({ temperature = 1, topK = 1, topP = 1 }: SamplingOptions): void {
  const check = (name: keyof SamplingOptions, value: number, isRight: boolean, expected: string) => {
    if (typeof value === 'number' && isRight) return;
    throw new TimbrelError(
      'OPTION_INVALID',
      `${name} is ${typeof value === 'number' ? value : JSON.stringify(value)}; expected ${expected}`,
    );
  };
  check('temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number, 0 or more');
  check('topK', topK, Number.isInteger(topK) && topK >= 1, 'a whole number, 1 or more');
  check('topP', topP, topP > 0 && topP <= 1, 'a number above 0, 1 at most');
}

/**
 * @param logits of one softmax
 * @param random uniform in [0, 1); called once, but for temperature 0
 */
export function draw(logits: Float32Array, options: SamplingOptions, random: () => number): Draw {
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  const logTotal = logSumExp(logits);
  if (temperature === 0) {
    const index = argmax(logits);
    return { index, logProbability: logits[index] - logTotal, drawnLogProbability: 0 };
  }
  const largest = logits[argmax(logits)];
  const weights = new Float64Array(logits.length);
  for (let i = 0; i < weights.length; i++) weights[i] = Math.exp((logits[i] - largest) / temperature);
  if (topK < logits.length || topP < 1) keepLikeliest(weights, topK, topP);
  const total = sumOf(weights);
  let rest = random() * total;
  // Rounding may leave a rest after the last: the last class that is possible takes it.
  let index = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    index = i;
    rest -= weights[i];
    if (rest < 0) break;
  }
  return {
    index,
    logProbability: logits[index] - logTotal,
    drawnLogProbability: Math.log(weights[index] / total),
  };
}

/** Computes the log-probability of one class under the model itself, nats. */
export const logProbabilityOf = (logits: Float32Array, index: number): number =>
  logits[index] - logSumExp(logits);

/** The first of the largest. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}

/** The logarithm of the sum of exponentials; NaN where nothing is possible. */
export function logSumExp(logits: Float32Array): number {
  const largest = logits[argmax(logits)];
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - largest);
  return largest + Math.log(sum);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

/** Sets the weights of all others to zero; the likeliest class always stays, and of equals the first. */
function keepLikeliest(weights: Float64Array, topK: number, topP: number): void {
  const total = sumOf(weights);
  // Numbers are sorted several times faster than indices by a comparison, and this is done for every event.
  const sorted = weights.slice().sort();
  let reached = 0;
  let rank = 0;
  let least = Infinity;
  while (rank < sorted.length && rank < topK && (rank === 0 || reached < topP * total)) {
    least = sorted[sorted.length - ++rank];
    reached += least;
  }
  let equals = 0;
  for (let at = sorted.length - rank; at < sorted.length && sorted[at] === least; at++) equals++;
  for (let i = 0; i < weights.length; i++)
    if (weights[i] < least || (weights[i] === least && equals-- <= 0)) weights[i] = 0;
}
