/** The notes of a sequence as a player takes them. */
import { checkedNoteSequence } from '../music/note-sequence-json.js';
import { DEFAULT_VELOCITY, type NoteSequence } from '../music/note-sequence.js';
import { unquantizeSequence } from '../music/quantize.js';
import type { PlayedNote } from './sequence-player.js';

/** The sequence in seconds: one that is quantised is played by its steps. @throws NOTE_SEQUENCE_INVALID */
export function inSeconds(sequence: NoteSequence): NoteSequence {
  const checked = checkedNoteSequence(sequence);
  return checked.quantizationInfo ? unquantizeSequence(checked) : checked;
}

/** @param sequence in seconds; notes without a velocity have the default */
export const playedNotes = ({ notes }: NoteSequence): PlayedNote[] =>
  notes.map(({ velocity, startTime = 0, endTime = 0, ...note }) => ({
    ...note,
    velocity: velocity || DEFAULT_VELOCITY,
    startTime,
    endTime,
  }));
