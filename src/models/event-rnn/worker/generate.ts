/** The loop that writes events until there are enough, letting messages in and listening for an abort. */
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import type { Amount } from '../../continuation/piece.js';
import type { BeamOptions } from '../protocol.js';
import type { SamplingOptions } from '../../sampling.js';
import { yieldToMessages } from '../../yield.js';
import { beamSearch, checkBeam, isPlainSampling } from './beam-search.js';
import type { Configuration } from '../encodings/configurations.js';
import type { EventDecoder, GeneratedEvent } from './decoder.js';
import { checkSampling } from '../../sampling.js';

export interface GenerateOptions<E> extends SamplingOptions, BeamOptions {
  readonly signal?: AbortSignal;
  /** Takes each event as it comes, those too that are put in; with a beam search, those of each pass at its end. */
  readonly onEvent?: (event: E) => void;
  /** Takes how likely each event was that was sampled, nats. */
  readonly onLogProbability?: (logProbability: number) => void;
  /**
   * Events to append after the one just written, as if they had been written: Magenta injects the notes of a melody into each
   * new step of PolyphonyRNN so (injection.ts).
   */
  readonly inject?: (events: readonly E[]) => readonly E[];
}

/** Long enough that letting messages in costs nothing, short enough that an abort is heard at once. */
const MILLISECONDS_AT_A_TIME = 8;

/** The limit is more than any chord, of all notes off and on: a model that writes so many in one step will not leave it. */
const MOST_EVENTS_OF_A_STEP = 2000;

/**
 * Appends to the decoder's events. In steps, the last event may reach beyond what was asked for, and a beam search may write some
 * steps more.
 * @returns what was sampled; what was injected is among `decoder.events` only
 * @throws OPTION_INVALID, EVENT_INVALID, CONTROL_INVALID, GENERATION_STALLED, ABORTED
 */
export async function generate<E>(
  decoder: EventDecoder<E>,
  { steps, eventsPerStep }: Pick<Configuration<E>, 'steps' | 'eventsPerStep'>,
  amount: Amount,
  random: () => number,
  options: GenerateOptions<E> = {},
): Promise<GeneratedEvent<E>[]> {
  checkAmount(amount);
  checkSampling(options);
  checkBeam(options);
  const { signal, onEvent, onLogProbability, inject } = options;
  throwIfAborted(signal, 'Generating');
  let until = performance.now() + MILLISECONDS_AT_A_TIME;
  const between = async () => {
    if (performance.now() < until) return;
    await yieldToMessages();
    throwIfAborted(signal, 'Generating');
    until = performance.now() + MILLISECONDS_AT_A_TIME;
  };
  const next = () => {
    const event = decoder.sample(options, random);
    if (inject) decoder.append(inject(decoder.events));
    return event;
  };
  const inEvents = 'events' in amount;
  const isPlain = isPlainSampling(options);
  const written: GeneratedEvent<E>[] = [];
  let left = inEvents ? amount.events : amount.steps;
  let standing = 0;
  const tell = (from: number) => {
    if (onEvent) for (let i = from; i < decoder.events.length; i++) onEvent(decoder.events[i]);
  };
  // A melody may begin where the piece does, before anything is written.
  if (inject && left > 0) {
    const before = decoder.events.length;
    decoder.append(inject(decoder.events));
    tell(before);
  }
  while (left > 0) {
    const before = decoder.events.length;
    const count = inEvents ? left : Math.ceil(eventsPerStep * left);
    const more = isPlain ? [next()] : await beamSearch(decoder, count, options, next, between);
    for (const event of more) {
      written.push(event);
      onLogProbability?.(event.logProbability);
    }
    tell(before);
    const taken = inEvents ? more.length : stepsFrom(decoder.events, before, steps);
    left -= taken;
    standing = taken > 0 ? 0 : standing + more.length;
    if (standing >= MOST_EVENTS_OF_A_STEP) {
      throw new TimbrelError(
        'GENERATION_STALLED',
        `The model wrote ${standing} events, and no time passed; a higher temperature or another seed helps`,
      );
    }
    // Not awaited for each event: that alone would be a microtask for every few microseconds of work.
    if (performance.now() >= until) await between();
  }
  return written;
}

function stepsFrom<E>(events: readonly E[], from: number, steps: (event: E) => number): number {
  let sum = 0;
  for (let i = from; i < events.length; i++) sum += steps(events[i]);
  return sum;
}

function checkAmount(amount: Amount): void {
  const [name, value] = 'events' in amount ? ['events', amount.events] : ['steps', amount.steps];
  if (!Number.isInteger(value) || Number(value) < 0) {
    throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a whole number, 0 or more`);
  }
}
