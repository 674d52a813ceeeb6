/** Matrices and vectors as shaders read them: in vectors of four numbers, float32 or two float16 in each 32 bits. */
import type { Matrix } from '../matrix.js';

/** Weights as they lie in storage. */
export type StoredPrecision = 'float32' | 'float16';

/** Vectors of four that so many numbers fill. */
export const fours = (size: number) => Math.ceil(size / 4);

/** Numbers, with those that a vector of four is filled up with. */
export const paddedToFours = (size: number) => 4 * fours(size);

/** The WGSL type of four weights in storage. */
export const storedType = (precision: StoredPrecision) => (precision === 'float32' ? 'vec4f' : 'vec2u');

/** WGSL that reads four weights. @param stored an expression of {@link storedType} */
export const readStored = (stored: string, precision: StoredPrecision) =>
  precision === 'float32' ? stored : `unpacked(${stored})`;

/** WGSL that {@link readStored} needs. */
export const UNPACKED = /* wgsl */ `
fn unpacked(pair: vec2u) -> vec4f { return vec4f(unpack2x16float(pair.x), unpack2x16float(pair.y)); }`;

export interface Blocks {
  /** The rows of each block, which are padded with zeros to multiples of `rowUnit`. */
  readonly rows: readonly number[];
  /** The columns of each block, which are padded with zeros to fours. */
  readonly columns: readonly number[];
  /** Default: 4. */
  readonly rowUnit?: number;
}

/** Writes blocks of a matrix into `to`, from number `at` on. */
export function spreadMatrix(
  matrix: Matrix,
  { rows, columns, rowUnit = 4 }: Blocks,
  to: Float32Array,
  at = 0,
): void {
  const stride = columns.reduce((sum, size) => sum + paddedToFours(size), 0);
  let from = 0;
  let toRow = 0;
  for (const height of rows) {
    for (let row = 0; row < height; row++) {
      let place = at + (toRow + row) * stride;
      for (const size of columns) {
        to.set(matrix.data.subarray(from, from + size), place);
        from += size;
        place += paddedToFours(size);
      }
    }
    toRow += Math.ceil(height / rowUnit) * rowUnit;
  }
}

/** The same numbers in the form in which they are stored. */
export const stored = (values: Float32Array<ArrayBuffer>, precision: StoredPrecision) =>
  precision === 'float32' ? values : halves(values);

/** Two numbers of 16 bits in each of 32, the first in the lower half. */
function halves(values: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const length = values.length / 2;
  return Uint32Array.from({ length }, (_, i) => half(bits[2 * i]) | (half(bits[2 * i + 1]) << 16));
}

/** The nearest float16 of a float32, both as bits; what is beyond its ends becomes its largest. */
function half(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const mantissa = (bits & 0x7fffff) | 0x800000;
  if (exponent > 15) return sign | 0x7bff;
  // Below 2^-14 it has fewer digits, and below 2^-25 none.
  const dropped = 13 + Math.max(0, -14 - exponent);
  if (dropped > 24) return sign;
  const rounded = (mantissa + (1 << (dropped - 1)) - 1 + ((mantissa >>> dropped) & 1)) >>> dropped;
  // A mantissa that was rounded up to the next power of two carries into the exponent.
  return sign | Math.min(0x7bff, exponent >= -14 ? ((exponent + 14) << 10) + rounded : rounded);
}
