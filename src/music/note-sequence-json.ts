/**
 * NoteSequences from JSON, checked field by field. Reads what protobuf's JSON writers write: defaults left out, 64-bit integers
 * as strings, enums by name or number, names in lowerCamelCase or snake_case.
 */
import { isBytes, textOf } from '../bytes/given-file.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteSequence } from './note-sequence.js';

type Field =
  | { readonly kind: 'boolean' | 'string' }
  | {
      readonly kind: 'number' | 'integer';
      readonly min: number;
      readonly max: number;
      /** Values by their names, for enums. */
      readonly names?: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'list'; readonly of: Field }
  | { readonly kind: 'message'; readonly fields: () => Fields };
type Fields = Readonly<Record<string, Field>>;

const text: Field = { kind: 'string' };
const flag: Field = { kind: 'boolean' };
const seconds: Field = { kind: 'number', min: 0, max: Number.MAX_VALUE };
const integer = (min: number, max: number, names?: Readonly<Record<string, number>>): Field => ({
  kind: 'integer',
  min,
  max,
  names,
});
const enumeration = (...names: string[]) => Object.fromEntries(names.map((name, i) => [name, i]));
const KEYS = {
  ...enumeration('C', 'C_SHARP', 'D', 'D_SHARP', 'E', 'F', 'F_SHARP', 'G', 'G_SHARP', 'A', 'A_SHARP', 'B'),
  D_FLAT: 1,
  E_FLAT: 3,
  G_FLAT: 6,
  A_FLAT: 8,
  B_FLAT: 10,
};
const count = integer(0, Number.MAX_SAFE_INTEGER);
const midi = integer(0, 127);
const list = (of: Field): Field => ({ kind: 'list', of });
const message = (fields: () => Fields): Field => ({ kind: 'message', fields });
const listOf = (fields: Fields) => list(message(() => fields));

const note: Fields = {
  pitch: midi,
  // Values 0 to 35 of note_seq's PitchName: C flat to B double sharp.
  pitchName: integer(0, 64),
  velocity: midi,
  startTime: seconds,
  endTime: seconds,
  quantizedStartStep: count,
  quantizedEndStep: count,
  numerator: count,
  denominator: count,
  instrument: count,
  program: midi,
  isDrum: flag,
  part: count,
  voice: count,
};

const section: Fields = { sectionId: count, sectionGroup: message(() => sectionGroup) };
const sectionGroup: Fields = { sections: listOf(section), numTimes: count };
const stream: Fields = { instrument: count, program: midi, isDrum: flag };

const noteSequence: Fields = {
  id: text,
  filename: text,
  referenceNumber: count,
  collectionName: text,
  ticksPerQuarter: integer(0, 0x7fff),
  timeSignatures: listOf({ time: seconds, numerator: count, denominator: count }),
  keySignatures: listOf({
    time: seconds,
    key: integer(0, 11, KEYS),
    mode: integer(
      0,
      99,
      enumeration('MAJOR', 'MINOR', 'NOT_SPECIFIED', 'MIXOLYDIAN', 'DORIAN', 'PHRYGIAN', 'LYDIAN', 'LOCRIAN'),
    ),
  }),
  tempos: listOf({ time: seconds, qpm: { kind: 'number', min: 0, max: Number.MAX_VALUE } }),
  notes: listOf(note),
  totalTime: seconds,
  totalQuantizedSteps: count,
  pitchBends: listOf({ time: seconds, bend: integer(-8192, 8191), ...stream }),
  controlChanges: listOf({
    time: seconds,
    quantizedStep: count,
    controlNumber: midi,
    controlValue: midi,
    ...stream,
  }),
  partInfos: listOf({ part: count, name: text }),
  sourceInfo: message(() => ({
    sourceType: integer(0, 99, enumeration('UNKNOWN_SOURCE_TYPE', 'SCORE_BASED', 'PERFORMANCE_BASED')),
    encodingType: integer(
      0,
      99,
      enumeration('UNKNOWN_ENCODING_TYPE', 'MUSIC_XML', 'ABC', 'MIDI', 'MUSICNET'),
    ),
    parser: integer(
      0,
      99,
      enumeration('UNKNOWN_PARSER', 'MUSIC21', 'PRETTY_MIDI', 'MAGENTA_MUSIC_XML', 'MAGENTA_ABC'),
    ),
  })),
  textAnnotations: listOf({
    time: seconds,
    quantizedStep: count,
    text,
    annotationType: integer(0, 99, enumeration('UNKNOWN', 'CHORD_SYMBOL', 'BEAT')),
  }),
  sectionAnnotations: listOf({ time: seconds, sectionId: count }),
  sectionGroups: listOf(sectionGroup),
  quantizationInfo: message(() => ({
    stepsPerQuarter: integer(0, 1e6),
    stepsPerSecond: integer(0, 1e6),
  })),
  subsequenceInfo: message(() => ({ startTimeOffset: seconds, endTimeOffset: seconds })),
  sequenceMetadata: message(() => ({
    title: text,
    artist: text,
    genre: list(text),
    composers: list(text),
  })),
  instrumentInfos: listOf({ instrument: count, name: text }),
};

