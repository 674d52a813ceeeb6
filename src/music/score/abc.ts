/**
 * ABC tunebooks to NoteSequences (abcnotation.com, version 2.1; note_seq/abc_parser.py reads the same): voices, keys and modes, broken
 * rhythm, tuplets, grace notes, repeats with their endings and the order of parts, chord symbols, dynamics. Ornaments change nothing.
 */
import { textOf, type FileBytes } from '../../bytes/given-file.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { NoteSequence } from '../note-sequence.js';
import { parseFraction, parseKey, parseMeter, parsePartOrder, parseTempo, usualUnit } from './abc-fields.js';
import { VoiceReader, type ABCMeasure } from './abc-voice.js';
import type { ScoreMeasure, ScorePart } from './score.js';
import { scoreToSequence } from './score-to-sequence.js';

/** note-seq's numbers: ABC, MAGENTA_ABC. */
const SOURCE = { encodingType: 2, parser: 5 };

export interface Tunebook {
  readonly tunes: readonly NoteSequence[];
  /** The tunes that cannot be read: ABC_INVALID, with the tune and its line. */
  readonly failures: readonly TimbrelError[];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const FIELD = /^([A-Za-z]):(.*)$/s;

/** Tunes begin with `X:`; what stands before the first holds for all of them. */
function tunesOf(text: string): { header: Line[]; tunes: Line[][] } {
  const header: Line[] = [];
  const tunes: Line[][] = [];
  text.split(/\r\n?|\n/).forEach((line, i) => {
    if (/^\s*X:/.test(line)) tunes.push([]);
    const plain = { number: i + 1, text: withoutComment(line) };
    (tunes[tunes.length - 1] ?? header).push(plain);
  });
  // A tune by itself may lack its number.
  if (tunes.length === 0 && header.some(({ text: line }) => /^K:/.test(line)))
    return { header: [], tunes: [header] };
  return { header, tunes };
}

/** A percent sign begins a comment, but not in `%%MIDI`, which is an instruction. */
const withoutComment = (line: string) =>
  line.startsWith('%%') ? line : line.replace(/(^|[^\\])%.*$/, '$1').trimEnd();

interface Head {
  title?: string;
  composers: string[];
  number?: number;
  fields: Map<string, string>;
}

function addTo(head: Head, name: string, value: string): void {
  const text = value.trim();
  if (name === 'T') head.title ??= text;
  else if (name === 'C') head.composers.push(text);
  else if (name === 'X') head.number = /^\d+$/.test(text) ? Number(text) : undefined;
  else head.fields.set(name, text);
}

interface OpenVoice {
  readonly reader: VoiceReader;
  name: string;
  program: number;
}

class Tune {
  private readonly head: Head = { composers: [], fields: new Map() };
  private readonly voices = new Map<string, OpenVoice>();
  private current = '';
  private isBody = false;

  constructor(header: readonly Line[]) {
    for (const { text } of header) {
      const [, name, value] = FIELD.exec(text) ?? [];
      if (name && 'MLQ'.includes(name)) addTo(this.head, name, value);
    }
  }

  get name(): string {
    const { number, title } = this.head;
    return [number === undefined ? 'the tune' : `tune ${number}`, ...(title ? [`(${title})`] : [])].join(' ');
  }

  read({ number, text }: Line): void {
    const [, name, value] = FIELD.exec(text) ?? [];
    if (text.startsWith('%%')) return this.readInstruction(text);
    if (text.trim() === '') return;
    if (!this.isBody) {
      if (name === undefined) return;
      if (name === 'V') this.chooseVoice(value);
      else addTo(this.head, name, value);
      if (name === 'K') this.isBody = true;
      return;
    }
    // Words, and symbols that stand under the notes.
    if (name !== undefined && /[wWsrNHBDFZSORGIUm]/.test(name)) return;
    if (name === 'V') return this.chooseVoice(value);
    if (name === 'P') return this.voice().reader.readField(name, value);
    if (name !== undefined && 'KMLQ'.includes(name)) {
      for (const { reader } of this.voices.size > 0 ? this.voices.values() : [this.voice()])
        reader.readField(name, value);
      return;
    }
    // `[V:2]` at the beginning of a line chooses who plays it.
    const inline = /^\s*\[V:([^\]]*)\]/.exec(text);
    if (inline) this.chooseVoice(inline[1]);
    const music = inline ? text.slice(inline[0].length) : text;
    this.voice().reader.read(music.replace(/\\\s*$/, ''), `${this.name}, line ${number}`);
  }

  private readInstruction(text: string): void {
    const program = Number(/^%%MIDI\s+program\s+(?:\d+\s+)?(\d+)/.exec(text)?.[1] ?? NaN);
    if (program <= 127) this.voice().program = program;
  }

