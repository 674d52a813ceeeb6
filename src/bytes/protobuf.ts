/** Protocol buffers, as much of them as files need that are read here: the fields of a message, in order. No schema. */
import type { Malformed } from './malformed.js';

export type ProtoField =
  | { readonly number: number; readonly type: 'varint'; readonly value: number }
  /** 4 or 8 bytes, little endian. */
  | { readonly number: number; readonly type: 'fixed'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly number: number; readonly type: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> };

/** Reads varints from bytes, one after the other. */
export class ProtoReader {
  offset = 0;

  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly where: string,
    private readonly malformed: Malformed,
  ) {}

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** A signed integer of 64 bits, as far as numbers hold it. @throws what `malformed` makes */
  varint(): number {
    let low = 0; // 28 bits
    let high = 0; // 36 bits
    for (let i = 0; i < 10; i++) {
      if (this.atEnd) throw this.malformed(this.where, 'it ends within a number');
      const byte = this.bytes[this.offset++];
      if (i < 4) low += (byte & 127) * 2 ** (7 * i);
      else high += (byte & 127) * 2 ** (7 * (i - 4));
      if (byte < 128) {
        const value = (high >= 2 ** 35 ? high - 2 ** 36 : high) * 2 ** 28 + low;
        if (Number.isSafeInteger(value)) return value;
        throw this.malformed(this.where, `it holds the number ${value}, larger than any that belongs there`);
      }
    }
    throw this.malformed(this.where, 'it holds a number of more than ten bytes');
  }

  /** @throws what `malformed` makes */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (!(length >= 0 && this.offset + length <= this.bytes.length)) {
      throw this.malformed(
        this.where,
        `it has a part of ${length} bytes with ${this.bytes.length - this.offset} left`,
      );
    }
    const start = this.offset;
    this.offset += length;
    return this.bytes.subarray(start, this.offset);
  }

  field(): ProtoField {
    const key = this.varint();
    const number = Math.floor(key / 8);
    if (number < 1) throw this.malformed(this.where, `it has a field of number ${number}`);
    switch (key % 8) {
      case 0:
        return { number, type: 'varint', value: this.varint() };
      case 1:
        return { number, type: 'fixed', bytes: this.take(8) };
      case 2:
        return { number, type: 'bytes', bytes: this.take(this.varint()) };
      case 5:
        return { number, type: 'fixed', bytes: this.take(4) };
      default:
        throw this.malformed(this.where, `it has a field of the unknown kind ${key % 8}`);
    }
  }
}

/** @throws what `malformed` makes, also while it is iterated */
export function* protoFields(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
  malformed: Malformed,
): Generator<ProtoField> {
  const reader = new ProtoReader(bytes, where, malformed);
  while (!reader.atEnd) yield reader.field();
}

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
