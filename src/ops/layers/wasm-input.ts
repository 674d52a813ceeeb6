/** The products of the first cell's kernel with inputs: mostly zeros where they are classes, or dense. */
import type { Matrix } from '../matrix.js';
import { padded, place } from './packing.js';
import { placeMatrix, type PlacedMatrix } from './placed-matrix.js';
import type { KernelInstance } from './wasm-kernels.js';
import { writeRows } from './wasm-dense.js';

/** Sparse inputs, fewer than one in so many of them not zero, have their rows of the kernel added one by one. */
const SPARSE = 4;

/** Some rows of a cell's kernel, always in float32: a class meets one of them, without the rounding of its neighbours. */
export class InputProduct {
  private readonly matrix: PlacedMatrix;
  private readonly size: number;

  /**
   * @param kernel [inputs, 4 size]
   * @param dense inputs are always multiplied whole: sums are then the same in whatever company a row comes
   */
  constructor(
    instance: KernelInstance,
    kernel: Matrix,
    gates: readonly number[],
    private readonly dense: boolean,
  ) {
    this.size = kernel.rows;
    this.matrix = placeMatrix(instance, place(kernel, 0, { rows: [kernel.rows], columns: gates }));
  }

  /** Scratch for inputs of `count` rows. */
  scratchBytes(count: number): number {
    return 8 * count * padded(this.size);
  }

  /**
   * y[r] += x[r] W.
   * @param x [count, inputs]
   * @param y address of [count, columns]
   * @param scratch {@link scratchBytes}
   */
  add({ kernels, arena }: KernelInstance, x: Float32Array, count: number, y: number, scratch: number): void {
    const { matrix, size } = this;
    const total = count * size;
    let nonZero = 0;
    for (let i = 0; i < total && !this.dense; i++) if (x[i] !== 0) nonZero++;
    if (this.dense || SPARSE * nonZero > total) {
      const stride = padded(size);
      writeRows(arena.floats(scratch, count * stride), x, count, size, stride);
      kernels.multiplyAdd(matrix.record, scratch, count, y);
      return;
    }
    const indices = arena.integers(scratch, nonZero);
    const values = arena.floats(scratch + 4 * nonZero, nonZero);
    let at = 0;
    for (let row = 0; row < count; row++) {
      const first = at;
      for (let i = 0; i < size; i++) {
        const value = x[row * size + i];
        if (value === 0) continue;
        indices[at] = i;
        values[at++] = value;
      }
      const [i, v] = [indices.byteOffset + 4 * first, values.byteOffset + 4 * first];
      kernels.multiplyAddSparse(matrix.record, i, v, at - first, y + 4 * row * matrix.columns);
    }
  }
}
