/** Fields that protobuf's JSON leaves out, since they hold 0, false, '' or nothing. */
import type { Note, NoteSequence } from './note-sequence.js';

/** Asked of every note: a list of its values would be made each time. */
function hasNulls(value: object): boolean {
  for (const key in value) if (value[key as keyof typeof value] === null) return true;
  return false;
}
const isWhole = (note: Partial<Note>) => note.pitch !== undefined && !hasNulls(note);

/** JSON of other programs says null of what it leaves out. */
const withoutNulls = <T extends object>(value: T): T =>
  hasNulls(value)
    ? (Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null)) as T)
    : value;

function wholeNote(note: Note): Note {
  const { pitch = 0, ...rest }: Partial<Note> = withoutNulls(note);
  return { ...rest, pitch };
}

/**
 * The sequence with all that is taken for granted: a list of notes, each with its pitch. Other fields are read with their defaults
 * where they are used. Velocity alone is not: nobody writes 0 for a note that sounds, so a note without one has the default of
 * whoever plays it.
 * @returns the same sequence where nothing is left out
 */
export function withLeftOut(sequence: NoteSequence): NoteSequence {
  const given = withoutNulls(sequence);
  const { notes = [] }: Partial<NoteSequence> = given;
  if (notes === sequence.notes && notes.every(isWhole)) return given;
  return {
    ...given,
    notes: notes.map((note) => (isWhole(note) ? note : wholeNote(note))),
  };
}

/**
 * Tells whether a note has times; those at 0 may be left out. Of a quantised note from 0 s to 0 s nothing tells whether that is its time or
 * whether it has none (protobuf writes neither): it is read by its steps, as quantisation also gives it the length of one.
 */
export const hasTimes = ({ notes }: NoteSequence) =>
  notes.some(({ startTime = 0, endTime = 0 }) => startTime !== 0 || endTime !== 0);
