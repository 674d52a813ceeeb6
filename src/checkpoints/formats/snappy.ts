/** Snappy decompression (google/snappy format_description.txt): TensorFlow's table format allows it, its savers do not use it. */
import { malformed } from '../failures.js';
import { ProtoReader } from './protobuf.js';

/** A copy of 64 bytes takes 3: nothing grows by more. */
const MAX_GROWTH = 22;

/** @throws CHECKPOINT_FORMAT */
export function decompressSnappy(bytes: Uint8Array<ArrayBuffer>, where: string): Uint8Array<ArrayBuffer> {
  const input = new ProtoReader(bytes, where);
  const length = input.varint();
  if (!(length >= 0 && length <= MAX_GROWTH * bytes.length)) {
    throw malformed(where, `${bytes.length} compressed bytes claim to hold ${length}`);
  }
  const output = new Uint8Array(length);
  let end = 0;
  const number = (count: number) => input.take(count).reduceRight((sum, byte) => sum * 256 + byte, 0);
  while (!input.atEnd) {
    const tag = number(1);
    const size = tag >> 2;
    if ((tag & 3) === 0) {
      const literal = input.take((size < 60 ? size : number(size - 59)) + 1);
      if (end + literal.length > length) throw malformed(where, 'compressed bytes hold more than they claim');
      output.set(literal, end);
      end += literal.length;
      continue;
    }
    const isShort = (tag & 3) === 1;
    const count = isShort ? (size & 7) + 4 : size + 1;
    const distance = isShort ? (tag >> 5) * 256 + number(1) : number((tag & 3) === 2 ? 2 : 4);
    if (distance < 1 || distance > end || end + count > length) {
      throw malformed(where, `compressed bytes copy ${count} from ${distance} before ${end}`);
    }
    // One by one: what is copied may be what was just written.
    for (let i = 0; i < count; i++, end++) output[end] = output[end - distance];
  }
  if (end !== length) throw malformed(where, `compressed bytes hold ${end}, not ${length} as they claim`);
  return output;
}
