/** TensorFlow's numbers of types (tensorflow/core/framework/types.proto), and the bytes of their values. */
import { malformed } from '../failures.js';

import { ProtoReader, protoFields, type ProtoField } from './protobuf.js';
import { halfToFloat } from '../tensor.js';

interface StoredType {
  readonly name: string;
  /** Per value; 0: cannot be read as numbers. */
  readonly bytes: number;
  /** From bytes that are aligned and nobody else's. */
  readonly decode: (buffer: ArrayBuffer, where: string) => Float32Array | Int32Array;
}

const float = (bits: number) => new Float32Array(Int32Array.of(bits).buffer)[0];

const TYPES: Readonly<Record<number, StoredType>> = {
  1: { name: 'float32', bytes: 4, decode: (buffer) => new Float32Array(buffer) },
  2: { name: 'float64', bytes: 8, decode: (buffer) => Float32Array.from(new Float64Array(buffer)) },
  3: { name: 'int32', bytes: 4, decode: (buffer) => new Int32Array(buffer) },
  4: { name: 'uint8', bytes: 1, decode: (buffer) => Int32Array.from(new Uint8Array(buffer)) },
  5: { name: 'int16', bytes: 2, decode: (buffer) => Int32Array.from(new Int16Array(buffer)) },
  6: { name: 'int8', bytes: 1, decode: (buffer) => Int32Array.from(new Int8Array(buffer)) },
  9: { name: 'int64', bytes: 8, decode: narrow },
  10: { name: 'bool', bytes: 1, decode: (buffer) => Int32Array.from(new Uint8Array(buffer), Number) },
  14: {
    name: 'bfloat16',
    bytes: 2,
    decode: (buffer) => Float32Array.from(new Uint16Array(buffer), (bits) => float(bits << 16)),
  },
  19: {
    name: 'float16',
    bytes: 2,
    decode: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToFloat),
  },
};

/** Steps and sizes are int64; none is larger than int32. */
function narrow(buffer: ArrayBuffer, where: string): Int32Array {
  return Int32Array.from(new BigInt64Array(buffer), (value) => {
    if (BigInt.asIntN(32, value) !== value) throw malformed(where, `it holds ${value}, beyond int32`);
    return Number(value);
  });
}

export const typeName = (type: number) => TYPES[type]?.name ?? (type === 7 ? 'string' : `type ${type}`);

/** 0 for what cannot be read as numbers. */
export const bytesPerValue = (type: number) => TYPES[type]?.bytes ?? 0;

/** @param bytes of any alignment. @throws CHECKPOINT_FORMAT */
export function decodeValues(type: number, bytes: Uint8Array, where: string): Float32Array | Int32Array {
  const stored = TYPES[type];
  if (!stored || bytes.length % stored.bytes > 0) {
    throw malformed(where, `${bytes.length} bytes cannot be read as values of ${typeName(type)}`);
  }
  return stored.decode(bytes.slice().buffer, where);
}

/** Larger than any published tensor: what claims more is broken, and must not be allocated. */
const MAX_VALUES = 2 ** 29;

/** TensorShapeProto: field 2, repeated, { 1: size }. @throws CHECKPOINT_FORMAT */
export function readShape(bytes: Uint8Array<ArrayBuffer>, where: string): number[] {
  const shape: number[] = [];
  for (const dimension of protoFields(bytes, where)) {
    if (dimension.number !== 2 || dimension.type !== 'bytes') continue;
    let size = 0;
    for (const field of protoFields(dimension.bytes, where)) if (isVarint(field, 1)) size = field.value;
    shape.push(size);
  }
  const length = valuesOf(shape);
  if (shape.some((size) => size < 0) || !(length <= MAX_VALUES)) {
    throw malformed(where, `its shape is ${shape.join(' x ')}`);
  }
  return shape;
}

export const valuesOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

export const isVarint = (field: ProtoField, number: number): field is ProtoField & { type: 'varint' } =>
  field.number === number && field.type === 'varint';

export const isBytes = (field: ProtoField, number: number): field is ProtoField & { type: 'bytes' } =>
  field.number === number && field.type === 'bytes';

/** TensorSliceProto: field 1, repeated, { 1: start, 2: length }; one without length is the whole dimension. */
export function readExtents(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): { start: number; length: number }[] {
  const extents: { start: number; length: number }[] = [];
  for (const field of protoFields(bytes, where)) {
    if (!isBytes(field, 1)) continue;
    const extent = { start: 0, length: -1 };
    for (const part of protoFields(field.bytes, where)) {
      if (isVarint(part, 1)) extent.start = part.value;
      if (isVarint(part, 2)) extent.length = part.value;
    }
    extents.push(extent);
  }
  return extents;
}

/** Fields of a TensorProto that hold values of a type, unless field 4 has their bytes. */
const VALUE_FIELDS: Readonly<Record<number, number>> = {
  1: 5,
  2: 6,
  3: 7,
  4: 7,
  5: 7,
  6: 7,
  9: 10,
  10: 11,
  14: 13,
  19: 13,
};

/** TensorProto (tensorflow/core/framework/tensor.proto). @throws CHECKPOINT_FORMAT */
export function readTensorValues(
  bytes: Uint8Array<ArrayBuffer>,
  type: number,
  where: string,
): Float32Array | Int32Array {
  const field = VALUE_FIELDS[type];
  if (field === undefined) throw malformed(where, `values of ${typeName(type)} cannot be read`);
  const fixed: Uint8Array[] = [];
  const numbers: number[] = [];
  for (const part of protoFields(bytes, where)) {
    if (isBytes(part, 4)) return decodeValues(type, part.bytes, where);
    if (part.number !== field) continue;
    if (part.type === 'varint') numbers.push(part.value);
    else if (type <= 2) fixed.push(part.bytes);
    else if (part.type === 'bytes') {
      const reader = new ProtoReader(part.bytes, where);
      while (!reader.atEnd) numbers.push(reader.varint());
    }
  }
  if (type <= 2) return decodeValues(type, join(fixed), where);
  if (type === 14) return Float32Array.from(numbers, (bits) => float(bits << 16));
  if (type === 19) return Float32Array.from(numbers, halfToFloat);
  const beyond = numbers.find((value) => value !== (value | 0));
  if (beyond !== undefined) throw malformed(where, `it holds ${beyond}, beyond int32`);
  return Int32Array.from(numbers);
}

/** Packed numbers come in one piece, unpacked ones each in its own. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}
