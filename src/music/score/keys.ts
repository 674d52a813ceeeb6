/** Keys by their sharps and flats. */
import { MAJOR, MINOR } from '../note-sequence.js';
import type { Key } from './score.js';

/** note-seq's number of each mode, and the fifths from the tonic of major to its own. */
const MODES: Readonly<Record<string, { readonly mode: number; readonly fifths: number }>> = {
  major: { mode: MAJOR, fifths: 0 },
  ionian: { mode: MAJOR, fifths: 0 },
  minor: { mode: MINOR, fifths: 3 },
  aeolian: { mode: MINOR, fifths: 3 },
  mixolydian: { mode: 3, fifths: 1 },
  dorian: { mode: 4, fifths: 2 },
  phrygian: { mode: 5, fifths: 4 },
  lydian: { mode: 6, fifths: -1 },
  locrian: { mode: 7, fifths: 5 },
};

/** The tonic of so many sharps in a mode. */
export function keyOfFifths(fifths: number, name: string, semitones = 0): Key {
  const { mode, fifths: above } = MODES[name] ?? MODES.major;
  return { key: ((((fifths + above) * 7 + semitones) % 12) + 12) % 12, mode };
}