  private chooseVoice(value: string): void {
    this.current = /^\s*(\S+)/.exec(value)?.[1] ?? '';
    const name = /\b(?:name|nm)="?([^"]*)"?/.exec(value)?.[1];
    const pending = this.names.get(this.current);
    if (name !== undefined && pending === undefined) this.names.set(this.current, name);
    if (this.isBody) this.voice();
  }

  private readonly names = new Map<string, string>();

  private voice(): OpenVoice {
    const known = this.voices.get(this.current);
    if (known) return known;
    const { fields } = this.head;
    const meter = parseMeter(fields.get('M') ?? '');
    const unit = parseFraction(fields.get('L') ?? '') ?? usualUnit(meter);
    const reader = new VoiceReader({
      key: parseKey(fields.get('K') ?? ''),
      meter,
      unit,
      number: this.voices.size,
    });
    const voice = { reader, name: this.names.get(this.current) ?? this.current, program: 0 };
    this.voices.set(this.current, voice);
    const qpm = this.voices.size === 1 ? parseTempo(fields.get('Q') ?? '', unit) : undefined;
    if (qpm !== undefined) reader.readField('Q', fields.get('Q') ?? '');
    return voice;
  }

  /** @throws ABC_INVALID */
  sequence(): NoteSequence {
    if (!this.isBody)
      throw new TimbrelError('ABC_INVALID', `${this.name} has no K:, the field that ends the head of a tune`);
    const parts = [...this.voices.values()].map(({ reader, ...facts }) => ({
      ...facts,
      measures: reader.finish(),
    }));
    const order = parsePartOrder(this.head.fields.get('P') ?? '');
    const played = order ? inOrder(parts, order) : parts;
    const count = Math.max(0, ...played.map(({ measures }) => measures.length));
    const measures = Array.from({ length: count }, (_, i) =>
      together(played.map((part) => part.measures[i])),
    );
    const { title, composers, number } = this.head;
    const score = { title, composers, referenceNumber: number, ...SOURCE, measures, parts: played };
    const sequence = scoreToSequence(score);
    if (!sequence)
      throw new TimbrelError('ABC_INVALID', `${this.name}: its repeats make more than 50000 measures`);
    return sequence;
  }
}

type Voiced = Omit<ScorePart, 'measures'> & { readonly measures: readonly ABCMeasure[] };

/** The parts of a tune in the order of its head; a tune that names none of them in its music is left as it is. */
function inOrder(voices: readonly Voiced[], order: readonly string[]): Voiced[] {
  const [first] = voices;
  if (!first?.measures.some(({ part }) => part !== undefined)) return [...voices];
  let letter = '';
  const letters = first.measures.map(({ part }) => (letter = part ?? letter));
  const indices = order.flatMap((one) => letters.flatMap((own, i) => (own === one ? [i] : [])));
  return voices.map((voice) => ({
    ...voice,
    measures: indices.flatMap((i) => {
      const measure = voice.measures[i];
      return measure ? [withBeginning(measure, letters[i] !== letters[i - 1])] : [];
    }),
  }));
}

/** Repeats of a part do not go back into the part before. */
const withBeginning = (measure: ABCMeasure, isFirst: boolean): ABCMeasure =>
  isFirst ? { ...measure, marks: { ...measure.marks, repeatFrom: true } } : measure;

function together(voices: readonly (ABCMeasure | undefined)[]): ScoreMeasure {
  const there = voices.filter((voice) => voice !== undefined);
  const inTime = <T extends { readonly at: number }>(events: T[]) => events.sort((a, b) => a.at - b.at);
  return {
    marks: Object.assign({}, ...there.toReversed().map(({ marks }) => marks)),
    meter: there.find(({ meter }) => meter)?.meter,
    key: there.find(({ key }) => key)?.key,
    tempos: inTime(there.flatMap(({ tempos }) => tempos)),
    chords: inTime(there.flatMap(({ chords }) => chords)),
  };
}

/**
 * The tunes of a tunebook, each a sequence; `referenceNumber` is its `X:`.
 * @param file the text of an .abc file, or its bytes
 * @throws ABC_INVALID where there is no tune at all
 */
export function readABCTunebook(file: FileBytes | string): Tunebook {
  const { header, tunes: groups } = tunesOf(textOf('readABCTunebook', file));
  if (groups.length === 0)
    throw new TimbrelError(
      'ABC_INVALID',
      'This is no ABC that can be read: there is no X:, with which tunes begin',
    );
  const tunes: NoteSequence[] = [];
  const failures: TimbrelError[] = [];
  for (const lines of groups) {
    const tune = new Tune(header);
    try {
      for (const line of lines) tune.read(line);
      tunes.push(tune.sequence());
    } catch (error) {
      if (!(error instanceof TimbrelError)) throw error;
      failures.push(error);
    }
  }
  return { tunes, failures };
}
