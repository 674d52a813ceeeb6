/**
 * The op that a Music Transformer is one call of per token: a decoder that keeps keys and values of what it has read, and an encoder
 * for a melody where the weights have one. Implementations: reference.ts (plain TypeScript in float64), wasm.ts (SIMD kernels), webgpu.ts.
 * Sources: tensor2tensor/models/transformer.py, layers/common_attention.py (dot_product_relative_v2).
 *
 * Token 0 is a row of zeros. A decoder reads its tokens shifted by one, so the first that it reads is 0, and the logits after n
 * tokens are those of token n.
 */
import type { Linear, Matrix } from '../matrix.js';

export interface Norm {
  /** [hidden] */
  readonly scale: Float32Array;
  /** [hidden] */
  readonly bias: Float32Array;
}

/** Embeddings of distances, of each head; the last row is that of distance 0. */
export interface Distances {
  /** Rows; what lies further back is told by its content alone. */
  readonly reach: number;
  /** [heads, reach, key depth] */
  readonly data: Float32Array;
}

export interface AttentionWeights {
  /** [hidden, heads * key depth], to be scaled by the root of the key depth */
  readonly query: Matrix;
  /** [hidden, heads * key depth] */
  readonly key: Matrix;
  /** [hidden, heads * value depth] */
  readonly value: Matrix;
  /** [heads * value depth, hidden] */
  readonly output: Matrix;
  readonly distances?: Distances;
}

/** Each part reads its norm of the sum so far, and adds to it. */
export interface LayerWeights {
  readonly attention: { readonly norm: Norm; readonly weights: AttentionWeights };
  /** Attention to the melody. */
  readonly cross?: { readonly norm: Norm; readonly weights: AttentionWeights };
  readonly filter: { readonly norm: Norm; readonly inner: Linear; readonly outer: Linear };
}

/** Layers on embedded tokens. */
export interface StackWeights {
  /** [tokens, hidden] */
  readonly embedding: Matrix;
  readonly layers: readonly LayerWeights[];
  readonly norm: Norm;
}

export interface TransformerWeights extends StackWeights {
  readonly hidden: number;
  readonly heads: number;
  /** Positions are told by a timing signal, and end somewhere; without it distances or nothing tell them. */
  readonly hasTiming: boolean;
  /** [tokens, hidden]: logits are products with its rows. It may be the embedding itself. */
  readonly softmax: Matrix;
  readonly encoder?: StackWeights & {
    /** [hidden], added to every embedded token. */
    readonly target: Float32Array;
  };
}

/** The network as it is asked by whoever writes; what is computed elsewhere comes as a promise. */
export interface TransformerNetwork {
  readonly vocabulary: number;
  /** Memory held. */
  readonly bytes: number;
  /** Positions that attention reaches back to, the present one included. */
  readonly memory: number;
  /** Tokens that {@link read} takes at most. */
  readonly tokensAtATime: number;
  /** Tokens read since {@link begin}. */
  readonly length: number;
  /** The same weights with keys and values of its own, where positions end: a new beginning can be read there while this one goes on. */
  readonly twin: TransformerNetwork | undefined;
  /**
   * Forgets what was read.
   * @param melody tokens for the encoder, where there is one
   * @throws DISPOSED
   */
  begin(melody?: readonly number[]): void;
  /** Hears some of the melody; what is missing of it {@link read} hears first. @returns whether there is more to hear @throws DISPOSED */
  hear(): boolean;
  /** Takes up to `tokensAtATime` tokens in, the first of all is 0. @throws DISPOSED */
  read(tokens: readonly number[]): void;
  /** [vocabulary] after one of the tokens read last; valid until the next call of anything, of the twin too. @throws DISPOSED */
  logits(row: number): Float32Array | Promise<Float32Array>;
  /** Goes back to a length, if all that it needs is still there. @returns whether it is */
  rewind(length: number): boolean;
  /** A copy of what is kept: large. */
  copy(): NetworkCopy;
  /** Goes back to a copy of its own, whatever was read since. */
  paste(copy: NetworkCopy): void;
  /** Lets go of a copy that nobody goes back to any more, where that is more than forgetting it. */
  forget?(copy: NetworkCopy): void;
  /** Ends the twin as well. */
  dispose(): void;
}

/** A network of this thread. */
export interface ImmediateTransformer extends TransformerNetwork {
  readonly twin: ImmediateTransformer | undefined;
  logits(row: number): Float32Array;
}

/** Keys and values of a network at some point, of use to that network only. */
export interface NetworkCopy {
  readonly length: number;
  readonly melody: readonly number[];
}

/** Tells whether all that attention needs at a length is still in the slots of a network that has read up to `position`. */
export function isHeldAt(
  length: number,
  { position, memory, slots }: { readonly position: number; readonly memory: number; readonly slots: number },
): boolean {
  const oldest = Math.max(0, length - memory + 1);
  return length <= position && position - oldest <= slots;
}

/** Values of a head. */
export const depthOf = (matrix: Matrix, heads: number) => matrix.columns / heads;

/** The timing signal of a position: sines of K = hidden / 2 rates, then their cosines. Zeros where hidden is odd. */
export function timingOf(position: number, hidden: number): Float64Array {
  const timing = new Float64Array(hidden);
  const rates = Math.floor(hidden / 2);
  for (let k = 0; k < rates; k++) {
    const angle = position * 10000 ** (-k / Math.max(1, rates - 1));
    timing[k] = Math.sin(angle);
    timing[rates + k] = Math.cos(angle);
  }
  return timing;
}

/**
 * Writes what the first layer reads of a token.
 * @param timing of its position
 * @param to [hidden]
 */
export function embed(
  { columns: hidden, data }: Matrix,
  token: number,
  timing: Float64Array | undefined,
  to: Float32Array | Float64Array,
): void {
  const scale = Math.sqrt(hidden);
  for (let n = 0; n < hidden; n++) {
    to[n] = (token === 0 ? 0 : scale * data[token * hidden + n]) + (timing ? timing[n] : 0);
  }
}

/** Numbers that were trained. */
export function parameterCount({ softmax, encoder, ...decoder }: TransformerWeights): number {
  const stack = ({ embedding, layers, norm }: StackWeights) =>
    embedding.data.length + normCount(norm) + layers.reduce((sum, layer) => sum + layerCount(layer), 0);
  const own = stack(decoder) + (softmax === decoder.embedding ? 0 : softmax.data.length);
  // The melody's target is a row of a table of 32.
  return own + (encoder ? stack(encoder) + 32 * encoder.target.length : 0);
}

const normCount = ({ scale, bias }: Norm) => scale.length + bias.length;

const linearCount = ({ kernel, bias }: Linear) => kernel.data.length + bias.length;

const attentionCount = ({ query, key, value, output, distances }: AttentionWeights) =>
  [query, key, value, output].reduce((sum, { data }) => sum + data.length, distances?.data.length ?? 0);

const layerCount = ({ attention, cross, filter }: LayerWeights) =>
  [attention, ...(cross ? [cross] : [])].reduce(
    (sum, { norm, weights }) => sum + normCount(norm) + attentionCount(weights),
    normCount(filter.norm) + linearCount(filter.inner) + linearCount(filter.outer),
  );

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column];
  return { rows: columns, columns: rows, data: result };
}
