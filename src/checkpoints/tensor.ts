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

const float = new Float32Array(1);
const bitsOfFloat = new Uint32Array(float.buffer);

/** The nearest binary16, ties to even; beyond 65504 the largest there is, since infinity would be no weight. */
export function floatToHalf(value: number): number {
  float[0] = value;
  const [bits] = bitsOfFloat;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(float[0]);
  if (magnitude >= 65520) return sign | 0x7bff;
  // Multiples of 2^-24 below the smallest normal number; the next exponent follows by itself when they round up to it.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const exponent = ((bits >>> 23) & 255) - 127;
  return sign | (((exponent + 15) << 10) + roundToEven((magnitude / 2 ** exponent - 1) * 1024));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
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
