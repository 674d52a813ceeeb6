/** Random weights of a decoder that keep activations at their size. */
import { createRandom } from '../src/random/random.js';
import type { Matrix } from '../src/ops/matrix.js';
import type { TransformerWeights } from '../src/ops/transformer/network.js';

export interface TransformerSize {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly filter: number;
  /** Distances that attention knows, 0: a timing signal instead. */
  readonly reach: number;
}

const VOCABULARY = 310;

export function randomTransformer({
  layers,
  hidden,
  heads,
  filter,
  reach,
}: TransformerSize): TransformerWeights {
  const random = createRandom(`${layers} x ${hidden}`);
  const vector = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * (2 * random() - 1));
  const matrix = (rows: number, columns: number): Matrix => ({
    rows,
    columns,
    data: vector(rows * columns, Math.sqrt(3 / rows)),
  });
  const norm = () => ({ scale: new Float32Array(hidden).fill(1), bias: new Float32Array(hidden) });
  const linear = (rows: number, columns: number) => ({
    kernel: matrix(rows, columns),
    bias: new Float32Array(columns),
  });
  const embedding = { rows: VOCABULARY, columns: hidden, data: vector(VOCABULARY * hidden, hidden ** -0.5) };
  return {
    hidden,
    heads,
    hasTiming: reach === 0,
    embedding,
    softmax: embedding,
    norm: norm(),
    layers: Array.from({ length: layers }, () => ({
      attention: {
        norm: norm(),
        weights: {
          query: matrix(hidden, hidden),
          key: matrix(hidden, hidden),
          value: matrix(hidden, hidden),
          output: matrix(hidden, hidden),
          ...(reach > 0 && { distances: { reach, data: vector(reach * hidden, 0.2) } }),
        },
      },
      filter: { norm: norm(), inner: linear(hidden, filter), outer: linear(filter, hidden) },
    })),
  };
}