function invalid(path: string, value: unknown, expected: string): TimbrelError {
  const isOfJSON = typeof value === 'string' || Array.isArray(value) || isObject(value);
  const shown = isOfJSON ? JSON.stringify(value) : String(value);
  return new TimbrelError(
    'NOTE_SEQUENCE_INVALID',
    `${path} is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}; expected ${expected}`,
  );
}

function readNumber(value: unknown, field: Field & { kind: 'number' | 'integer' }, path: string): number {
  const { kind, min, max, names } = field;
  const named = typeof value === 'string' && names && Object.hasOwn(names, value) ? names[value] : undefined;
  const isNumeral = typeof value === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value);
  const number = named ?? (isNumeral ? Number(value) : value);
  const fits =
    typeof number === 'number' &&
    number >= min &&
    number <= max &&
    (kind === 'number' || Number.isInteger(number));
  if (fits) return number;
  const range = max >= Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw invalid(path, value, `${kind === 'integer' ? 'a whole number' : 'a number'} ${range}`);
}

const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A file, a promise or a map is none: it would be read as an object without a field. A module is one: bundlers make them of JSON. */
const isObject = (value: unknown): value is object =>
  ['[object Object]', '[object Module]'].includes(Object.prototype.toString.call(value));

/** Unknown names are passed over, as later versions of the format may have more of them. */
function readMessage(value: unknown, fields: Fields, path: string): Record<string, unknown> {
  if (!isObject(value)) throw invalid(path || 'The NoteSequence', value, 'an object');
  const result: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    const key = Object.hasOwn(fields, name) ? name : camelCase(name);
    if (entry === undefined || entry === null || !Object.hasOwn(fields, key)) continue;
    result[key] = readField(entry, fields[key], path ? `${path}.${key}` : key);
  }
  return result;
}

function readField(value: unknown, field: Field, path: string): unknown {
  switch (field.kind) {
    case 'string':
      if (typeof value !== 'string') throw invalid(path, value, 'a text');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(path, value, 'true or false');
      return value;
    case 'number':
    case 'integer':
      return readNumber(value, field, path);
    case 'list':
      if (!Array.isArray(value)) throw invalid(path, value, 'a list');
      return value.map((entry, i) => readField(entry, field.of, `${path}[${i}]`));
    case 'message':
      return readMessage(value, field.fields(), path);
  }
}

/**
 * A NoteSequence from JSON, as text, as the bytes of a file or parsed, or a checked copy of one: numbers are numbers, enums are numbers, every note has a pitch, and
 * where the sequence is quantised, steps.
 * @throws NOTE_SEQUENCE_INVALID naming the first field that does not hold what it must
 */
export function parseNoteSequence(json: unknown): NoteSequence {
  if (typeof json !== 'string' && !isBytes(json)) return checkedNoteSequence(json);
  let parsed: unknown;
  try {
    parsed = JSON.parse(textOf('parseNoteSequence', json));
  } catch (cause) {
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `This is no NoteSequence in JSON: ${cause instanceof Error ? cause.message : String(cause)}. One in a line of many is parsed ` +
        'line by line; other files (MIDI, MusicXML, ABC) are for readMusic',
      { cause },
    );
  }
  return checkedNoteSequence(parsed);
}

/** @returns a checked copy @throws NOTE_SEQUENCE_INVALID */
export function checkedNoteSequence(json: unknown): NoteSequence {
  const read = readMessage(json, noteSequence, '') as Partial<NoteSequence>;
  const { stepsPerQuarter = 0, stepsPerSecond = 0 } = read.quantizationInfo ?? {};
  if (read.quantizationInfo && stepsPerQuarter + stepsPerSecond === 0) {
    throw invalid('quantizationInfo', read.quantizationInfo, 'stepsPerQuarter or stepsPerSecond from 1');
  }
  const notes = (read.notes ?? []).map((one, i) => {
    const { startTime = 0, endTime = 0, quantizedStartStep = 0, quantizedEndStep = 0 } = one;
    if (endTime < startTime) {
      throw invalid(`notes[${i}].endTime`, endTime, `at least its startTime, ${startTime}`);
    }
    if (quantizedEndStep < quantizedStartStep) {
      throw invalid(
        `notes[${i}].quantizedEndStep`,
        quantizedEndStep,
        `at least its start, ${quantizedStartStep}`,
      );
    }
    const steps = read.quantizationInfo && { quantizedStartStep, quantizedEndStep };
    return { ...one, pitch: one.pitch ?? 0, ...steps };
  });
  return { ...read, notes };
}

/**
 * @throws NOTE_SEQUENCE_INVALID as {@link parseNoteSequence} does
 */
export function validateNoteSequence(sequence: NoteSequence): void {
  checkedNoteSequence(sequence);
}
