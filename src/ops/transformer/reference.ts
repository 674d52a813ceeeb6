/** The transformer in the most obvious way, in float64: what the kernels are compared with, and the 'cpu' backend. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Matrix } from '../matrix.js';
import {
  depthOf,
  embed,
  timingOf,
  type AttentionWeights,
  type ImmediateTransformer,
  type LayerWeights,
  type NetworkCopy,
  type Norm,
  type StackWeights,
  type TransformerWeights,
} from './network.js';

type Vector = Float64Array;

/** Keys and values of the positions so far, [heads * depth] each. */
interface Kept {
  keys: Vector[];
  values: Vector[];
}

interface ReferenceCopy extends NetworkCopy {
  readonly kept: readonly Kept[];
}

/** x W */
function multiply(x: Vector, { columns, data }: Matrix): Vector {
  const y = new Float64Array(columns);
  for (let k = 0; k < x.length; k++) {
    for (let n = 0; n < columns; n++) y[n] += x[k] * data[k * columns + n];
  }
  return y;
}

const added = (a: Vector, b: ArrayLike<number>): Vector => a.map((value, n) => value + b[n]);

function normalised(x: Vector, { scale, bias }: Norm): Vector {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, n) => ((value - mean) / Math.sqrt(variance + 1e-6)) * scale[n] + bias[n]);
}

export class ReferenceTransformer implements ImmediateTransformer {
  readonly vocabulary: number;
  readonly bytes = 0;
  readonly tokensAtATime = 16;
  readonly twin: ReferenceTransformer | undefined;
  length = 0;
  private melody: readonly number[] = [];
  private kept: Kept[] = [];
  /** The keys and values of the melody, a layer each. */
  private crossed: Kept[] = [];
  private rows: Vector[] = [];

  /**
   * @param memory positions that attention reaches back to
   * @param twin of what this is the twin, if it is one
   */
  constructor(
    private readonly weights: TransformerWeights,
    readonly memory: number,
    twin?: ReferenceTransformer,
  ) {
    this.vocabulary = weights.softmax.rows;
    this.twin = twin ?? (weights.hasTiming ? new ReferenceTransformer(weights, memory, this) : undefined);
  }

  begin(melody: readonly number[] = []): void {
    const { layers, encoder, heads } = this.weights;
    this.length = 0;
    this.melody = melody;
    this.kept = layers.map(() => ({ keys: [], values: [] }));
    const encoded = encoder ? encode(encoder, melody, heads) : [];
    this.crossed = layers.map(({ cross }) => ({
      keys: cross ? encoded.map((x) => multiply(x, cross.weights.key)) : [],
      values: cross ? encoded.map((x) => multiply(x, cross.weights.value)) : [],
    }));
  }

  hear(): boolean {
    return false;
  }

  read(tokens: readonly number[]): void {
    this.rows = tokens.map((token) => this.readOne(token));
  }

  logits(row: number): Float32Array {
    const { norm, softmax } = this.weights;
    const x = normalised(this.rows[row], norm);
    return Float32Array.from({ length: softmax.rows }, (_, token) => {
      const weights = softmax.data.subarray(token * softmax.columns, (token + 1) * softmax.columns);
      return x.reduce((sum, value, n) => sum + value * weights[n], 0);
    });
  }

  rewind(length: number): boolean {
    if (length > this.length) return false;
    this.length = length;
    for (const kept of this.kept) {
      kept.keys.length = length;
      kept.values.length = length;
    }
    return true;
  }

  copy(): ReferenceCopy {
    const kept = this.kept.map(({ keys, values }) => ({ keys: [...keys], values: [...values] }));
    return { length: this.length, melody: this.melody, kept };
  }

  paste(copy: NetworkCopy): void {
    if (!('kept' in copy)) throw new TimbrelError('INTERNAL', 'The state of another network');
    this.begin(copy.melody);
    this.length = copy.length;
    this.kept = (copy as ReferenceCopy).kept.map(({ keys, values }) => ({
      keys: [...keys],
      values: [...values],
    }));
  }

