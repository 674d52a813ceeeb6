/** Chords as numbers, as models are conditioned on them (note_seq/chords_encoder_decoder.py). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { isNoChord, parseChordSymbol, type ChordQuality, type ChordTones } from './chord-symbol.js';
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

/** The tones of a chord, or 'N.C.' for none. */
export type Chord = ChordTones | typeof NO_CHORD;

/**
 * The chord that a symbol stands for, all spellings of no chord among them.
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export const chordOf = (symbol: string): Chord => (isNoChord(symbol) ? NO_CHORD : parseChordSymbol(symbol));

/** The class of {@link triadChordClass}; undefined for a chord whose triad has none. */
export function triadClassOf(chord: Chord): number | undefined {
  if (chord === NO_CHORD) return 0;
  const index = QUALITIES.indexOf(chord.quality);
  return index < 0 ? undefined : 1 + 12 * index + chord.root;
}

/** The indices of {@link chordPitchesVector} that are 1, each once. */
export function chordPitchesOf(chord: Chord): number[] {
  if (chord === NO_CHORD) return [0];
  const { root, pitches, bass } = chord;
  return [1 + root, ...[...new Set(pitches)].map((pitch) => 13 + pitch), 25 + bass];
}

function chordClass(symbol: string, classes: number): number {
  const index = triadClassOf(chordOf(symbol));
  if (index !== undefined && index < classes) return index;
  const known = QUALITIES.slice(0, (classes - 1) / 12).join(', ');
  throw new TimbrelError(
    'CHORD_UNENCODABLE',
    `The chord '${symbol}' is none of ${known}, which is all that this encoding knows`,
  );
}

/**
 * 0 no chord, 1 + root for a major triad, 13 + root for a minor one, with any seventh or added tones.
 * @throws CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE
 */
export const majorMinorChordClass = (symbol: string) => chordClass(symbol, MAJOR_MINOR_CLASSES);

/**
 * Numbers chords as {@link majorMinorChordClass} does, then 25 + root for an augmented triad, 37 + root for a diminished one.
 * @throws CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE
 */
export const triadChordClass = (symbol: string) => chordClass(symbol, TRIAD_CLASSES);

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
  for (const index of chordPitchesOf(chordOf(symbol))) vector[index] = 1;
  return vector;
}
