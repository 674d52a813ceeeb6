/** Tensors, and the bytes they are stored in. Everything is little endian, as every machine this runs on. */
import { TimbrelError } from '../errors/timbrel-error.js';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Int32Array;
}

/** IEEE 754 binary16, from its bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @throws CHECKPOINT_NAN */
export function checkFinite(name: string, data: Float32Array | Int32Array): void {
  const bad = data instanceof Float32Array ? data.findIndex((value) => !Number.isFinite(value)) : -1;
  if (bad < 0) return;
  throw new TimbrelError(
    'CHECKPOINT_NAN',
    `${name} holds ${data[bad]} at index ${bad}: the file is damaged, or its training diverged`,
  );
}
