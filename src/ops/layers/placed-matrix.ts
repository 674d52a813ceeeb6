/** A matrix in the memory of the kernels, packed as they read it. */
import type { Matrix } from '../matrix.js';
import { pack, packedBytes, type PackedPrecision, type Precision } from './packing.js';
import type { KernelInstance, Kernels } from './wasm-kernels.js';

export interface PlacedMatrix<P extends PackedPrecision = Precision> {
  /** Padded. */
  readonly rows: number;
  /** Whole panels. */
  readonly columns: number;
  readonly precision: P;
  /** The address of a record { rows, columns, address of the weights }. */
  readonly record: number;
}

/** @param matrix of whole panels (packing.ts) @throws WASM_UNAVAILABLE when there is not enough memory */
export function placeMatrix<P extends PackedPrecision = Precision>(
  { arena }: Pick<KernelInstance, 'arena'>,
  matrix: Matrix,
  precision = 'float32' as P,
): PlacedMatrix<P> {
  const { rows, columns } = matrix;
  const address = arena.reserve(packedBytes(matrix, precision));
  pack(matrix, precision, arena.buffer, address);
  return { rows, columns, precision, record: arena.record(rows, columns, address) };
}

/** Scratch that {@link multiplyAdd} needs for `count` vectors of up to `rows` values. */
export const quantisedBytes = (rows: number, count: number) => count * (2 * rows + 4);

/**
 * y[r] += x[r] W for each of `count` vectors.
 * @param x [count, rows]
 * @param y [count, columns]
 * @param q {@link quantisedBytes} of scratch
 */
export function multiplyAdd(
  { kernels }: { readonly kernels: Pick<Kernels, 'multiplyAdd' | 'multiplyAddInt16'> },
  { record, precision }: PlacedMatrix,
  x: number,
  count: number,
  y: number,
  q: number,
): void {
  if (precision === 'float32') kernels.multiplyAdd(record, x, count, y);
  else kernels.multiplyAddInt16(record, x, count, y, q);
}
