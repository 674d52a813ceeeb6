/** NoteSequences as protocol buffers, the form in which data sets are published (note_seq/protobuf/music.proto). */
import { bytesOf, type FileBytes } from '../bytes/given-file.js';
import { TimbrelError, withoutCode } from '../errors/timbrel-error.js';
import { concatenate } from '../bytes/concatenate.js';
import { ProtoReader, type ProtoField } from '../bytes/protobuf.js';
import { checkedNoteSequence } from './note-sequence-json.js';
import type { NoteSequence } from './note-sequence.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Kind = 'int' | 'double' | 'bool' | 'text' | (() => Schema);

interface FieldOf {
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
}

/** Fields by their number. */
type Schema = Readonly<Record<number, FieldOf>>;

const one = (name: string, kind: Kind): FieldOf => ({ name, kind, repeated: false });
const many = (name: string, kind: Kind): FieldOf => ({ name, kind, repeated: true });

const note: Schema = {
  1: one('pitch', 'int'),
  2: one('velocity', 'int'),
  3: one('startTime', 'double'),
  4: one('endTime', 'double'),
  5: one('numerator', 'int'),
  6: one('denominator', 'int'),
  7: one('instrument', 'int'),
  8: one('program', 'int'),
  9: one('isDrum', 'bool'),
  10: one('part', 'int'),
  11: one('pitchName', 'int'),
  12: one('voice', 'int'),
  13: one('quantizedStartStep', 'int'),
  14: one('quantizedEndStep', 'int'),
};
const timeSignature: Schema = {
  1: one('time', 'double'),
  2: one('numerator', 'int'),
  3: one('denominator', 'int'),
};
const keySignature: Schema = { 1: one('time', 'double'), 2: one('key', 'int'), 3: one('mode', 'int') };
const tempo: Schema = { 1: one('time', 'double'), 2: one('qpm', 'double') };
const pitchBend: Schema = {
  1: one('time', 'double'),
  2: one('bend', 'int'),
  3: one('instrument', 'int'),
  4: one('program', 'int'),
  5: one('isDrum', 'bool'),
};
const controlChange: Schema = {
  1: one('time', 'double'),
  2: one('controlNumber', 'int'),
  3: one('controlValue', 'int'),
  4: one('instrument', 'int'),
  5: one('program', 'int'),
  6: one('isDrum', 'bool'),
  7: one('quantizedStep', 'int'),
};
const textAnnotation: Schema = {
  1: one('time', 'double'),
  2: one('text', 'text'),
  3: one('annotationType', 'int'),
  4: one('quantizedStep', 'int'),
};
const section: Schema = { 1: one('sectionId', 'int'), 2: one('sectionGroup', () => sectionGroup) };
const sectionGroup: Schema = { 1: many('sections', () => section), 2: one('numTimes', 'int') };
const noteSequence: Schema = {
  1: one('id', 'text'),
  2: one('filename', 'text'),
  3: one('collectionName', 'text'),
  4: one('ticksPerQuarter', 'int'),
  5: many('timeSignatures', () => timeSignature),
  6: many('keySignatures', () => keySignature),
  7: many('tempos', () => tempo),
  8: many('notes', () => note),
  9: one('totalTime', 'double'),
  10: many('pitchBends', () => pitchBend),
  11: many('controlChanges', () => controlChange),
  12: many('partInfos', () => ({ 1: one('part', 'int'), 2: one('name', 'text') })),
  13: one('sourceInfo', () => ({
    1: one('sourceType', 'int'),
    2: one('encodingType', 'int'),
    3: one('parser', 'int'),
  })),
  14: many('textAnnotations', () => textAnnotation),
  15: one('quantizationInfo', () => ({ 1: one('stepsPerQuarter', 'int'), 2: one('stepsPerSecond', 'int') })),
  16: one('totalQuantizedSteps', 'int'),
  17: one('subsequenceInfo', () => ({
    1: one('startTimeOffset', 'double'),
    2: one('endTimeOffset', 'double'),
  })),
  18: one('referenceNumber', 'int'),
  19: one('sequenceMetadata', () => ({
    1: one('title', 'text'),
    2: one('artist', 'text'),
    3: many('genre', 'text'),
    4: many('composers', 'text'),
  })),
  20: many('sectionAnnotations', () => ({ 1: one('time', 'double'), 4: one('sectionId', 'int') })),
  21: many('sectionGroups', () => sectionGroup),
  23: many('instrumentInfos', () => ({ 1: one('instrument', 'int'), 2: one('name', 'text') })),
};

