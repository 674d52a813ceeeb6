/** The measures of one part of MusicXML: what its notes are and when, in quarters, at the pitch that sounds. */
import { transposeChordSymbol } from '../chord-symbol.js';
import { placeGraces } from './grace-notes.js';
import { keyOfFifths } from './keys.js';
import { readDirection, velocityOf } from './musicxml-directions.js';
import { chordOfHarmony } from './musicxml-harmony.js';
import { drumAt, type XMLPart } from './musicxml-instruments.js';
import {
  snapped,
  type At,
  type Key,
  type Marks,
  type Meter,
  type PartMeasure,
  type ScoreNote,
} from './score.js';
import { childOf, childrenOf, invalidXML, numberIn, textIn, type XMLElement } from './xml.js';

/** A measure of all parts together; every part adds to it. */
export interface GrowingMeasure {
  readonly marks: Marks;
  meter?: Meter;
  key?: Key;
  tempos: At<number>[];
  chords: At<string>[];
}

const STEPS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
type Voiced = Omit<ScoreNote, 'start' | 'duration'>;

export class PartReader {
  private divisions = 1;
  /** Semitones from what is written to what sounds. */
  private transposition = 0;
  private where = '';
  // Of the measure that is read.
  private cursor = 0;
  private length = 0;
  private chordStart = 0;
  private taken = 0;
  private notes: ScoreNote[] = [];
  private levels: At<number>[] = [];
  private accents: At<number>[] = [];
  private graces = new Map<number, Voiced[][]>();

  /** @param isFirst the part whose key, metre and tempo count where parts differ */
  constructor(
    private readonly part: XMLPart,
    private readonly isFirst: boolean,
  ) {}

  /** @throws MUSIC_XML_INVALID */
  read(element: XMLElement, common: GrowingMeasure): PartMeasure {
    this.where = `measure ${element.attributes.number ?? '?'} of part ${this.part.name || this.part.id}`;
    [this.cursor, this.length, this.chordStart] = [0, 0, 0];
    [this.notes, this.levels, this.accents] = [[], [], []];
    for (const child of element.children) this.readChild(child, common);
    const inOrder = (a: At<unknown>, b: At<unknown>) => a.at - b.at;
    return {
      length: this.length,
      notes: this.notes,
      levels: this.levels.sort(inOrder),
      accents: this.accents,
    };
  }

  private readChild(element: XMLElement, common: GrowingMeasure): void {
    switch (element.name) {
      case 'note':
        return this.readNote(element);
      case 'backup':
        return this.move(-this.durationOf(element));
      case 'forward':
        return this.move(this.durationOf(element));
      case 'attributes':
        return this.readAttributes(element, common);
      case 'direction':
      case 'sound':
        return this.readDirection(element, common);
      case 'harmony':
        return this.readHarmony(element, common);
      case 'barline':
        return readBarline(element, common.marks);
    }
  }

  private invalid(what: string) {
    return invalidXML(`${this.where}: ${what}`);
  }

  private move(by: number): void {
    this.cursor = Math.max(0, snapped(this.cursor + by));
    this.length = Math.max(this.length, this.cursor);
  }

  /** Quarters. */
  private durationOf(element: XMLElement): number {
    const duration = numberIn(element, 'duration');
    if (duration === undefined || !(duration >= 0 && Number.isFinite(duration)))
      throw this.invalid(
        `a ${element.name} has ${duration === undefined ? 'no duration' : `the duration ${textIn(element, 'duration')}`}`,
      );
    return duration / this.divisions;
  }

  private readAttributes(element: XMLElement, common: GrowingMeasure): void {
    const divisions = numberIn(element, 'divisions');
    if (divisions !== undefined) {
      if (!(divisions > 0 && Number.isFinite(divisions)))
        throw this.invalid(`a quarter has ${textIn(element, 'divisions')} divisions`);
      this.divisions = divisions;
    }
    const transpose = childOf(element, 'transpose');
    if (transpose) {
      const octaves = (numberIn(transpose, 'octave-change') ?? 0) - (childOf(transpose, 'double') ? 1 : 0);
      const semitones = (numberIn(transpose, 'chromatic') ?? 0) + 12 * octaves;
      if (!Number.isInteger(semitones))
        throw this.invalid(`it transposes by ${textIn(transpose, 'chromatic')}`);
      this.transposition = semitones;
    }
    const time = childOf(element, 'time');
    const numerator = (time && textIn(time, 'beats'))
      ?.split('+')
      .reduce((sum, beats) => sum + Number(beats), 0);
    const denominator = time && numberIn(time, 'beat-type');
    const isMeter = Number.isInteger(numerator) && Number.isInteger(denominator) && Number(denominator) > 0;
    if (isMeter && Number(numerator) > 0 && (this.isFirst || !common.meter))
      common.meter = { numerator: Number(numerator), denominator: Number(denominator) };
    const key = childOf(element, 'key');
    const fifths = key && numberIn(key, 'fifths');
    if (key && Number.isInteger(fifths) && (this.isFirst || !common.key))
      common.key = keyOfFifths(Number(fifths), textIn(key, 'mode') ?? 'major', this.transposition);
  }

  private placeOf(element: XMLElement): number {
    const offset = numberIn(element, 'offset') ?? 0;
    return Math.max(0, snapped(this.cursor + (Number.isFinite(offset) ? offset / this.divisions : 0)));
  }

