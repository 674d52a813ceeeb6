/** Layers in the memory of the kernels. Rows of every size are padded to whole panels, so each product is the next one's input. */
import type { Precision } from '../layers/packing.js';
import { PANEL, packedBytes, place } from '../layers/packing.js';
import { placeMatrix, type PlacedMatrix } from '../layers/placed-matrix.js';
import type { Matrix } from '../matrix.js';
import { depthOf, type AttentionWeights, type Distances, type LayerWeights, type Norm } from './network.js';
import type { TransformerInstance } from './wasm-kernels.js';

/** The largest integer of a row, as the kernels write them. */
const LEVELS = 8191;

/** Floats of a row. */
export const rowOf = (size: number) => Math.ceil(size / PANEL) * PANEL;

/** Floats of a head. */
export const headOf = (depth: number) => Math.ceil(depth / 8) * 8;

/** Sums of longer products of integers do not fit 32 bits. */
const DEEPEST_INT16 = 128;

/** Tells the precision of keys and values: that of the weights, but for heads that are too deep for integers. */
export const keptPrecision = (
  precision: Precision,
  { key, value }: AttentionWeights,
  heads: number,
): Precision =>
  precision === 'int16' && Math.max(depthOf(key, heads), depthOf(value, heads)) <= DEEPEST_INT16
    ? 'int16'
    : 'float32';

export interface PlacedNorm {
  readonly scale: number;
  readonly bias: number;
}

export interface PlacedAttention {
  readonly norm: PlacedNorm;
  /** Padded floats of a head's keys and values. */
  readonly keyDepth: number;
  readonly valueDepth: number;
  /** To [query, key, value], or in attention to the melody to the query alone. */
  readonly query: PlacedMatrix;
  /** The layer of attention to the melody: to [key, value]. */
  readonly keyValue: PlacedMatrix | undefined;
  readonly output: PlacedMatrix;
  /** The precision that keys and values are kept in, and that of the distances. */
  readonly kept: Precision;
  /** Address, 0 where there are none. */
  readonly distances: number;
  /** Address of a unit for each row of distances in integers. */
  readonly distanceUnits: number;
  readonly reach: number;
}

export interface PlacedLayer {
  readonly attention: PlacedAttention;
  readonly cross: PlacedAttention | undefined;
  readonly filter: {
    readonly norm: PlacedNorm;
    readonly inner: PlacedMatrix;
    readonly innerBias: number;
    readonly outer: PlacedMatrix;
    readonly outerBias: number;
  };
}

/** Writes a matrix whose rows and columns are blocks, each padded to a multiple of 8, the whole to whole panels. */
function placeBlocks(
  instance: TransformerInstance,
  matrix: Matrix,
  rows: readonly number[],
  columns: readonly number[],
  precision: Precision,
): PlacedMatrix {
  const blocks = place(matrix, 0, { rows, columns });
  const height = rowOf(blocks.rows);
  const data = new Float32Array(height * blocks.columns);
  data.set(blocks.data);
  return placeMatrix(instance, { rows: height, columns: blocks.columns, data }, precision);
}

export function placeVector({ arena }: TransformerInstance, values: Float32Array): number {
  const row = new Float32Array(rowOf(values.length));
  row.set(values);
  return arena.store(row);
}

export const placeNorm = (instance: TransformerInstance, { scale, bias }: Norm): PlacedNorm => ({
  scale: placeVector(instance, scale),
  bias: placeVector(instance, bias),
});

export const placeDense = (instance: TransformerInstance, matrix: Matrix, precision: Precision) =>
  placeBlocks(instance, matrix, [matrix.rows], [matrix.columns], precision);

/** Matrices with the same rows, side by side. */
function beside(matrices: readonly Matrix[]): Matrix {
  const { rows } = matrices[0];
  const columns = matrices.reduce((sum, matrix) => sum + matrix.columns, 0);
  const data = new Float32Array(rows * columns);
  let at = 0;
  for (const { columns: own, data: from } of matrices) {
    for (let row = 0; row < rows; row++)
      data.set(from.subarray(row * own, (row + 1) * own), row * columns + at);
    at += own;
  }
  return { rows, columns, data };
}

