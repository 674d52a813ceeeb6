/** One voice of an ABC tune: its music as measures, bar line by bar line. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { isNoChord, parseChordSymbol } from '../chord-symbol.js';
import { NO_CHORD } from '../note-sequence.js';
import { parseFraction, parseKey, parseMeter, parseTempo, type ABCKey } from './abc-fields.js';
import { dynamicOf } from './dynamics.js';
import { placeGraces } from './grace-notes.js';
import {
  snapped,
  type At,
  type Key,
  type Marks,
  type Meter,
  type PartMeasure,
  type ScoreNote,
} from './score.js';

/** A measure as one voice has it. */
export interface ABCMeasure extends PartMeasure {
  readonly length: number;
  readonly notes: ScoreNote[];
  readonly levels: At<number>[];
  readonly accents: At<number>[];
  readonly tempos: At<number>[];
  readonly chords: At<string>[];
  readonly marks: Marks;
  /** The letter of the part that begins here. */
  readonly part?: string;
  readonly meter?: Meter;
  readonly key?: Key;
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

export interface VoiceStart {
  readonly key: ABCKey;
  readonly meter: Meter | undefined;
  /** Quarters of a length of 1. */
  readonly unit: number;
  readonly number: number;
}

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
/** The pitch of `C`, without a comma or an apostrophe. */
const MIDDLE_C = 60;
const SIGNS: Readonly<Record<string, number>> = { '^': 1, '^^': 2, _: -1, __: -2, '=': 0 };

const NOTE = /(\^\^?|__?|=)?([A-Ga-g])([,']*)/y;
const LENGTH = /(\d*)(\/*)(\d*)/y;
const BROKEN = /\s*(>{1,3}|<{1,3})/y;
const TUPLET = /\((\d)(?::(\d*))?(?::(\d*))?/y;
const BAR = /(:*)([|\]\[]*\|[|\]]*|::+)(:*)/y;
const ENDING = /\s*\[?\s*(\d[\d,\-]*)/y;

export class VoiceReader {
  readonly measures: Growing<ABCMeasure>[] = [];
  private key: ABCKey;
  private meter: Meter | undefined;
  private unit: number;
  private measure: Growing<ABCMeasure> = emptyMeasure();
  private cursor = 0;
  /** Accidentals of the bar, by letter: they hold in all octaves. */
  private accidentals = new Map<string, number>();
  private ties = new Set<number>();
  private graces: number[][] = [];
  private broken = 1;
  private tuplet = { left: 0, factor: 1 };
  private ending: readonly number[] | undefined;
  /** The notes of the latest sound, and its place: broken rhythm changes them. */
  private latest: { notes: ScoreNote[]; start: number; duration: number } | undefined;
  private text = '';
  private at = 0;
  private where = '';

  constructor(private readonly start: VoiceStart) {
    this.key = start.key;
    this.meter = start.meter;
    this.unit = start.unit;
    this.measure.meter = start.meter;
    this.measure.key = start.key.key;
  }

  private invalid(what: string): TimbrelError {
    return new TimbrelError('ABC_INVALID', `${this.where}: ${what}`);
  }

  /** @throws ABC_INVALID */
  read(line: string, where: string): void {
    [this.text, this.at, this.where] = [line, 0, where];
    while (this.at < line.length) this.readNext();
  }

  /** Ends the last measure. */
  finish(): ABCMeasure[] {
    this.endMeasure();
    return this.measures;
  }

  /** The part of that letter begins. */
  beginPart(letter: string): void {
    if (this.cursor > 0) this.endMeasure();
    this.measure.part = letter;
  }

  /** A field between lines of music, or within one. */
  readField(name: string, value: string): void {
    if (name === 'K') {
      this.key = parseKey(value);
      // Keys change where bars begin, and else from the next one on.
      this.measure.key = this.key.key;
      this.accidentals.clear();
    }
    if (name === 'M') {
      this.meter = parseMeter(value);
      if (this.cursor > 0) this.endMeasure();
      this.measure.meter = this.meter;
    }
    if (name === 'L') this.unit = parseFraction(value) ?? this.unit;
    if (name === 'P' && /^\s*[A-Za-z]\s*$/.test(value)) this.beginPart(value.trim());
    const qpm = name === 'Q' ? parseTempo(value, this.unit) : undefined;
    if (qpm !== undefined) this.measure.tempos.push({ at: this.cursor, value: qpm });
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found ?? undefined;
  }

  /** The text up to a closing sign, which is stepped over. */
  private upTo(closing: string, what: string): string {
    const end = this.text.indexOf(closing, this.at + 1);
    if (end < 0) throw this.invalid(`${what} that begins at column ${this.at + 1} is not closed`);
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inside;
  }

  private readNext(): void {
    const sign = this.text[this.at];
    const next = this.text[this.at + 1];
    if (sign === '"') return this.readQuoted(this.upTo('"', 'a text'));
    if (sign === '!' || sign === '+') return this.readDecoration(sign);
    if (sign === '{') return this.readGraces(this.upTo('}', 'a grace note'));
    if (sign === '[' && /[A-Za-z]/.test(next ?? '') && this.text[this.at + 2] === ':') {
      const field = this.upTo(']', 'a field');
      return this.readField(field[0], field.slice(2));
    }
    if (sign === '[' && /\d/.test(next ?? '')) return this.readEnding();
    if (sign === '[' && !/[|:\]]/.test(next ?? '')) return this.readChord();
    if (sign === '(' && /\d/.test(next ?? '')) return this.readTuplet();
    if (/[zxZX]/.test(sign)) return this.readRest(sign);
    if (sign === '-') return this.tie();
    if (sign === '&') throw this.invalid('voices laid over each other (&) are not read');
    if (/[|:[\]]/.test(sign) && this.readBar()) return;
    const pitch = this.readPitch();
    if (pitch === undefined) this.at++;
    else this.sound([pitch], this.readLength());
  }

  /** @returns undefined where there is no note */
  private readPitch(): number | undefined {
    const found = this.match(NOTE);
    if (!found) return undefined;
    const [, sign, letter, octaves] = found;
    const name = letter.toUpperCase();
    if (sign !== undefined) this.accidentals.set(name, SIGNS[sign]);
    const alteration = this.accidentals.get(name) ?? this.key.accidentals[name] ?? 0;
    let octave = letter === name ? 0 : 1;
    for (const mark of octaves) octave += mark === "'" ? 1 : -1;
    const pitch = MIDDLE_C + LETTERS[name] + 12 * octave + alteration + this.key.transposition;
    if (pitch >= 0 && pitch <= 127) return pitch;
    throw this.invalid(`the note ${found[0]} lies beyond what MIDI has`);
  }

  /** Units of length. */
  private readLength(): number {
    const [, over, slashes, under] = this.match(LENGTH) ?? [];
    const divisor = slashes === '' ? 1 : under === '' ? 2 ** (slashes ?? '').length : Number(under);
    const length = Number(over || 1) / divisor;
    if (length > 0 && Number.isFinite(length)) return length;
    throw this.invalid(`a note has the length ${over}${slashes}${under}`);
  }

  private readRest(sign: string): void {
    this.at++;
    if (sign === 'Z' || sign === 'X') {
      const bars = Number(/^\d+/.exec(this.text.slice(this.at))?.[0] ?? 1);
      this.at += /^\d*/.exec(this.text.slice(this.at))?.[0].length ?? 0;
      const { numerator, denominator } = this.meter ?? { numerator: 4, denominator: 4 };
      for (let i = 0; i < Math.min(bars, 1000); i++) {
        if (i > 0) this.endMeasure();
        this.cursor = snapped(this.cursor + (4 * numerator) / denominator);
      }
      return;
    }
    this.sound([], this.readLength());
  }

  private readChord(): void {
    const start = this.at;
    const end = this.text.indexOf(']', start);
    if (end < 0) throw this.invalid(`a chord that begins at column ${start + 1} is not closed`);
    this.at++;
    const pitches: number[] = [];
    let inner = 1;
    while (this.at < end) {
      const pitch = this.readPitch();
      if (pitch === undefined) {
        if (this.text[this.at] === '-') this.tieNext.add(pitches[pitches.length - 1]);
        this.at++;
        continue;
      }
      const length = this.readLength();
      // The first note of a chord says how long it is.
      if (pitches.length === 0) inner = length;
      pitches.push(pitch);
    }
    this.at = end + 1;
    this.sound(pitches, inner * this.readLength());
  }

  /** Pitches that a chord ties to the next, within its brackets. */
  private readonly tieNext = new Set<number>();

  private tie(): void {
    this.at++;
    for (const { pitch } of this.latest?.notes ?? []) this.ties.add(pitch);
  }

  /** @param pitches none of a rest */
  private sound(pitches: readonly number[], length: number): void {
    const factor = this.tuplet.left > 0 ? this.tuplet.factor : 1;
    if (this.tuplet.left > 0) this.tuplet.left--;
    const duration = snapped(length * this.unit * factor * this.broken);
    this.broken = 1;
    const start = this.cursor;
    const { graces, taken } =
      pitches.length > 0 ? placeGraces(this.graces, start, duration) : { graces: [], taken: 0 };
    this.graces = [];
    const { notes } = this.measure;
    const voice = this.start.number;
    for (const { value, start: at, duration: its } of graces)
      for (const pitch of value) notes.push({ pitch, start: at, duration: its, voice });
    const own = pitches.map((pitch): ScoreNote => ({
      pitch,
      start: snapped(start + taken),
      duration: snapped(duration - taken),
      voice,
      ...(this.ties.has(pitch) && taken === 0 && { tiedBefore: true }),
    }));
    notes.push(...own);
    this.ties = new Set(this.tieNext);
    this.tieNext.clear();
    this.latest = { notes: own, start, duration };
    this.cursor = snapped(start + duration);
    this.breakRhythm();
  }

  /** `>` gives this note half of the next one, `<` the other way round; two signs a quarter of it more. */
  private breakRhythm(): void {
    const signs = this.match(BROKEN)?.[1];
    if (signs === undefined || !this.latest) return;
    const short = 1 / 2 ** signs.length;
    const [own, next] = signs[0] === '>' ? [2 - short, short] : [short, 2 - short];
    const { notes, start, duration } = this.latest;
    const changed = notes.map((note) => ({
      ...note,
      duration: snapped(note.duration + duration * (own - 1)),
    }));
    this.measure.notes.splice(this.measure.notes.length - notes.length, notes.length, ...changed);
    this.latest = { notes: changed, start, duration: duration * own };
    this.cursor = snapped(start + duration * own);
    this.broken = next;
  }

  private readTuplet(): void {
    const [, count, time, notes] = this.match(TUPLET) ?? [];
    const p = Number(count);
    const isCompound = this.meter !== undefined && this.meter.numerator % 3 === 0 && this.meter.numerator > 3;
    const usual = [2, 4, 8].includes(p) ? 3 : [3, 6].includes(p) ? 2 : isCompound ? 3 : 2;
    if (p < 2) return;
    this.tuplet = { left: Number(notes || p), factor: Number(time || usual) / p };
  }

  private readGraces(text: string): void {
    const [outer, at] = [this.text, this.at];
    [this.text, this.at] = [text, 0];
    while (this.at < text.length) {
      const pitch = this.readPitch();
      if (pitch === undefined) this.at++;
      else this.graces.push([pitch]);
    }
    [this.text, this.at] = [outer, at];
  }

  private readQuoted(text: string): void {
    // Annotations have their place in front.
    if (/^[\^_<>@]/.test(text)) return;
    const symbol = text.replace(/\(.*\)\s*$/, '').trim();
    if (isNoChord(symbol)) this.measure.chords.push({ at: this.cursor, value: NO_CHORD });
    else if (isChord(symbol)) this.measure.chords.push({ at: this.cursor, value: symbol });
  }

  private readDecoration(sign: string): void {
    const end = this.text.indexOf(sign, this.at + 1);
    const name = end < 0 ? '' : this.text.slice(this.at + 1, end);
    // An exclamation mark alone broke lines, once.
    if (end < 0 || /\s/.test(name)) {
      this.at++;
      return;
    }
    this.at = end + 1;
    const { level, accent } = dynamicOf(name) ?? {};
    if (level !== undefined) this.measure.levels.push({ at: this.cursor, value: level });
    if (accent !== undefined) this.measure.accents.push({ at: this.cursor, value: accent });
    const { marks } = this.measure;
    if (name === 'segno') marks.segno = '';
    if (name === 'coda') marks.coda = '';
    if (name === 'fine') marks.fine = true;
    if (/^D\.?C\.?/.test(name)) marks.daCapo = true;
    if (/^D\.?S\.?/.test(name)) marks.dalSegno = '';
  }

  private readEnding(): void {
    const [, numbers] = this.match(ENDING) ?? [];
    if (this.cursor > 0) this.endMeasure();
    this.ending = numbersOf(numbers ?? '1');
    this.measure.marks.ending = this.ending;
  }

  /** @returns false where there is none */
  private readBar(): boolean {
    const found = this.match(BAR);
    if (!found) return false;
    const [, before, line, behind] = found;
    const isDouble = /^::+$/.test(line) || (before !== '' && !line.includes('|'));
    const ends = before.length > 0 || isDouble;
    const begins = behind.length > 0 || isDouble;
    if (ends) this.repeatTo(1 + Math.max(1, before.length));
    const isSection = ends || begins || /\|\||\|\]|\[\|/.test(line);
    this.endMeasure();
    if (isSection) this.ending = undefined;
    if (begins) this.measure.marks.repeatFrom = true;
    const number = this.match(ENDING)?.[1];
    if (number !== undefined) this.ending = numbersOf(number);
    if (this.ending) this.measure.marks.ending = this.ending;
    return true;
  }

  /** A bar line that ends a repeat may stand where no measure is open: it belongs to the one before. */
  private repeatTo(times: number): void {
    const measure = this.cursor > 0 ? this.measure : this.measures[this.measures.length - 1];
    if (measure) measure.marks.repeatTo = times;
  }

  private endMeasure(): void {
    this.accidentals.clear();
    if (this.cursor === 0) return;
    this.measure.length = this.cursor;
    this.measures.push(this.measure);
    this.measure = emptyMeasure();
    this.cursor = 0;
    this.latest = undefined;
  }
}

const emptyMeasure = (): Growing<ABCMeasure> => ({
  length: 0,
  notes: [],
  levels: [],
  accents: [],
  tempos: [],
  chords: [],
  marks: {},
});

const numbersOf = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from > 0 && to >= from && to < 100
      ? Array.from({ length: to - from + 1 }, (_, i) => from + i)
      : [];
  });

function isChord(symbol: string): boolean {
  try {
    return parseChordSymbol(symbol).pitches.length > 0;
  } catch {
    return false;
  }
}
