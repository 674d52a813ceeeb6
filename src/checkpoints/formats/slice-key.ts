/**
 * Keys of slices of tensors: numbers and text in a code that keeps their order (tensorflow/core/lib/strings/ordered_code.cc,
 * tensorflow/core/util/saved_tensor_slice_util.cc).
 */

export interface Extent {
  readonly start: number;
  /** -1: all of the dimension. */
  readonly length: number;
}

const encoder = new TextEncoder();

/** The keys of all slices of a tensor begin with 0, then its name, in which 00 is 00 ff and ff is ff 00, then 00 01. */
export function sliceKeyPrefix(name: string): Uint8Array {
  const bytes = [0];
  for (const byte of encoder.encode(name)) {
    bytes.push(byte);
    if (byte === 0) bytes.push(255);
    if (byte === 255) bytes.push(0);
  }
  return Uint8Array.from([...bytes, 0, 1]);
}

export function sliceKey(name: string, extents: readonly Extent[]): Uint8Array {
  const numbers = extents.flatMap(({ start, length }) => [...signed(start), ...signed(length)]);
  return Uint8Array.from([...sliceKeyPrefix(name), ...unsigned(extents.length), ...numbers]);
}

/** Number of bytes, then the bytes, big endian; 0 has none. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [bytes.length, ...bytes];
}

/** Big endian, two's complement, as many leading ones (for negative numbers zeros) as there are bytes. Up to 7 bytes here. */
function signed(value: number): number[] {
  let count = 1;
  while (Math.abs(value < 0 ? value + 1 : value) >= 2 ** (7 * count - 1)) count++;
  const bytes = Array.from({ length: count }, (_, i) => {
    const shifted = Math.floor(value / 256 ** (count - 1 - i));
    return ((shifted % 256) + 256) % 256;
  });
  bytes[0] ^= (0xff00 >> count) & 0xff;
  return bytes;
}
