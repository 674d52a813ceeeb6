/** Linear layers as one: fewer passes over memory, and the same numbers up to rounding. */
import type { Linear } from '../matrix.js';

/** Two that read the same: the columns of the second behind those of the first. */
export function beside(a: Linear, b: Linear): Linear {
  const { rows } = a.kernel;
  const columns = a.kernel.columns + b.kernel.columns;
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    [a, b].reduce((to, { kernel }) => {
      data.set(kernel.data.subarray(row * kernel.columns, (row + 1) * kernel.columns), to);
      return to + kernel.columns;
    }, row * columns);
  }
  const bias = new Float32Array(columns);
  bias.set(a.bias);
  bias.set(b.bias, a.bias.length);
  return { kernel: { rows, columns, data }, bias };
}

/** One after the other: (x A + a) B + b = x (A B) + (a B + b). */
export function chained(a: Linear, b: Linear): Linear {
  const { rows, columns: between } = a.kernel;
  const { columns } = b.kernel;
  const product = (x: Float32Array, initial: Float32Array) =>
    Float32Array.from(initial, (value, c) => {
      let sum = value;
      for (let i = 0; i < between; i++) sum += x[i] * b.kernel.data[i * columns + c];
      return sum;
    });
  const zeros = new Float32Array(columns);
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    data.set(product(a.kernel.data.subarray(row * between, (row + 1) * between), zeros), row * columns);
  return { kernel: { rows, columns, data }, bias: product(a.bias, b.bias) };
}
