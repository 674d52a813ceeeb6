/** Chord symbols: root, kind, modifications, bass (note_seq/chord_symbols_lib.py). Pitch classes 0 (C) to 11 (B). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { CHORD_KINDS, type Degree } from './chord-kinds.js';
import { NO_CHORD } from './note-sequence.js';

export type ChordQuality = 'major' | 'minor' | 'augmented' | 'diminished' | 'other';

export interface ChordTones {
  readonly root: number;
  /** The root, but for slash chords. */
  readonly bass: number;
  /** In the order of the chord's degrees, root first, each once. The bass is not among them unless the chord has it. */
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
const ROOT = /^[A-Ga-g](?:#+|♯+|b+|♭+)?/;
const BASS = /^(.*)\/([A-G](?:#+|♯+|b+|♭+)?)$/;
const MODIFICATION = /\(?(add|no|)(#|b|)(\d+)\)?/g;
const MODIFICATIONS = /^(?:\(?(?:add[#b]?|no|[#b])\d{1,2}\)?)*$/;
/** Semitones of the degrees 1 to 7 of the major scale. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];

const modulo12 = (value: number) => ((value % 12) + 12) % 12;

/** @param name letter with sharps or flats */
export function pitchClassOf(name: string): number {
  const sharps = name.slice(1).replace(/[b♭]/g, '').length;
  const flats = name.length - 1 - sharps;
  return modulo12(LETTERS[name[0].toUpperCase()] + sharps - flats);
}

function unknown(symbol: string, why: string): TimbrelError {
  return new TimbrelError('CHORD_SYMBOL_UNKNOWN', `The chord symbol '${symbol}' cannot be read: ${why}`);
}

function rootOf(symbol: string): string {
  const root = ROOT.exec(symbol)?.[0];
  if (root === undefined) throw unknown(symbol, 'it has no root from A to G');
  return root;
}

/**
 * @param symbol of a chord, not 'N.C.'
 * @throws CHORD_SYMBOL_UNKNOWN where there is no root
 */
export function splitChordSymbol(symbol: string): ChordSpelling {
  const root = rootOf(symbol);
  const rest = symbol.slice(root.length);
  const slash = BASS.exec(rest);
  return slash ? { root, kind: slash[1], bass: slash[2] } : { root, kind: rest };
}

/** Degrees of the chord and their alterations, after all modifications; undefined where one cannot be carried out. */
function modify(degrees: readonly Degree[], modifications: string): Map<number, number> | undefined {
  const result = new Map(degrees);
  for (const [, action, accidental, number] of modifications.matchAll(MODIFICATION)) {
    const degree = Number(number);
    const alteration = accidental === '#' ? 1 : accidental === 'b' ? -1 : 0;
    const present = result.get(degree);
    if (degree < 1 || degree > 15) return undefined;
    if (action === 'add') {
      if (present !== undefined) return undefined;
      // The seventh that one adds is the minor one.
      result.set(degree, alteration - (degree === 7 ? 1 : 0));
    } else if (action === 'no') {
      if (!result.delete(degree)) return undefined;
    } else {
      result.set(degree, (present ?? 0) + alteration);
    }
  }
  return result;
}

/** Of the first, third and fifth degree. */
const TRIADS: Readonly<Record<string, ChordQuality>> = {
  '0,0,0': 'major',
  '0,-1,0': 'minor',
  '0,0,1': 'augmented',
  '0,-1,-1': 'diminished',
};

/** The first kind whose spelling begins the text and leaves nothing but modifications that can be carried out. */
function degreesOf(kind: string): Map<number, number> | undefined {
  for (const [spelling, degrees] of CHORD_KINDS) {
    const rest = kind.slice(spelling.length);
    if (!kind.startsWith(spelling) || !MODIFICATIONS.test(rest)) continue;
    const modified = modify(degrees, rest);
    if (modified) return modified;
  }
  return undefined;
}

/**
 * What a chord symbol stands for, such as C, F#m7, Bb7b9, Am7b5, Csus4, G13(no5), C/E.
 * @param symbol not 'N.C.', which is no chord
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export function parseChordSymbol(symbol: string): ChordTones {
  if (symbol === NO_CHORD) throw unknown(symbol, 'it says that there is no chord');
  const spelling = splitChordSymbol(symbol);
  const degrees = degreesOf(spelling.kind.replaceAll('♯', '#').replaceAll('♭', 'b'));
  if (!degrees)
    throw unknown(symbol, `'${spelling.kind}' is no kind of chord, or alters what it does not have`);
  const root = pitchClassOf(spelling.root);
  const pitches = [...degrees].map(([degree, alteration]) =>
    modulo12(root + SCALE[(degree - 1) % 7] + alteration),
  );
  return {
    root,
    bass: spelling.bass === undefined ? root : pitchClassOf(spelling.bass),
    pitches: [...new Set(pitches)],
    quality: TRIADS[[1, 3, 5].map((degree) => degrees.get(degree)).join()] ?? 'other',
  };
}

/**
 * The root alone, whatever follows it.
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export const chordRoot = (symbol: string): number => pitchClassOf(rootOf(symbol));

const NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const LETTER_ORDER = 'CDEFGAB';
/** How many letters an interval of 0 to 11 semitones goes up: a third is two letters whether minor or major. */
const LETTER_STEPS = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6];

/** By an interval of scale steps, so that C# goes up a minor third to E; plainly where that needs double accidentals. */
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
  if (symbol === NO_CHORD || semitones % 12 === 0) return symbol;
  const { root, kind, bass } = splitChordSymbol(symbol);
  const slash = bass === undefined ? '' : `/${transposeName(bass, semitones)}`;
  return transposeName(root, semitones) + kind + slash;
}