const invalid = (_where: string, what: string, cause?: unknown) =>
  new TimbrelError('TFRECORD_INVALID', `These bytes are no NoteSequence: ${what}`, { cause });

/** @returns undefined where the field has another form than its kind */
function valueOf(kind: Kind, field: ProtoField): unknown {
  if (typeof kind === 'function')
    return field.type === 'bytes' ? readMessage(field.bytes, kind()) : undefined;
  if (kind === 'text') return field.type === 'bytes' ? new TextDecoder().decode(field.bytes) : undefined;
  if (kind === 'double') {
    if (field.type !== 'fixed' || field.bytes.length !== 8) return undefined;
    return new DataView(field.bytes.buffer, field.bytes.byteOffset, 8).getFloat64(0, true);
  }
  if (field.type !== 'varint') return undefined;
  return kind === 'bool' ? field.value !== 0 : field.value;
}

/** Fields that are not known are passed over, as later versions of the format may have more of them. */
function readMessage(bytes: Bytes, schema: Schema): Record<string, unknown> {
  const reader = new ProtoReader(bytes, '', invalid);
  const message: Record<string, unknown> = {};
  while (!reader.atEnd) {
    const field = reader.field();
    const known = schema[field.number];
    if (known === undefined) continue;
    const { name, kind, repeated } = known;
    const value = valueOf(kind, field);
    if (value === undefined) throw invalid('', `its field ${name} has another form`);
    if (repeated) ((message[name] ??= []) as unknown[]).push(value);
    else message[name] = value;
  }
  return message;
}

/**
 * A NoteSequence from the protocol buffer that note-seq writes (`SerializeToString`).
 * @throws TFRECORD_INVALID where the bytes are none, NOTE_SEQUENCE_INVALID where a field has a value that it cannot have
 */
export function decodeNoteSequence(file: FileBytes): NoteSequence {
  const bytes = bytesOf('decodeNoteSequence', file);
  const message = readMessage(bytes, noteSequence);
  if (bytes.length > 0 && Object.keys(message).length === 0) throw invalid('', 'none of its fields is known');
  return checkedNoteSequence(message);
}

/** 7 bits a byte; negative numbers take ten, as of 64 bits. */
function varint(value: number): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function float64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

const ANNOTATION_TYPES = ['UNKNOWN', 'CHORD_SYMBOL', 'BEAT'];

function writeField(number: number, kind: Kind, value: unknown): Bytes[] {
  if (kind === 'double') return [varint(number * 8 + 1), float64(Number(value))];
  if (kind === 'int') {
    const named = typeof value === 'string' ? ANNOTATION_TYPES.indexOf(value) : Number(value);
    return [varint(number * 8), varint(named)];
  }
  if (kind === 'bool') return [varint(number * 8), varint(value ? 1 : 0)];
  const inside =
    kind === 'text'
      ? Uint8Array.from(new TextEncoder().encode(String(value)))
      : concatenate(writeMessage(value as Readonly<Record<string, unknown>>, kind()));
  return [varint(number * 8 + 2), varint(inside.length), inside];
}

/** Defaults (0, false, '') are left out, as everywhere in protobuf 3, but not within lists. */
function writeMessage(message: Readonly<Record<string, unknown>>, schema: Schema): Bytes[] {
  return Object.entries(schema).flatMap(([number, { name, kind, repeated }]) => {
    const value = message[name];
    if (repeated)
      return ((value ?? []) as unknown[]).flatMap((each) => writeField(Number(number), kind, each));
    return value === undefined || value === 0 || value === false || value === ''
      ? []
      : writeField(Number(number), kind, value);
  });
}

/**
 * The protocol buffer of a NoteSequence, as note-seq reads it.
 * @throws NOTE_SEQUENCE_INVALID
 */
export function encodeNoteSequence(sequence: NoteSequence): Uint8Array<ArrayBuffer> {
  return concatenate(writeMessage({ ...checkedNoteSequence(sequence) }, noteSequence));
}

/** The error of a record with its place in front. */
export function atPlace(place: string, error: unknown): unknown {
  if (!(error instanceof TimbrelError)) return error;
  return new TimbrelError(error.code, `${place}: ${withoutCode(error)}`, { cause: error });
}
