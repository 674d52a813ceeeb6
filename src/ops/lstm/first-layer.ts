/** Weights rearranged for the kernels: the first cell's input as rows to look up, states in the order in which they lie. */
import { grow } from '../kernels.js';
import { cellSize, type Matrix, type RecurrentWeights } from './network.js';
import { pack, packedBytes, padded, spread } from './packing.js';
import type { Kernels } from './wasm-kernels.js';

/** The forget gate's bias is 1 more than what is stored. */
export function withForgetBias(bias: Float32Array, size: number, trueSize: number): Float32Array {
  return bias.map((value, n) => (n >= 2 * size && n < 2 * size + trueSize ? value + 1 : value));
}

/** Rows of c and h of each cell in turn -> those of c of all cells, then h. */
export function queryByState({ columns, data }: Matrix, sizes: readonly number[]): Matrix {
  const parts: Float32Array[][] = [[], []];
  let row = 0;
  for (const size of sizes) {
    for (const part of parts) {
      part.push(data.subarray(row * columns, (row + size) * columns));
      row += size;
    }
  }
  const result = new Float32Array(row * columns);
  let at = 0;
  for (const part of parts.flat()) {
    result.set(part, at);
    at += part.length;
  }
  return { rows: row, columns, data: result };
}

export interface FirstLayer {
  /** [inputSize, gates] */
  readonly rows: Matrix;
  readonly bias: Float32Array;
  /** [A, gates]; empty without attention. */
  readonly attention: Matrix;
}

const EMPTY: Matrix = { rows: 0, columns: 0, data: new Float32Array(0) };

/** Rows of the first cell's kernel that the input meets, unpadded in rows: they are looked up. */
export function splitInput({ inputSize, cells: [cell] }: RecurrentWeights): FirstLayer {
  const size = cellSize(cell);
  const gates = [size, size, size, size];
  const columns = 4 * padded(size);
  const data = new Float32Array(inputSize * columns);
  for (let row = 0; row < inputSize; row++) {
    const { kernel } = cell;
    const source = kernel.data.subarray(row * kernel.columns, (row + 1) * kernel.columns);
    data.set(spread(source, gates), row * columns);
  }
  const bias = withForgetBias(spread(cell.bias, gates), padded(size), size);
  return { rows: { rows: inputSize, columns, data }, bias, attention: EMPTY };
}

/**
 * The attention wrapper maps [input, attention] linearly to the first cell's input, which maps it linearly to the gates: one
 * matrix does both. ([x, a] W + b) K = x (Wx K) + a (Wa K) + b K.
 */
export function fuseInput(weights: RecurrentWeights, kernels: Kernels): FirstLayer {
  const { attention } = weights;
  const own = splitInput(weights);
  if (!attention) return own;
  const { inputSize } = weights;
  const { columns } = own.rows;
  const { kernel, bias } = attention.input;
  const A = attention.v.length;
  // Scratch from the bottom of the memory, before anything lies there.
  const packed = Math.ceil(kernels.heapBase() / 64) * 64;
  const x = packed + packedBytes(own.rows, 'float32');
  const y = x + 64 * Math.ceil((4 * inputSize) / 64);
  grow(kernels.memory, y + 4 * columns);
  const { buffer } = kernels.memory;
  pack(own.rows, 'float32', buffer, packed);
  const input = new Float32Array(buffer, x, inputSize);
  const result = new Float32Array(buffer, y, columns);
  const apply = (vector: Float32Array, start: Float32Array | undefined): Float32Array => {
    input.set(vector);
    if (start) result.set(start);
    else result.fill(0);
    kernels.multiplyAdd(x, inputSize, packed, columns, y);
    return result;
  };
  const rowOf = (row: number) => kernel.data.subarray(row * inputSize, (row + 1) * inputSize);
  const rows = new Float32Array(inputSize * columns);
  for (let row = 0; row < inputSize; row++) rows.set(apply(rowOf(row), undefined), row * columns);
  const attended = new Float32Array(padded(A) * columns);
  for (let row = 0; row < A; row++) attended.set(apply(rowOf(inputSize + row), undefined), row * columns);
  return {
    rows: { rows: inputSize, columns, data: rows },
    bias: Float32Array.from(apply(bias, own.bias)),
    attention: { rows: padded(A), columns, data: attended },
  };
}