  dispose(): void {}

  private readOne(token: number): Vector {
    const { hidden, heads, hasTiming, embedding, layers } = this.weights;
    let x = new Float64Array(hidden);
    embed(embedding, token, hasTiming ? timingOf(this.length, hidden) : undefined, x);
    this.length++;
    layers.forEach((layer, l) => {
      const { norm, weights } = layer.attention;
      const inner = normalised(x, norm);
      const kept = this.kept[l];
      kept.keys.push(multiply(inner, weights.key));
      kept.values.push(multiply(inner, weights.value));
      const from = Math.max(0, this.length - this.memory);
      x = added(x, attend(inner, weights, kept, heads, from)) as Float64Array<ArrayBuffer>;
      if (layer.cross) {
        const query = normalised(x, layer.cross.norm);
        x = added(
          x,
          attend(query, layer.cross.weights, this.crossed[l], heads, 0),
        ) as Float64Array<ArrayBuffer>;
      }
      x = filtered(x, layer) as Float64Array<ArrayBuffer>;
    });
    return x;
  }
}

/** The sum so far, with what the feed-forward part adds. */
function filtered(x: Vector, { filter: { norm, inner, outer } }: LayerWeights): Vector {
  const hidden = added(multiply(normalised(x, norm), inner.kernel), inner.bias).map((value) =>
    Math.max(0, value),
  );
  return added(x, added(multiply(hidden, outer.kernel), outer.bias));
}

/** Attention of the last position to those from `from` on. */
function attend(
  x: Vector,
  { query, key, value, output, distances }: AttentionWeights,
  { keys, values }: Kept,
  heads: number,
  from: number,
): Vector {
  const depth = depthOf(key, heads);
  const valueDepth = depthOf(value, heads);
  const q = multiply(x, query).map((element) => element / Math.sqrt(depth));
  const mixed = new Float64Array(value.columns);
  for (let head = 0; head < heads; head++) {
    const scores = keys.slice(from).map((own, i) => {
      const distance = keys.length - 1 - (from + i);
      let score = 0;
      for (let n = 0; n < depth; n++) score += q[head * depth + n] * own[head * depth + n];
      if (!distances || distance >= distances.reach) return score;
      const row = ((head + 1) * distances.reach - 1 - distance) * depth;
      for (let n = 0; n < depth; n++) score += q[head * depth + n] * distances.data[row + n];
      return score;
    });
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = scores.map((score) => Math.exp(score - largest));
    const total = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, i) => {
      for (let n = 0; n < valueDepth; n++) {
        const at = head * valueDepth + n;
        mixed[at] += (power / total) * values[from + i][at];
      }
    });
  }
  return multiply(mixed, output);
}

/** [tokens] rows of the melody; padding among its tokens is seen by nobody. */
function encode(
  encoder: NonNullable<TransformerWeights['encoder']>,
  tokens: readonly number[],
  heads: number,
) {
  const { embedding, target, norm, layers }: StackWeights & { target: Float32Array } = encoder;
  const hidden = target.length;
  let rows: Vector[] = [];
  tokens.forEach((token, position) => {
    if (token === 0) return;
    const x = new Float64Array(hidden);
    embed(embedding, token, timingOf(position, hidden), x);
    rows.push(added(x, target));
  });
  for (const layer of layers) {
    const { weights } = layer.attention;
    const inner = rows.map((x) => normalised(x, layer.attention.norm));
    const kept = {
      keys: inner.map((x) => multiply(x, weights.key)),
      values: inner.map((x) => multiply(x, weights.value)),
    };
    rows = rows.map((x, i) => filtered(added(x, attend(inner[i], weights, kept, heads, 0)), layer));
  }
  return rows.map((x) => normalised(x, norm));
}
