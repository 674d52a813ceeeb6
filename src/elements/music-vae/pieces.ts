/** From what a file holds, or what was played, to pieces that fit a corner: the voices the model knows, cut into its windows. */
import { counted } from '../../errors/counted.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { cutWindows, inOneTempo, isDrumKind, voicesOf, type Reader } from '../../models/music-vae/windows.js';
import type { NoteSequence } from '../../music/note-sequence.js';

/** A file of an hour has more windows than anybody steps through. */
const MOST_WINDOWS = 256;

/**
 * Cuts a sequence into the windows of a model.
 * @returns the windows that have notes, in order
 * @throws PRIMER_EMPTY where there is none
 */
export function piecesOf(sequence: NoteSequence, reader: Reader): readonly NoteSequence[] {
  const windows = cutWindows(inOneTempo(voicesOf(sequence, reader)), reader);
  const pieces = windows.filter(({ notes }) => notes.length > 0);
  if (pieces.length > 0) return pieces.slice(0, MOST_WINDOWS);
  throw new TimbrelError(
    'PRIMER_EMPTY',
    `Among ${counted(sequence.notes.length, 'note')} there is no ${isDrumKind(reader.kind) ? 'drum' : reader.kind}, and the model reads nothing ` +
      'else. What was there is kept',
  );
}
