/** Matrices as the kernels of wasm/assembly/lstm.ts read them. */
import type { Matrix } from './network.js';

/** How the big matrices are held: float32 as stored, or int8 with a scale per column and 128 rows. */
export type Precision = 'float32' | 'int8';

/** Columns of one pass, and rows that share an int8 scale; as in wasm/assembly/lstm.ts. */
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

export const packedBytes = ({ rows, columns }: Omit<Matrix, 'data'>, precision: Precision): number =>
  precision === 'float32' ? 4 * rows * columns : columns * (rows + 4 * Math.ceil(rows / GROUP));

/** Writes a matrix of whole panels to `address`: [columns / PANEL][rows][PANEL] float32, or {@link packInt8}. */
export function pack(matrix: Matrix, precision: Precision, buffer: ArrayBuffer, address: number): void {
  if (precision === 'int8') {
    packInt8(matrix, buffer, address);
    return;
  }
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

/** [columns / PANEL][groups of rows] of { PANEL scales in float32, [rows / 2][PANEL][2] int8 }; rows are even. */
function packInt8({ rows, columns, data }: Matrix, buffer: ArrayBuffer, address: number): void {
  let at = address;
  for (let panel = 0; panel < columns; panel += PANEL) {
    for (let first = 0; first < rows; first += GROUP) {
      const height = Math.min(GROUP, rows - first);
      const scales = new Float32Array(buffer, at, PANEL);
      const bytes = new Int8Array(buffer, at + 4 * PANEL, height * PANEL);
      for (let n = 0; n < PANEL; n++) {
        let largest = 0;
        for (let row = 0; row < height; row++) {
          largest = Math.max(largest, Math.abs(data[(first + row) * columns + panel + n]));
        }
        scales[n] = largest / 127;
        for (let row = 0; row < height; row++) {
          const value = data[(first + row) * columns + panel + n];
          bytes[(row >> 1) * 2 * PANEL + 2 * n + (row & 1)] =
            largest === 0 ? 0 : Math.round((127 * value) / largest);
        }
      }
      at += 4 * PANEL + height * PANEL;
    }
  }
}

export const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