export function placeAttention(
  instance: TransformerInstance,
  { norm, weights }: { readonly norm: Norm; readonly weights: AttentionWeights },
  heads: number,
  precision: Precision,
  isCross: boolean,
): PlacedAttention {
  const { query, key, value, output, distances } = weights;
  const depth = depthOf(key, heads);
  const scale = 1 / Math.sqrt(depth);
  const scaled: Matrix = { ...query, data: query.data.map((element) => element * scale) };
  const ofKeys = Array<number>(heads).fill(depth);
  const ofValues = Array<number>(heads).fill(depthOf(value, heads));
  const rows = [query.rows];
  // A melody is short, and read once.
  const kept = isCross ? 'float32' : keptPrecision(precision, weights, heads);
  return {
    norm: placeNorm(instance, norm),
    keyDepth: headOf(depth),
    valueDepth: headOf(depthOf(value, heads)),
    query: isCross
      ? placeBlocks(instance, scaled, rows, ofKeys, precision)
      : placeBlocks(
          instance,
          beside([scaled, key, value]),
          rows,
          [...ofKeys, ...ofKeys, ...ofValues],
          precision,
        ),
    keyValue: isCross
      ? placeBlocks(instance, beside([key, value]), rows, [...ofKeys, ...ofValues], precision)
      : undefined,
    output: placeBlocks(instance, output, ofValues, [output.columns], precision),
    kept,
    ...placeDistances(instance, distances, depth, kept),
  };
}

export function placeDistances(
  { arena }: TransformerInstance,
  distances: Distances | undefined,
  depth: number,
  kept: Precision,
): Pick<PlacedAttention, 'distances' | 'distanceUnits' | 'reach'> {
  if (!distances) return { distances: 0, distanceUnits: 0, reach: 0 };
  const { reach } = distances;
  const rows = spreadHeads(distances.data, depth);
  if (kept === 'float32') return { distances: arena.store(rows), distanceUnits: 0, reach };
  const width = headOf(depth);
  const units = new Float32Array(rows.length / width);
  const narrow = Int16Array.from(rows, (value, i) => {
    const row = Math.floor(i / width);
    if (i % width === 0) units[row] = largest(rows.subarray(i, i + width)) / LEVELS;
    return units[row] > 0 ? Math.round(value / units[row]) : 0;
  });
  const address = arena.reserve(narrow.byteLength);
  new Int16Array(arena.buffer, address, narrow.length).set(narrow);
  return { distances: address, distanceUnits: arena.store(units), reach };
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Rows of a head's depth, each padded. */
function spreadHeads(data: Float32Array, depth: number): Float32Array {
  const stride = headOf(depth);
  const rows = data.length / depth;
  const result = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++)
    result.set(data.subarray(row * depth, (row + 1) * depth), row * stride);
  return result;
}

export const placeLayer = (
  instance: TransformerInstance,
  { attention, cross, filter: { norm, inner, outer } }: LayerWeights,
  heads: number,
  precision: Precision,
): PlacedLayer => ({
  attention: placeAttention(instance, attention, heads, precision, false),
  cross: cross && placeAttention(instance, cross, heads, precision, true),
  filter: {
    norm: placeNorm(instance, norm),
    inner: placeDense(instance, inner.kernel, precision),
    innerBias: placeVector(instance, inner.bias),
    outer: placeDense(instance, outer.kernel, precision),
    outerBias: placeVector(instance, outer.bias),
  },
});

/** Bytes that the layers' matrices and distances take, about. */
export function layerBytes({ attention, cross, filter }: LayerWeights, precision: Precision): number {
  const bytes = ({ rows, columns }: Matrix) => packedBytes({ rows, columns }, precision);
  const ofAttention = ({ query, key, value, output, distances }: AttentionWeights) =>
    [query, key, value, output].reduce(
      (sum, matrix) => sum + bytes(matrix),
      4 * (distances?.data.length ?? 0),
    );
  return (
    ofAttention(attention.weights) +
    (cross ? ofAttention(cross.weights) : 0) +
    bytes(filter.inner.kernel) +
    bytes(filter.outer.kernel)
  );
}
