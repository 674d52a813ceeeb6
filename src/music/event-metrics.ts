/** Measures of how well a model foresees events: mean cross-entropy, perplexity, accuracy. */
import { TimbrelError } from '../errors/timbrel-error.js';

export interface EventMetrics {
  /** Nats per event. */
  readonly loss: number;
  /** exp(loss): among how many equally likely events the model wavers. */
  readonly perplexity: number;
  /** Events counted. */
  readonly events: number;
}

/** exp of a mean cross-entropy in nats. */
export const perplexity = (loss: number) => Math.exp(loss);

/**
 * @param logProbabilities of the events that really came, nats
 * @throws OPTION_INVALID where there are none, or one is no logarithm of a probability
 */
export function eventMetrics(logProbabilities: ArrayLike<number>): EventMetrics {
  const events = logProbabilities.length;
  if (events === 0) throw new TimbrelError('OPTION_INVALID', 'There are no events to judge');
  let sum = 0;
  for (let i = 0; i < events; i++) {
    // Rounding may leave a certain event a little above 0.
    if (!(logProbabilities[i] <= 1e-6)) {
      throw new TimbrelError(
        'OPTION_INVALID',
        `logProbabilities[${i}] is ${logProbabilities[i]}; expected at most 0`,
      );
    }
    sum -= logProbabilities[i];
  }
  const loss = sum / events;
  return { loss, perplexity: perplexity(loss), events };
}

/**
 * The share of places where two lists hold the same class.
 * @throws OPTION_INVALID where they differ in length or are empty
 */
export function accuracy(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (predicted.length !== actual.length || actual.length === 0) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `There are ${predicted.length} predictions for ${actual.length} events; expected as many, and at least one`,
    );
  }
  let hits = 0;
  for (let i = 0; i < actual.length; i++) hits += Number(predicted[i] === actual[i]);
  return hits / actual.length;
}
