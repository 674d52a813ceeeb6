/** Weights of any architecture, drawn by seed, for tests. */
import { createRandom } from '../../random/random.js';
import { SparseVector, type Linear, type Matrix, type RecurrentWeights } from './network.js';

export interface Architecture {
  readonly inputSize: number;
  readonly sizes: readonly number[];
  readonly classes: number;
  readonly attention?: { readonly wrappedCells: number; readonly length: number };
}

/** Uniform in +-gain / sqrt(rows): activations neither vanish nor saturate. */
export function randomWeights(
  { inputSize, sizes, classes, attention }: Architecture,
  seed: string,
): RecurrentWeights {
  const random = createRandom(seed);
  const vector = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * (2 * random() - 1));
  const matrix = (rows: number, columns: number): Matrix => ({
    rows,
    columns,
    data: vector(rows * columns, 2 / Math.sqrt(rows)),
  });
  const linear = (rows: number, columns: number): Linear => ({
    kernel: matrix(rows, columns),
    bias: vector(columns, 0.5),
  });
  const cells = sizes.map((size, l) => linear((l === 0 ? inputSize : sizes[l - 1]) + size, 4 * size));
  const head = linear(sizes[sizes.length - 1], classes);
  if (!attention) return { inputSize, cells, head };
  const wrapped = sizes.slice(0, attention.wrappedCells);
  const A = wrapped[wrapped.length - 1];
  const query = linear(2 * wrapped.reduce((a, b) => a + b), A);
  return {
    inputSize,
    cells,
    head,
    attention: {
      ...attention,
      input: linear(inputSize + A, inputSize),
      query,
      keys: matrix(A, A),
      v: vector(A, 1),
      output: linear(2 * A, A),
    },
  };
}

/** Some steps of inputs, one-hot and dense parts mixed. */
export function randomInputs(size: number, steps: number, seed: string): SparseVector[] {
  const random = createRandom(seed);
  return Array.from({ length: steps }, () => {
    const input = new SparseVector(size);
    const hot = Math.floor(random() * size);
    input.set(hot);
    for (let index = 0; index < size; index++) {
      if (index !== hot && random() < 3 / size) input.set(index, 2 * random() - 1);
    }
    return input;
  });
}