  private readDirection(element: XMLElement, { marks, tempos }: GrowingMeasure): void {
    const { qpm, dynamics, marks: own } = readDirection(element);
    const at = this.placeOf(element);
    Object.assign(marks, own);
    if (qpm !== undefined && !tempos.some((tempo) => tempo.at === at)) tempos.push({ at, value: qpm });
    for (const { level, accent } of dynamics) {
      if (level !== undefined) this.levels.push({ at, value: level });
      if (accent !== undefined) this.accents.push({ at, value: accent });
    }
  }

  private readHarmony(element: XMLElement, { chords }: GrowingMeasure): void {
    const symbol = chordOfHarmony(element);
    const at = this.placeOf(element);
    if (symbol !== undefined && !chords.some((chord) => chord.at === at))
      chords.push({ at, value: transposeChordSymbol(symbol, this.transposition) });
  }

  private readNote(element: XMLElement): void {
    const isChord = childOf(element, 'chord') !== undefined;
    const voice = Number(textIn(element, 'voice') ?? 1) || 1;
    const sound = childOf(element, 'cue') ? undefined : this.soundOf(element, voice);
    if (childOf(element, 'grace')) {
      if (sound) this.keepGrace(sound, isChord);
      return;
    }
    const duration = this.durationOf(element);
    if (!isChord) {
      this.chordStart = this.cursor;
      this.taken = sound ? this.playGraces(voice, duration) : 0;
      if (!sound) this.graces.delete(voice);
      this.move(duration);
    }
    if (!sound || duration <= this.taken) return;
    const start = snapped(this.chordStart + this.taken);
    this.notes.push({ ...sound, start, duration: snapped(duration - this.taken) });
  }

  private keepGrace(sound: Voiced, isChord: boolean): void {
    const waiting = this.graces.get(sound.voice) ?? [];
    this.graces.set(sound.voice, waiting);
    if (isChord && waiting.length > 0) waiting[waiting.length - 1].push(sound);
    else waiting.push([sound]);
  }

  private playGraces(voice: number, duration: number): number {
    const { graces, taken } = placeGraces(this.graces.get(voice) ?? [], this.cursor, duration);
    this.graces.delete(voice);
    for (const { value, start, duration: length } of graces)
      for (const sound of value) this.notes.push({ ...sound, start, duration: length });
    return taken;
  }

  /** @returns undefined of a rest */
  private soundOf(element: XMLElement, voice: number): Voiced | undefined {
    const pitch = childOf(element, 'pitch');
    const unpitched = childOf(element, 'unpitched');
    if (!pitch && !unpitched) return undefined;
    const id = childOf(element, 'instrument')?.attributes.id;
    const { instruments, program: usual } = this.part;
    const instrument = (id === undefined ? undefined : instruments.get(id)) ?? [...instruments.values()][0];
    const program = instrument?.program ?? usual;
    const velocity = velocityOf(element.attributes.dynamics);
    const ties = childrenOf(element, 'tie');
    const tied = ties.length > 0 ? ties : childrenOf(childOf(element, 'notations') ?? element, 'tied');
    return {
      pitch: pitch
        ? this.pitchOf(pitch)
        : (instrument?.unpitched ??
          drumAt(
            `${textIn(unpitched ?? element, 'display-step')}${textIn(unpitched ?? element, 'display-octave')}`,
          )),
      voice,
      ...(velocity !== undefined && { velocity }),
      ...(program !== usual && { program }),
      ...((unpitched || instrument?.isDrum) && { isDrum: true }),
      ...(tied.some(({ attributes }) => attributes.type === 'stop') && { tiedBefore: true }),
    };
  }

  private pitchOf(element: XMLElement): number {
    const step = textIn(element, 'step') ?? '';
    const alter = Math.round(numberIn(element, 'alter') ?? 0);
    const octave = numberIn(element, 'octave') ?? NaN;
    const pitch = 12 * (octave + 1) + STEPS[step] + alter + this.transposition;
    if (Number.isInteger(pitch) && pitch >= 0 && pitch <= 127) return pitch;
    throw this.invalid(
      `a note has the pitch ${step || '?'}${textIn(element, 'octave') ?? '?'}, which MIDI does not have`,
    );
  }
}

function endingNumbers(text: string | undefined): number[] {
  const numbers = (text ?? '').split(/[,\s]+/).flatMap((part) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?\.?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Math.min(Number(to), Number(from) + 64)];
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return numbers.length > 0 ? numbers : [1];
}

function readBarline(element: XMLElement, marks: Marks): void {
  const repeat = childOf(element, 'repeat')?.attributes;
  const ending = childOf(element, 'ending')?.attributes;
  if (childOf(element, 'segno')) marks.segno ??= '';
  if (repeat?.direction === 'forward') marks.repeatFrom = true;
  if (repeat?.direction === 'backward') {
    const times = Number(repeat.times ?? 2);
    marks.repeatTo = Number.isInteger(times) && times >= 1 ? times : 2;
  }
  if (ending?.type === 'start') marks.ending = endingNumbers(ending.number);
  if (ending && ending.type !== 'start') endings.add(marks);
}

/** Measures at whose end an ending is over. */
const endings = new WeakSet<Marks>();

/** Endings are written at their first and last measure; those between belong to them too. */
export function fillEndings(measures: readonly { readonly marks: Marks }[]): void {
  let open: readonly number[] | undefined;
  for (const { marks } of measures) {
    open = marks.ending ?? open;
    if (open) marks.ending = open;
    if (endings.has(marks)) open = undefined;
  }
}
