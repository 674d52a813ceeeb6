/**
 * The op that event RNNs are one call of per event: a stack of BasicLSTM cells, attention over past outputs where the
 * weights have it, a linear head. Implementations: reference.ts (plain TypeScript in float64), wasm.ts (SIMD kernels).
 * Specification: magenta/contrib/rnn.py, tf.nn.rnn_cell.BasicLSTMCell.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Linear, Matrix } from '../matrix.js';

export { cellSize } from '../layers/layers.js';
export type { Linear, Matrix } from '../matrix.js';

/**
 * Additive attention over the last outputs of the cells it is wrapped around. A is the size of those outputs, I that of the
 * network's input.
 */
export interface AttentionWeights {
  /** The number of cells, from the bottom, that lie within: 1 (current Magenta), or all (older bundles and magenta.js). */
  readonly wrappedCells: number;
  /** Slots of the history; empty ones take part. */
  readonly length: number;
  /** [I + A, I]: input and attention to the input of the first cell. */
  readonly input: Linear;
  /** [sum of 2 sizes, A]: the wrapped cells' states, c and h of each in turn, to the query. */
  readonly query: Linear;
  /** [A, A]: a past output to its key. */
  readonly keys: Matrix;
  /** [A] */
  readonly v: Float32Array;
  /** [2 A, A]: output of the cells and attention to the output of the wrapper. */
  readonly output: Linear;
}

export interface RecurrentWeights {
  readonly inputSize: number;
  /** Kernels [below + size, 4 size], columns in the order i, j, f, o; the forget bias of 1 is not in the stored bias. */
  readonly cells: readonly Linear[];
  readonly attention?: AttentionWeights;
  /** [size, classes] */
  readonly head: Linear;
}

/** A vector that is zero but at some places: the one-hot parts of an input cost one row each, not a product. */
export class SparseVector {
  readonly indices: Int32Array;
  readonly values: Float32Array;
  count = 0;

  /** @param size of the whole vector; no index may be set twice */
  constructor(readonly size: number) {
    this.indices = new Int32Array(size);
    this.values = new Float32Array(size);
  }

  clear(): void {
    this.count = 0;
  }

  /** Zeros need not be set. @throws INTERNAL for an index outside of the vector */
  set(index: number, value = 1): void {
    if (value === 0) return;
    if (!(index >= 0 && index < this.size) || this.count === this.size) {
      throw new TimbrelError('INTERNAL', `Index ${index} of an input of ${this.size} values`);
    }
    this.indices[this.count] = index;
    this.values[this.count++] = value;
  }
}

/**
 * A network's state at some point, to come back to: opaque, and only of use to the network that it came from. It is what that network
 * needs to go on from there, a copy or a mere length, so a state may only be gone back to while the events before it are still those.
 */
export type NetworkState = object;

export interface RecurrentNetwork {
  readonly inputSize: number;
  readonly classes: number;
  /** Memory held. */
  readonly bytes: number;
  /** To the state of zeros. */
  reset(): void;
  /** Takes one event in. @throws DISPOSED */
  step(input: SparseVector): void;
  /** [classes] of the state as it is; valid until the next call of anything. @throws DISPOSED */
  logits(): Float32Array;
  saveState(): NetworkState;
  /** @throws INTERNAL for the state of another network */
  restoreState(state: NetworkState): void;
  dispose(): void;
}

/** Numbers that were trained. */
export function parameterCount({ cells, attention, head }: RecurrentWeights): number {
  const linear = ({ kernel, bias }: Linear) => kernel.data.length + bias.length;
  const linears = attention
    ? [...cells, attention.input, attention.query, attention.output, head]
    : [...cells, head];
  const rest = attention ? attention.keys.data.length + attention.v.length : 0;
  return linears.reduce((sum, layer) => sum + linear(layer), rest);
}
