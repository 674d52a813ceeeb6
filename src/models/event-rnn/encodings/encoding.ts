/**
 * Encodes a list of events as input vectors and labels (note_seq/encoder_decoder.py). An input describes the event at a
 * position, and what led to it; a label is the class of the event there.
 */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { SparseVector } from '../../../ops/lstm/network.js';

/** Events as classes, one for each. */
export interface EventClasses<E> {
  readonly count: number;
  /** The event where nothing was written. */
  readonly defaultEvent: E;
  /** Whole events only. @returns undefined for what has no class */
  encode(event: E): number | undefined;
  decode(index: number): E;
  /** The events that have a class, in words, for messages. */
  readonly range: string;
}

export interface EventEncoding<E> {
  readonly inputSize: number;
  /** Sizes of the softmaxes, in the order of the logits: one, but for encodings of whole notes. */
  readonly classes: readonly number[];
  readonly defaultEvent: E;
  /** Sets the input that describes `events[position]` from index `offset`. @throws EVENT_INVALID */
  writeInput(events: readonly E[], position: number, input: SparseVector, offset: number): void;
  /** The class of `events[position]` in each softmax. @throws EVENT_INVALID */
  labels(events: readonly E[], position: number): number[];
  /** The event that these classes mean after `events`. */
  decode(labels: readonly number[], events: readonly E[]): E;
}

/** Says which classes make no sense after the events so far, however likely a model finds them. */
export interface ClassFilter<E> {
  /** Takes the events of a piece, one after the other. */
  hear(event: E): void;
  /** Forgets all events. */
  reset(): void;
  /** Tells whether the class makes no sense now. @param events those that were heard, from the first on */
  forbids(index: number, events: readonly E[]): boolean;
}

/** @throws EVENT_INVALID */
export function classOf<E>(classes: EventClasses<E>, events: readonly E[], position: number): number {
  const index = classes.encode(events[position]);
  if (index !== undefined) return index;
  throw invalidEvent(events[position], position, classes.range);
}

export const invalidEvent = (event: unknown, position: number, range: string): TimbrelError =>
  new TimbrelError(
    'EVENT_INVALID',
    `Event ${position} is ${JSON.stringify(event) ?? event}; this configuration knows ${range}`,
  );

export const isWithin = (value: number | undefined, low: number, high: number): value is number =>
  Number.isInteger(value) && Number(value) >= low && Number(value) <= high;

/** The input is the class, one-hot. */
export function oneHot<E>(classes: EventClasses<E>): EventEncoding<E> {
  return {
    inputSize: classes.count,
    classes: [classes.count],
    defaultEvent: classes.defaultEvent,
    writeInput: (events, position, input, offset) => input.set(offset + classOf(classes, events, position)),
    labels: (events, position) => [classOf(classes, events, position)],
    decode: ([index]) => classes.decode(index),
  };
}

/** Bit i of n as +1 or -1, the lowest first: where in the bar the next event lies. */
export function writeCounter(n: number, bits: number, input: SparseVector, offset: number): void {
  for (let bit = 0; bit < bits; bit++) input.set(offset + bit, Math.floor(n / 2 ** bit) % 2 === 1 ? 1 : -1);
}

/**
 * Inputs: the event; for each distance the event that would come next if the music repeated; the counter; for each distance
 * whether the event repeats. A label is a repeat where there is one, the farthest first.
 * @param distances in events, ascending
 */
export function lookback<E>(
  classes: EventClasses<E>,
  distances: readonly number[],
  counterBits: number,
): EventEncoding<E> {
  const { count, defaultEvent } = classes;
  const base = oneHot(classes);
  const counterAt = count * (1 + distances.length);
  const defaultClass = classes.encode(defaultEvent) ?? 0;
  return {
    inputSize: counterAt + counterBits + distances.length,
    classes: [count + distances.length],
    defaultEvent,
    writeInput(events, position, input, offset) {
      base.writeInput(events, position, input, offset);
      distances.forEach((distance, i) => {
        const repeated = position - distance + 1;
        const index = repeated < 0 ? defaultClass : classOf(classes, events, repeated);
        input.set(offset + count * (i + 1) + index);
      });
      writeCounter(position + 1, counterBits, input, offset + counterAt);
      distances.forEach((distance, i) => {
        if (repeats(base, events, position, distance)) input.set(offset + counterAt + counterBits + i);
      });
    },
    labels: (events, position) => [
      repeatLabel(base, distances, events, position, count) ?? base.labels(events, position)[0],
    ],
    decode: ([index], events) =>
      repeatedEvent(base, distances, events, index - count) ?? base.decode([index], events),
  };
}

const sameLabels = (a: readonly number[], b: readonly number[]) => a.every((label, i) => label === b[i]);

export const repeats = <E>(
  base: Pick<EventEncoding<E>, 'labels'>,
  events: readonly E[],
  position: number,
  distance: number,
): boolean =>
  position >= distance && sameLabels(base.labels(events, position), base.labels(events, position - distance));

/**
 * `first` + i where the event repeats that of distance i. Nothing happening, before the farthest distance has been reached,
 * counts as a repeat of it.
 */
export function repeatLabel<E>(
  base: EventEncoding<E>,
  distances: readonly number[],
  events: readonly E[],
  position: number,
  first: number,
): number | undefined {
  const farthest = distances.length - 1;
  if (farthest < 0) return undefined;
  const [none] = base.labels([base.defaultEvent], 0);
  if (position < distances[farthest] && base.labels(events, position)[0] === none) return first + farthest;
  for (let i = farthest; i >= 0; i--) {
    if (repeats(base, events, position, distances[i])) return first + i;
  }
  return undefined;
}

/** The event that a repeat of distance i means, or undefined if i is none. */
export function repeatedEvent<E>(
  { defaultEvent }: Pick<EventEncoding<E>, 'defaultEvent'>,
  distances: readonly number[],
  events: readonly E[],
  i: number,
): E | undefined {
  if (i < 0 || i >= distances.length) return undefined;
  return events.length < distances[i] ? defaultEvent : events[events.length - distances[i]];
}
