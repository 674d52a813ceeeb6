/** The lists of a sequence whose entries stand at a time, all at once. */
import { withLeftOut } from './left-out.js';
import type { NoteSequence } from './note-sequence.js';

export interface TimedEvent {
  readonly time?: number;
  readonly quantizedStep?: number;
}

const TIMED_LISTS = [
  'tempos',
  'timeSignatures',
  'keySignatures',
  'textAnnotations',
  'sectionAnnotations',
  'controlChanges',
  'pitchBends',
] as const;

export type TimedList = (typeof TIMED_LISTS)[number];
export type TimedLists = Partial<Pick<NoteSequence, TimedList>>;

/** Entries of these stand at a step too, where the sequence is quantised. */
export const hasSteps = (list: TimedList) => list === 'textAnnotations' || list === 'controlChanges';

/** A state holds until the next of its kind. */
export const isState = (list: TimedList) =>
  list === 'tempos' || list === 'timeSignatures' || list === 'keySignatures';

/**
 * The lists that a sequence has, changed.
 * @param change gets one list and its name; it may leave entries out and change their times, and leaves the rest of them alone
 */
export function mapTimedLists(
  lists: TimedLists,
  change: (events: readonly TimedEvent[], list: TimedList) => readonly TimedEvent[],
): TimedLists {
  const changed = TIMED_LISTS.flatMap((list) => {
    const events = lists[list];
    return events ? [[list, change(events, list)] as const] : [];
  });
  return Object.fromEntries(changed) as TimedLists;
}

/** The lists of several sequences, one behind the other. */
export function joinTimedLists(parts: readonly TimedLists[]): TimedLists {
  const joined = TIMED_LISTS.map((list) => {
    const present = parts.map((part) => part[list]).filter((events) => events !== undefined);
    return [list, present.length > 0 ? present.flat() : undefined] as const;
  });
  return Object.fromEntries(joined.filter(([, events]) => events)) as TimedLists;
}

/** Seconds: the end of the last note, or totalTime where that is later. */
export function totalSeconds(sequence: NoteSequence): number {
  const { notes, totalTime = 0 } = withLeftOut(sequence);
  return notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), totalTime);
}
