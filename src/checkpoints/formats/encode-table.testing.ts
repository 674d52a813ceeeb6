/** Writes protocol buffers and TensorFlow's tables, for tests. The plainest way that is valid. */
import { crc32c, masked } from '../../bytes/crc.js';
import { concatenate } from '../../bytes/concatenate.js';
import { compareBytes, TABLE_MAGIC } from './table.js';

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (value: string): Bytes => new TextEncoder().encode(value) as Bytes;

export const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Bytes =>
  concatenate(parts.map((part) => Uint8Array.from(part)));

/** A varint of 64 bits, two's complement. */
export function varint(value: number | bigint): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export const uint32 = (value: number): Bytes => new Uint8Array(Uint32Array.of(value).buffer);

/** A field of a message: a number is a varint, text and bytes have their length before them. */
export function field(number: number, value: number | string | Uint8Array): Bytes {
  if (typeof value === 'number') return joined(varint(number * 8), varint(value));
  const bytes = typeof value === 'string' ? utf8(value) : value;
  return joined(varint(number * 8 + 2), varint(bytes.length), bytes);
}

export const fixed32 = (number: number, value: number) => joined(varint(number * 8 + 5), uint32(value));

export interface TableOptions {
  /** Bytes after which a block ends, default 64: small tables too have several. */
  readonly blockSize?: number;
  /** The compression type that the blocks claim, default 0: none. */
  readonly compression?: number;
}

/** Entries in any order. */
export function encodeTable(
  entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[],
  { blockSize = 64, compression = 0 }: TableOptions = {},
): Bytes {
  const file: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array) => {
    file.push(part);
    length += part.length;
  };
  const addBlock = (content: Bytes): Bytes => {
    const stored = joined(content, [compression]);
    const handle = joined(varint(length), varint(stored.length - 1));
    add(stored);
    add(uint32(masked(crc32c(stored))));
    return handle;
  };
  const index: [Uint8Array, Uint8Array][] = [];
  let block: (readonly [Uint8Array, Uint8Array])[] = [];
  const flush = () => {
    const last = block.at(-1);
    if (last) index.push([last[0], addBlock(encodeBlock(block))]);
    block = [];
  };
  for (const entry of [...entries].sort(([a], [b]) => compareBytes(a, b))) {
    block.push(entry);
    if (block.reduce((sum, [key, value]) => sum + key.length + value.length, 0) > blockSize) flush();
  }
  flush();
  const meta = addBlock(encodeBlock([]));
  const handles = joined(meta, addBlock(encodeBlock(index)));
  add(joined(handles, new Uint8Array(40 - handles.length), TABLE_MAGIC));
  return concatenate(file);
}

/** Restarts every 16 entries, as TensorFlow does. */
function encodeBlock(entries: readonly (readonly [Uint8Array, Uint8Array])[]): Bytes {
  const restarts: number[] = [];
  let content = new Uint8Array();
  let before = new Uint8Array();
  for (const [i, [key, value]] of entries.entries()) {
    let shared = 0;
    if (i % 16 === 0) restarts.push(content.length);
    else while (shared < key.length && key[shared] === before[shared]) shared++;
    content = joined(
      content,
      varint(shared),
      varint(key.length - shared),
      varint(value.length),
      key.subarray(shared),
      value,
    );
    before = Uint8Array.from(key);
  }
  if (restarts.length === 0) restarts.push(0);
  return joined(content, ...restarts.map(uint32), uint32(restarts.length));
}
