/** From what a file holds, or what was played, to pieces that fit a corner: the voices the model knows, cut into its windows. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { takeDrums, takeMelody } from '../../music/primer.js';
import { splitSequence } from '../../music/split.js';
import type { Window } from './rewrite.js';

export type PieceKind = 'melody' | 'drums' | 'trio' | 'multitrack' | 'groove';

/** A file of an hour has more windows than anybody steps through. */
const MOST_WINDOWS = 256;

export const isDrumKind = (kind: PieceKind) => kind === 'drums' || kind === 'groove';

/** The notes that a model of this kind reads. */
function voicesOf(sequence: NoteSequence, kind: PieceKind): NoteSequence {
  if (kind === 'melody') return takeMelody(sequence);
  return isDrumKind(kind) ? takeDrums(sequence) : sequence;
}

/** The first tempo for the whole: a window is so many steps, and a model's pieces have one tempo. */
const inOneTempo = (sequence: NoteSequence): NoteSequence => ({
  ...sequence,
  tempos: [{ time: 0, qpm: openingTempo(sequence) }],
});

export const secondsOf = ({ steps, stepsPerQuarter }: Window, qpm: number): number =>
  (steps / stepsPerQuarter) * (60 / qpm);

/**
 * Cuts a sequence into the windows of a model.
 * @returns the windows that have notes, in order
 * @throws PRIMER_EMPTY where there is none
 */
export function piecesOf(sequence: NoteSequence, kind: PieceKind, window: Window): readonly NoteSequence[] {
  const voices = inOneTempo(voicesOf(sequence, kind));
  const seconds = secondsOf(window, openingTempo(voices));
  const pieces = splitSequence(voices, seconds).filter(({ notes }) => notes.length > 0);
  if (pieces.length > 0) return pieces.slice(0, MOST_WINDOWS);
  throw new TimbrelError(
    'PRIMER_EMPTY',
    `Among these ${sequence.notes.length} notes there is no ${isDrumKind(kind) ? 'drum' : kind}, and the model reads nothing ` +
      'else. What was there is kept',
  );
}
