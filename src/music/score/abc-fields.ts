/** The fields of ABC (abcnotation.com, version 2.1): key, metre, unit length, tempo, order of parts. */
import { keyOfFifths } from './keys.js';
import type { Key, Meter } from './score.js';

export interface ABCKey {
  readonly key: Key | undefined;
  /** Semitones of the letters that the key raises or lowers. */
  readonly accidentals: Readonly<Record<string, number>>;
  /** Semitones by which `transpose=` and `octave=` move what is played. */
  readonly transposition: number;
}

const FIFTHS: Readonly<Record<string, number>> = { F: -1, C: 0, G: 1, D: 2, A: 3, E: 4, B: 5 };
const SHARPS = 'FCGDAEB';
/** Fifths from major to the mode on the same tonic, by the first three letters. */
const MODES: readonly (readonly [RegExp, string, number])[] = [
  [/^mix/i, 'mixolydian', -1],
  [/^dor/i, 'dorian', -2],
  [/^phr/i, 'phrygian', -4],
  [/^lyd/i, 'lydian', 1],
  [/^loc/i, 'locrian', -5],
  [/^(maj|ion)/i, 'major', 0],
  [/^(m$|min|aeo)/i, 'minor', -3],
];
const SIGNS: Readonly<Record<string, number>> = { '^': 1, '^^': 2, _: -1, __: -2, '=': 0 };

function accidentalsOf(fifths: number): Record<string, number> {
  const letters = fifths > 0 ? SHARPS.slice(0, fifths) : [...SHARPS].reverse().slice(0, -fifths);
  return Object.fromEntries([...letters].map((letter) => [letter, Math.sign(fifths)]));
}

function transpositionOf(text: string): number {
  const semitones = Number(/\btranspose=(-?\d+)/.exec(text)?.[1] ?? 0);
  return semitones + 12 * Number(/\boctave=(-?\d+)/.exec(text)?.[1] ?? 0);
}

/** @param text as in `Dmix`, `F#m`, `D =c ^g`, `HP`, `none`, `C clef=bass transpose=-12` */
export function parseKey(text: string): ABCKey {
  const transposition = transpositionOf(text);
  const plain = text.trim();
  // The pipes of the Highlands: HP shows no accidentals, Hp two sharps and a natural; both sound so.
  if (/^H[Pp]\b/.test(plain)) return { key: undefined, accidentals: { F: 1, C: 1 }, transposition };
  const [, tonic, sign, rest] = /^([A-G])([#b]?)(.*)$/s.exec(plain) ?? [];
  if (tonic === undefined) return { key: undefined, accidentals: explicit(plain), transposition };
  const mode = /^\s*([a-zA-Z]+)/.exec(rest)?.[1] ?? '';
  const [, name, shift] = MODES.find(([pattern]) => pattern.test(mode)) ?? [undefined, 'major', 0];
  const fifths = FIFTHS[tonic] + (sign === '#' ? 7 : sign === 'b' ? -7 : 0) + shift;
  const own = Math.abs(fifths) <= 7 ? accidentalsOf(fifths) : {};
  const accidentals = /\bexp\b/.test(rest) ? explicit(rest) : { ...own, ...explicit(rest) };
  return { key: keyOfFifths(fifths, name), accidentals, transposition };
}

/** Accidentals that a key names one by one, as in `D Phr ^f`. */
function explicit(text: string): Record<string, number> {
  const found = [...text.matchAll(/(?:^|\s)(\^\^?|__?|=)([a-gA-G])(?=\s|$)/g)];
  return Object.fromEntries(found.map(([, sign, letter]) => [letter.toUpperCase(), SIGNS[sign]]));
}

/** @returns undefined of free metre, and of what is none */
export function parseMeter(text: string): Meter | undefined {
  const plain = text.trim();
  if (/^C\|/.test(plain)) return { numerator: 2, denominator: 2 };
  if (/^C\b/.test(plain)) return { numerator: 4, denominator: 4 };
  const [, beats, unit] = /^\(?([\d+\s]+)\)?\s*\/\s*(\d+)/.exec(plain) ?? [];
  if (beats === undefined) return undefined;
  const numerator = beats.split('+').reduce((sum, part) => sum + Number(part), 0);
  const denominator = Number(unit);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

/** A fraction of a whole note, in quarters; undefined where it is none. */
export function parseFraction(text: string): number | undefined {
  const [, over, under = '1'] = /^\s*(\d+)(?:\s*\/\s*(\d+))?/.exec(text) ?? [];
  const quarters = (4 * Number(over)) / Number(under);
  return Number.isFinite(quarters) && quarters > 0 ? quarters : undefined;
}

/** Quarters of `L` where the tune does not say: a sixteenth below three quarters of a whole note, else an eighth. */
export const usualUnit = (meter: Meter | undefined) =>
  meter && meter.numerator / meter.denominator < 0.75 ? 0.25 : 0.5;

/**
 * @param unit quarters of `L`, which old tunes count in
 * @returns quarters a minute; undefined where it has words only
 */
export function parseTempo(text: string, unit: number): number | undefined {
  const plain = text.replaceAll(/"[^"]*"/g, ' ').trim();
  const [beats, perMinute] = plain.includes('=') ? plain.split('=') : [undefined, plain];
  const count = Number(/\d+(\.\d+)?/.exec(perMinute ?? '')?.[0]);
  const fractions = (beats ?? '').match(/\d+\s*\/\s*\d+/g);
  // `C=100` and `C3=40`, deprecated, count in units of L.
  const old = Number(/^\s*C(\d*)/.exec(beats ?? '')?.[1] || 1) * unit;
  const beat = fractions ? fractions.reduce((sum, one) => sum + (parseFraction(one) ?? 0), 0) : old;
  const qpm = count * beat;
  return Number.isFinite(qpm) && qpm > 0 ? qpm : undefined;
}

/** Sections that a piece may have, played out; more are a mistake. */
const MOST_PARTS = 1000;

/**
 * The order of parts, as in `ABABCDCD` or `((AB)3(CD)2)2`.
 * @returns letters, or undefined where it is no order
 */
export function parsePartOrder(text: string): string[] | undefined {
  const plain = text.replaceAll(/[\s.]/g, '');
  let at = 0;
  const group = (): string[] | undefined => {
    const order: string[] = [];
    while (at < plain.length && plain[at] !== ')') {
      let found: string[] | undefined;
      if (plain[at] === '(') {
        at++;
        found = group();
        if (!found || plain[at] !== ')') return undefined;
      } else if (/[A-Za-z]/.test(plain[at])) found = [plain[at]];
      if (!found) return undefined;
      at++;
      const count = /^\d+/.exec(plain.slice(at))?.[0] ?? '';
      at += count.length;
      for (let i = 0; i < Number(count || 1); i++) {
        order.push(...found);
        if (order.length > MOST_PARTS) return undefined;
      }
    }
    return order;
  };
  const order = group();
  return order && at === plain.length && order.length > 0 ? order : undefined;
}
