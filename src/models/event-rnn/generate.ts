/** The loop that writes events until there are enough, letting messages in and listening for an abort. */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { yieldToMessages } from '../yield.js';
import { beamSearch, checkBeam, isPlainSampling, type BeamOptions } from './beam-search.js';
import type { EventDecoder, GeneratedEvent } from './decoder.js';
import { checkSampling, type SamplingOptions } from './sampling.js';

/** How much of a continuation is wanted: so many events, or as many as fill so many steps. */
export type Amount = { readonly events: number } | { readonly steps: number };

export interface GenerateOptions<E> extends SamplingOptions, BeamOptions {
  readonly signal?: AbortSignal;
  /** Told of each event as it comes; of a beam search, of all of them at the end. */
  readonly onEvent?: (event: GeneratedEvent<E>) => void;
  /**
   * Events to append after the one just written, as if they had been written: Magenta injects the notes of a melody into each
   * new step of PolyphonyRNN so (see {@link injectSteps}).
   */
  readonly inject?: (events: readonly E[]) => readonly E[];
}

/** Long enough that letting messages in costs nothing, short enough that an abort is heard at once. */
const MILLISECONDS_AT_A_TIME = 8;

/** Events that PolyphonyRNN is asked for at a time, for each step that is missing (polyphony_sequence_generator.py). */
const EVENTS_PER_STEP = 5;

/**
 * @param steps how many steps an event takes
 * @returns what was written; events that were injected are in `decoder.events` only
 * @throws OPTION_INVALID, EVENT_INVALID, CONTROL_INVALID, ABORTED
 */
export async function generate<E>(
  decoder: EventDecoder<E>,
  amount: Amount,
  steps: (event: E) => number,
  random: () => number,
  options: GenerateOptions<E> = {},
): Promise<GeneratedEvent<E>[]> {
  checkAmount(amount);
  checkSampling(options);
  checkBeam(options);
  const { signal, onEvent, inject } = options;
  let until = performance.now() + MILLISECONDS_AT_A_TIME;
  const between = async () => {
    if (performance.now() < until) return;
    await yieldToMessages();
    throwIfAborted(signal, 'Generating');
    until = performance.now() + MILLISECONDS_AT_A_TIME;
  };
  const afterEvent = () => {
    if (inject) decoder.append(inject(decoder.events));
  };
  throwIfAborted(signal, 'Generating');
  const begin = decoder.events.length;
  const missing = (written: readonly GeneratedEvent<E>[]) => {
    if ('events' in amount) return amount.events - written.length;
    return amount.steps - decoder.events.slice(begin).reduce((sum, event) => sum + steps(event), 0);
  };

  const written: GeneratedEvent<E>[] = [];
  if (isPlainSampling(options)) {
    let left = missing(written);
    while (left > 0) {
      const before = decoder.events.length;
      const event = decoder.sample(options, random);
      afterEvent();
      written.push(event);
      onEvent?.(event);
      left -= 'events' in amount ? 1 : stepsFrom(decoder.events, before, steps);
      if (performance.now() >= until) await between();
    }
    return written;
  }
  for (let left = missing(written); left > 0; left = missing(written)) {
    const count = 'events' in amount ? left : EVENTS_PER_STEP * left;
    const more = await beamSearch(decoder, count, options, random, { afterEvent, between });
    more.forEach((event) => onEvent?.(event));
    written.push(...more);
  }
  return written;
}

function stepsFrom<E>(events: readonly E[], from: number, steps: (event: E) => number): number {
  let sum = 0;
  for (let i = from; i < events.length; i++) sum += steps(events[i]);
  return sum;
}

function checkAmount(amount: Amount): void {
  const [name, value] = Object.entries(amount)[0] as [string, number];
  if (!Number.isInteger(value) || value < 0) {
    throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a whole number, 0 or more`);
  }
}
