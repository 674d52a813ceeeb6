/** Chords as numbers, as models are conditioned on them (note_seq/chords_encoder_decoder.py). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { parseChordSymbol, type ChordQuality } from './chord-symbol.js';
import { NO_CHORD } from './note-sequence.js';

/** Values of {@link majorMinorChordClass}: no chord, 12 major triads, 12 minor ones. */
export const MAJOR_MINOR_CLASSES = 25;
/** Values of {@link triadChordClass}: the same, then 12 augmented and 12 diminished. */
export const TRIAD_CLASSES = 49;
/** Length of {@link chordPitchesVector}. */
export const CHORD_PITCHES_SIZE = 37;

const QUALITIES: readonly ChordQuality[] = ['major', 'minor', 'augmented', 'diminished'];
const SUFFIXES = ['', 'm', 'aug', 'dim'];
const ROOTS = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];

function chordClass(symbol: string, qualities: readonly ChordQuality[]): number {
  if (symbol === NO_CHORD) return 0;
  const { root, quality } = parseChordSymbol(symbol);
  const index = qualities.indexOf(quality);
  if (index < 0) {
    throw new TimbrelError(
      'CHORD_UNENCODABLE',
      `The chord '${symbol}' is none of ${qualities.join(', ')}, which is all that this encoding knows`,
    );
  }
  return 1 + 12 * index + root;
}

/**
 * 0 no chord, 1 + root for a major triad, 13 + root for a minor one, with any seventh or added tones.
 * @throws CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE
 */
export const majorMinorChordClass = (symbol: string) => chordClass(symbol, QUALITIES.slice(0, 2));

/**
 * As {@link majorMinorChordClass}, then 25 + root for an augmented triad, 37 + root for a diminished one.
 * @throws CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE
 */
export const triadChordClass = (symbol: string) => chordClass(symbol, QUALITIES);

/**
 * The symbol of a class of either encoding.
 * @throws OPTION_INVALID
 */
export function chordOfClass(index: number): string {
  if (!(Number.isInteger(index) && index >= 0 && index < TRIAD_CLASSES)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The class of a chord is ${index}; expected 0 to ${TRIAD_CLASSES - 1}`,
    );
  }
  if (index === 0) return NO_CHORD;
  return ROOTS[(index - 1) % 12] + SUFFIXES[Math.floor((index - 1) / 12)];
}

/**
 * @returns [37] no chord, then 12 for the root, 12 for the pitches, 12 for the bass: 1 where it is so
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export function chordPitchesVector(symbol: string): Float32Array {
  const vector = new Float32Array(CHORD_PITCHES_SIZE);
  if (symbol === NO_CHORD) {
    vector[0] = 1;
    return vector;
  }
  const { root, pitches, bass } = parseChordSymbol(symbol);
  vector[1 + root] = 1;
  for (const pitch of pitches) vector[13 + pitch] = 1;
  vector[25 + bass] = 1;
  return vector;
}
