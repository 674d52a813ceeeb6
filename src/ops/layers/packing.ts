/** Matrices as the kernels of wasm/assembly/products.ts read them. */
import type { Matrix } from '../matrix.js';

/** The form in which big matrices are held: float32 as stored, or integers of 12 bits with a scale per column and 128 rows. */
export type Precision = 'float32' | 'int16';

/** The forms that there are kernels for: int8 is half as large as int16, and sixteen times as coarse. */
export type PackedPrecision = Precision | 'int8';

/** The largest integer: sums of 128 products stay within int32 (wasm/assembly/products.ts). */
const LEVELS = { int16: 2047, int8: 127 };
const INTEGERS = { int16: Int16Array, int8: Int8Array };

/** Columns of one pass, and rows that share a scale; as in wasm/assembly/products.ts. */
export const PANEL = 32;
const GROUP = 128;

/** Vectors are padded with zeros to whole pairs of SIMD registers. */
export const padded = (size: number) => Math.ceil(size / 8) * 8;

const panelColumns = (columns: number) => Math.ceil(columns / PANEL) * PANEL;

/** A range of rows of a matrix, with rows and columns moved apart to make room for padding. */
export function place(
  matrix: Matrix,
  firstRow: number,
  blocks: { readonly rows: readonly number[]; readonly columns: readonly number[] },
): Matrix {
  const rows = sum(blocks.rows.map(padded));
  const columns = panelColumns(sum(blocks.columns.map(padded)));
  const data = new Float32Array(rows * columns);
  let from = firstRow;
  let to = 0;
  for (const height of blocks.rows) {
    for (let row = 0; row < height; row++) {
      const source = matrix.data.subarray((from + row) * matrix.columns, (from + row + 1) * matrix.columns);
      data.set(spread(source, blocks.columns), (to + row) * columns);
    }
    from += height;
    to += padded(height);
  }
  return { rows, columns, data };
}

/** A vector of blocks, each block padded. */
export function spread(vector: Float32Array, blocks: readonly number[]): Float32Array {
  const result = new Float32Array(panelColumns(sum(blocks.map(padded))));
  let from = 0;
  let to = 0;
  for (const size of blocks) {
    result.set(vector.subarray(from, from + size), to);
    from += size;
    to += padded(size);
  }
  return result;
}

export const packedBytes = ({ rows, columns }: Omit<Matrix, 'data'>, precision: PackedPrecision): number =>
  precision === 'float32'
    ? 4 * rows * columns
    : columns * (INTEGERS[precision].BYTES_PER_ELEMENT * rows + 4 * Math.ceil(rows / GROUP));

/** Writes a matrix of whole panels to `address`: [columns / PANEL][rows][PANEL] float32, or {@link packIntegers}. */
export function pack(matrix: Matrix, precision: PackedPrecision, buffer: ArrayBuffer, address: number): void {
  if (precision !== 'float32') return packIntegers(matrix, precision, buffer, address);
  const { rows, columns, data } = matrix;
  const packed = new Float32Array(buffer, address, rows * columns);
  let to = 0;
  for (let panel = 0; panel < columns; panel += PANEL) {
    for (let row = 0; row < rows; row++, to += PANEL) {
      const from = row * columns + panel;
      packed.set(data.subarray(from, from + PANEL), to);
    }
  }
}

/** [columns / PANEL][groups of rows] of { PANEL scales in float32, [rows / 2][PANEL][2] integers }; rows are even. */
function packIntegers(
  { rows, columns, data }: Matrix,
  precision: 'int16' | 'int8',
  buffer: ArrayBuffer,
  address: number,
): void {
  const levels = LEVELS[precision];
  let at = address;
  for (let panel = 0; panel < columns; panel += PANEL) {
    for (let first = 0; first < rows; first += GROUP) {
      const height = Math.min(GROUP, rows - first);
      const scales = new Float32Array(buffer, at, PANEL);
      const integers = new INTEGERS[precision](buffer, at + 4 * PANEL, height * PANEL);
      for (let n = 0; n < PANEL; n++) {
        let largest = 0;
        for (let row = 0; row < height; row++) {
          largest = Math.max(largest, Math.abs(data[(first + row) * columns + panel + n]));
        }
        scales[n] = largest / levels;
        if (largest === 0) continue;
        for (let row = 0; row < height; row++) {
          const value = data[(first + row) * columns + panel + n];
          integers[(row >> 1) * 2 * PANEL + 2 * n + (row & 1)] = Math.round((levels * value) / largest);
        }
      }
      at += 4 * PANEL + integers.byteLength;
    }
  }
}

export const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
