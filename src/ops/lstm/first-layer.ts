/** Weights rearranged for the kernels: attention and the first cell's input as one product, states in the order in which they lie. */
import { concatenateFloats } from '../../bytes/concatenate.js';
import { cellSize } from '../layers/layers.js';
import { pack, packedBytes, padded, place, spread } from '../layers/packing.js';
import type { KernelInstance } from '../layers/wasm-kernels.js';
import { withForgetBias } from '../layers/wasm-stack.js';
import type { Matrix } from '../matrix.js';
import type { RecurrentWeights } from './network.js';

/** Moves rows of c and h of each cell in turn to those of c of all cells, then h. */
export function queryByState({ columns, data }: Matrix, sizes: readonly number[]): Matrix {
  const parts: Float32Array[][] = [[], []];
  let row = 0;
  for (const size of sizes) {
    for (const part of parts) {
      part.push(data.subarray(row * columns, (row + size) * columns));
      row += size;
    }
  }
  return { rows: row, columns, data: concatenateFloats(parts.flat()) };
}

export interface FirstLayer {
  /** [padded inputSize, gates] */
  readonly rows: Matrix;
  readonly bias: Float32Array;
  /** [padded A, gates]; empty without attention. */
  readonly attention: Matrix;
}

const EMPTY: Matrix = { rows: 0, columns: 0, data: new Float32Array(0) };

/** The rows of the first cell's kernel that the input meets. */
function splitInput({ inputSize, cells: [cell] }: RecurrentWeights): FirstLayer {
  const size = cellSize(cell);
  const gates = [size, size, size, size];
  const bias = withForgetBias(spread(cell.bias, gates), padded(size), size);
  return { rows: place(cell.kernel, 0, { rows: [inputSize], columns: gates }), bias, attention: EMPTY };
}

/**
 * The attention wrapper maps [input, attention] linearly to the first cell's input, which maps it linearly to the gates: one
 * matrix does both. ([x, a] W + b) K = x (Wx K) + a (Wa K) + b K.
 */
export function fuseInput(weights: RecurrentWeights, { kernels, arena }: KernelInstance): FirstLayer {
  const { attention, inputSize } = weights;
  const own = splitInput(weights);
  if (!attention) return own;
  const { columns } = own.rows;
  const stride = own.rows.rows;
  const { kernel, bias } = attention.input;
  const A = attention.v.length;
  const rows = [...Array(inputSize + A).keys()].map((row) =>
    kernel.data.subarray(row * inputSize, (row + 1) * inputSize),
  );
  const vectors = [...rows, bias];
  const [packed, record, x, y] = arena.scratch(
    packedBytes(own.rows, 'float32'),
    12,
    4 * vectors.length * stride,
    4 * vectors.length * columns,
  );
  pack(own.rows, 'float32', arena.buffer, packed);
  arena.integers(record, 3).set([stride, columns, packed]);
  const inputs = arena.floats(x, vectors.length * stride).fill(0);
  vectors.forEach((vector, i) => inputs.set(vector, i * stride));
  const products = arena.floats(y, vectors.length * columns).fill(0);
  products.set(own.bias, rows.length * columns);
  kernels.multiplyAdd(record, x, vectors.length, y);
  const productsOf = (first: number, count: number) => {
    const data = new Float32Array(padded(count) * columns);
    data.set(products.subarray(first * columns, (first + count) * columns));
    return { rows: padded(count), columns, data };
  };
  return {
    rows: productsOf(0, inputSize),
    bias: products.slice(rows.length * columns),
    attention: productsOf(inputSize, A),
  };
}
