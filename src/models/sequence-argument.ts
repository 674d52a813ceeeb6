/** Note sequences as callers hand them over. Runs on the page: nothing is computed here. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { checkedNoteSequence } from '../music/note-sequence-json.js';
import type { NoteSequence } from '../music/note-sequence.js';
import { shown } from '../errors/check-arguments.js';

/**
 * A copy in which every field holds what it must.
 * @throws NOTE_SEQUENCE_INVALID
 */
export function checkedSequence(sequence: NoteSequence): NoteSequence {
  const notes: unknown = (sequence as NoteSequence | null | undefined)?.notes;
  // JSON may leave out what has protobuf's default; in a call it was forgotten.
  if (typeof sequence === 'object' && sequence !== null && !Array.isArray(notes))
    throw new TimbrelError('NOTE_SEQUENCE_INVALID', `notes is ${shown(notes)}; expected a list of notes`);
  const checked = checkedNoteSequence(sequence);
  const missing = sequence.notes.findIndex(({ pitch }) => pitch === undefined || pitch === null);
  if (missing < 0) return checked;
  throw new TimbrelError('NOTE_SEQUENCE_INVALID', `notes[${missing}].pitch is missing; expected 0 to 127`);
}
