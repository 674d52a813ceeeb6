import type { QuantizedNote } from './note-sequence.js';

/** Notes of events that come one by one: each is read once, and what they say so far can be asked for at any time. */
export interface GrowingNotes<E> {
  /** Notes that have ended, in the order in which they did. */
  readonly ended: QuantizedNote[];
  /** The present. */
  readonly step: number;
  /** @throws EVENT_INVALID */
  read(event: E): void;
  /** Notes that sound, each as if it ended at present. */
  open(): QuantizedNote[];
}

/** The notes of all events, those that sound at the end last. @throws EVENT_INVALID */
export function allNotes<E>(growing: GrowingNotes<E>, events: readonly E[]): QuantizedNote[] {
  for (const event of events) growing.read(event);
  return [...growing.ended, ...growing.open()];
}
