/** Chord symbols: root, kind, modifications, bass (note_seq/chord_symbols_lib.py). Pitch classes 0 (C) to 11 (B). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { chordDegrees } from './chord-degrees.js';
import { plainSigns } from './chord-text.js';

export type ChordQuality = 'major' | 'minor' | 'augmented' | 'diminished' | 'other';

export interface ChordTones {
  readonly root: number;
  /** The root, but for slash chords. */
  readonly bass: number;
  /** Pitch classes in the order of the chord's degrees, root first, each once. The bass is not among them unless the chord has it. */
  readonly pitches: readonly number[];
  /** 'other': of the first, third and fifth degree, something that is none of these triads. */
  readonly quality: ChordQuality;
}

/** The parts of a symbol as it is written. */
export interface ChordSpelling {
  readonly root: string;
  /** Kind and modifications, as in 'm7b5' or '7(#9)'. */
  readonly kind: string;
  /** Without the slash; undefined where there is none. */
  readonly bass?: string;
}

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
/** Accepts also 'C sharp', 'B-flat' and 'B double flat', but not the 'flattened' of 'C flattened fifth'. */
const ACCIDENTALS = '(?:[#♯𝄪]+|[b♭𝄫]+|x(?![a-z])|[\\s-]*(?:double[\\s-]*)?(?:sharp|flat)(?!ed|ted|ten))?';
const ROOT = new RegExp(`^[A-G]${ACCIDENTALS}`, 'iu');
const BASS = new RegExp(`^(.*?)\\s*/\\s*([A-G]${ACCIDENTALS})$`, 'iu');
/** Annotations of data sets (C. Harte et al., ISMIR 2005) name the bass by its degree: C:maj/3. */
const BASS_DEGREE = /^(\s*:.*)\/\s*([#b]*)(\d{1,2})$/;
const NONE = /^(?:n\.?\s?c\.?|N|no[\s-]*chord)$/i;
/** Semitones of the degrees 1 to 7 of the major scale. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];

const modulo12 = (value: number) => ((value % 12) + 12) % 12;

const semitonesOf = (degree: number, alteration: number) => SCALE[(degree - 1) % 7] + alteration;

const alterationOf = (accidentals: string) =>
  [...plainSigns(accidentals)].reduce((sum, sign) => sum + (sign === '#' ? 1 : sign === 'b' ? -1 : 0), 0);

/** @param name letter with sharps or flats */
export function pitchClassOf(name: string): number {
  const accidentals = name
    .slice(1)
    .replace('x', '##')
    .replace(/double[\s-]*(sharp|flat)/i, '$1$1')
    .replaceAll(/sharp/gi, '#')
    .replaceAll(/flat/gi, 'b');
  return modulo12(LETTERS[name[0].toUpperCase()] + alterationOf(accidentals));
}

/** Tells whether it is 'N.C.' or one of the other spellings of no chord: NC, N.C, n.c., N, No Chord. */
export const isNoChord = (symbol: string) => NONE.test(symbol.trim());

function unknown(symbol: string, why: string): TimbrelError {
  return new TimbrelError('CHORD_SYMBOL_UNKNOWN', `The chord symbol '${symbol}' cannot be read: ${why}`);
}

function rootOf(symbol: string): string {
  const root = ROOT.exec(symbol.trim())?.[0];
  if (root === undefined) throw unknown(symbol, 'it begins with no note from A to G');
  return root;
}

/**
 * @param symbol of a chord, not 'N.C.'
 * @throws CHORD_SYMBOL_UNKNOWN where there is no root
 */
export function splitChordSymbol(symbol: string): ChordSpelling {
  const root = rootOf(symbol);
  // In 'A-flat-major' the hyphen joins words, and does not say 'minor'.
  const rest = symbol
    .trim()
    .slice(root.length)
    .replace(/^-(?=[a-z]{3})/i, (hyphen) => (/sharp|flat/i.test(root) ? ' ' : hyphen));
  const slash = BASS.exec(rest);
  return slash ? { root, kind: slash[1], bass: slash[2] } : { root, kind: rest };
}

/** Qualities by the alterations of the first, third and fifth degree. */
const TRIADS: Readonly<Record<string, ChordQuality>> = {
  '0,0,0': 'major',
  '0,-1,0': 'minor',
  '0,0,1': 'augmented',
  '0,-1,-1': 'diminished',
};

/**
 * The tones of a chord symbol, such as C, F#m7, Bb7b9, Am7b5, Csus4, G13(no5), C/E. All common ways to write a chord are read,
 * also with brackets, commas and spaces, in words and as data sets annotate them: C7(b9, #11), C minor 7, C^7, Ch7, C:min7/b3.
 * @param symbol not 'N.C.', which is no chord
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export function parseChordSymbol(symbol: string): ChordTones {
  if (isNoChord(symbol)) throw unknown(symbol, 'it says that there is no chord');
  const spelling = splitChordSymbol(symbol);
  const annotated = BASS_DEGREE.exec(spelling.kind);
  const degrees = chordDegrees(annotated?.[1] ?? spelling.kind);
  if (!degrees)
    throw unknown(
      symbol,
      `'${spelling.kind}' is no kind of chord, is broken off, or changes what it does not have`,
    );
  const root = pitchClassOf(spelling.root);
  const pitches = [...degrees].flatMap(([degree, alterations]) =>
    alterations.map((alteration) => modulo12(root + semitonesOf(degree, alteration))),
  );
  let bass = spelling.bass === undefined ? root : pitchClassOf(spelling.bass);
  if (annotated) bass = modulo12(root + semitonesOf(Number(annotated[3]), alterationOf(annotated[2])));
  return {
    root,
    bass,
    pitches: [...new Set(pitches)],
    quality: TRIADS[[1, 3, 5].map((degree) => degrees.get(degree)?.join('&')).join()] ?? 'other',
  };
}

/**
 * The root alone, whatever follows it.
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export const chordRoot = (symbol: string): number => pitchClassOf(rootOf(symbol));

const NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const LETTER_ORDER = 'CDEFGAB';
/** The letters that an interval of 0 to 11 semitones goes up: a third is two letters, minor or major. */
const LETTER_STEPS = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6];

/** The name moves by scale steps, so that C# goes up a minor third to E; it is plain where that needs double accidentals. */
function transposeName(name: string, semitones: number): string {
  const pitchClass = modulo12(pitchClassOf(name) + semitones);
  const steps = LETTER_ORDER.indexOf(name[0].toUpperCase()) + LETTER_STEPS[modulo12(semitones)];
  const letter = LETTER_ORDER[steps % 7];
  const alteration = modulo12(pitchClass - LETTERS[letter] + 6) - 6;
  if (Math.abs(alteration) > 1) return NAMES[pitchClass];
  return letter + (alteration > 0 ? '#' : alteration < 0 ? 'b' : '');
}

/**
 * Root and bass move, the kind keeps its spelling; 'N.C.' stays.
 * @throws CHORD_SYMBOL_UNKNOWN where there is no root
 */
export function transposeChordSymbol(symbol: string, semitones: number): string {
  if (isNoChord(symbol) || semitones % 12 === 0) return symbol;
  const { root, kind, bass } = splitChordSymbol(symbol);
  const slash = bass === undefined ? '' : `/${transposeName(bass, semitones)}`;
  return transposeName(root, semitones) + kind + slash;
}
