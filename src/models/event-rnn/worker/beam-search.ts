/**
 * Magenta's beam search (magenta/common/beam_search.py): not the most likely continuation, but the likeliest of several that
 * were sampled. B entries; in each iteration every entry is copied F times, each copy continued by S sampled events, and the B
 * with the highest log-likelihood stay.
 */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { BeamOptions } from '../protocol.js';
import type { DecoderState, EventDecoder, GeneratedEvent } from './decoder.js';

interface Entry<E> {
  readonly state: DecoderState<E>;
  readonly written: readonly GeneratedEvent<E>[];
  readonly logLikelihood: number;
}

/** @throws OPTION_INVALID */
export function checkBeam(options: BeamOptions): void {
  for (const name of ['beamSize', 'branchFactor', 'stepsPerIteration'] as const) {
    const value = options[name] ?? 1;
    if (!Number.isInteger(value) || value < 1) {
      throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a whole number, 1 or more`);
    }
  }
  const { beamSize = 1, branchFactor = 1 } = options;
  if (beamSize * branchFactor > MOST_COPIES) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `beamSize ${beamSize} times branchFactor ${branchFactor} is ${beamSize * branchFactor} copies of the network's state for each ` +
        `event; expected at most ${MOST_COPIES}`,
    );
  }
}

/** Each takes the time of an event and the memory of a state: beyond, an event takes seconds and the worker answers nobody else. */
const MOST_COPIES = 2048;

export const isPlainSampling = ({ beamSize = 1, branchFactor = 1 }: BeamOptions): boolean =>
  beamSize === 1 && branchFactor === 1;

/**
 * Writes `count` events to the decoder.
 * @param next samples one event, and appends whatever belongs beside it
 * @param between called after each copy was continued; may wait, may throw
 */
export async function beamSearch<E>(
  decoder: EventDecoder<E>,
  count: number,
  { beamSize = 1, branchFactor = 1, stepsPerIteration = 1 }: BeamOptions,
  next: () => GeneratedEvent<E>,
  between: () => Promise<void>,
): Promise<GeneratedEvent<E>[]> {
  const start: Entry<E> = { state: decoder.saveState(), written: [], logLikelihood: 0 };
  let beam = new Array<Entry<E>>(beamSize).fill(start);
  // The first iteration takes what is left when the others have S each.
  let steps = ((count - 1) % stepsPerIteration) + 1;
  for (let done = 0; done < count; done += steps, steps = stepsPerIteration) {
    const branches: Entry<E>[] = [];
    for (const { state, written, logLikelihood } of beam) {
      for (let copy = 0; copy < branchFactor; copy++) {
        decoder.restoreState(state);
        const more = Array.from({ length: steps }, next);
        branches.push({
          state: decoder.saveState(),
          written: [...written, ...more],
          logLikelihood: more.reduce((sum, event) => sum + event.drawnLogProbability, logLikelihood),
        });
        await between();
      }
    }
    // Sorting is stable: of equals the first stays.
    beam = branches.sort((a, b) => b.logLikelihood - a.logLikelihood).slice(0, beamSize);
  }
  decoder.restoreState(beam[0].state);
  return [...beam[0].written];
}
