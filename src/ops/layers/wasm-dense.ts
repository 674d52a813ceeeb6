/** A dense layer in the SIMD kernels. It is read once for a sequence, so float32 costs it nothing. */
import type { Linear } from '../matrix.js';
import { ACTIVATIONS, type Activation, type Dense } from './layers.js';
import { padded, place, spread } from './packing.js';
import { placeMatrix } from './placed-matrix.js';
import type { KernelInstance } from './wasm-kernels.js';

/** @param alive the instance, or an error that says that it was disposed */
export function createWasmDense(
  instance: KernelInstance,
  { kernel, bias }: Linear,
  activation: Activation,
  alive: () => KernelInstance,
): Dense {
  const inputs = kernel.rows;
  const outputs = kernel.columns;
  const matrix = placeMatrix(instance, place(kernel, 0, { rows: [inputs], columns: [outputs] }));
  const biasAt = instance.arena.store(spread(bias, [outputs]));
  const { columns } = matrix;
  return (x, rows = x.length / inputs) => {
    const { kernels, arena } = alive();
    const size = padded(inputs);
    const [xAt, y] = arena.scratch(4 * rows * size, 4 * rows * columns);
    writeRows(arena.floats(xAt, rows * size), x, rows, inputs, size);
    kernels.repeat(biasAt, 4 * columns, rows, y);
    kernels.multiplyAdd(matrix.record, xAt, rows, y);
    kernels.activate(ACTIVATIONS.indexOf(activation), y, 4 * rows * columns);
    return readRows(arena.floats(y, rows * columns), rows, columns, outputs);
  };
}

/** Rows of `size` values to rows of `stride`, zeros behind each. */
export function writeRows(
  to: Float32Array,
  from: Float32Array,
  rows: number,
  size: number,
  stride: number,
): void {
  if (size === stride) {
    to.set(from.subarray(0, rows * size));
    return;
  }
  to.fill(0, 0, rows * stride);
  for (let row = 0; row < rows; row++) to.set(from.subarray(row * size, (row + 1) * size), row * stride);
}

/** The first `size` values of each row of `stride`, a fresh array. */
export function readRows(
  from: Float32Array,
  rows: number,
  stride: number,
  size: number,
): Float32Array<ArrayBuffer> {
  if (size === stride) return from.slice(0, rows * size);
  const result = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++)
    result.set(from.subarray(row * stride, row * stride + size), row * size);
  return result;
}
