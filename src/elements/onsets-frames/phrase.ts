/** The part of what was heard that another element answers. */
import type { NoteSequence } from '../../music/note-sequence.js';

/** Seconds at the end of what was heard that are answered: networks remember no more. */
const ANSWERED = 30;

/** The notes that began in the last half minute, from the first of them on. */
export function lastPhrase({ notes }: NoteSequence): NoteSequence {
  const last = notes.reduce((latest, { endTime = 0 }) => Math.max(latest, endTime), 0);
  const phrase = notes.filter(({ startTime = 0 }) => startTime >= last - ANSWERED);
  const first = phrase.reduce((earliest, { startTime = 0 }) => Math.min(earliest, startTime), last);
  return {
    notes: phrase.map((note) => ({
      ...note,
      startTime: (note.startTime ?? 0) - first,
      endTime: (note.endTime ?? 0) - first,
    })),
    totalTime: last - first,
  };
}
