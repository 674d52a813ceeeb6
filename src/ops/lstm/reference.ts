/** The network in the most obvious way, float64: what the kernels are compared with, and the 'cpu' backend. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { cellSize } from '../layers/layers.js';
import { apply, runCell, type CellState } from '../layers/reference.js';
import type {
  AttentionWeights,
  NetworkState,
  RecurrentNetwork,
  RecurrentWeights,
  SparseVector,
} from './network.js';

/** Everything that a step changes. */
class State {
  constructor(
    readonly weights: RecurrentWeights,
    readonly cells: readonly CellState[],
    readonly attention: Float64Array,
    /** Oldest first. */
    readonly history: readonly Float64Array[],
    /** The output of the last layer. */
    readonly output: Float64Array,
  ) {}
}

const concatenate = (...parts: Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

export class ReferenceNetwork implements RecurrentNetwork {
  readonly inputSize: number;
  readonly classes: number;
  readonly bytes = 0;
  private state: State;

  constructor(private readonly weights: RecurrentWeights) {
    this.inputSize = weights.inputSize;
    this.classes = weights.head.bias.length;
    this.state = zeroState(weights);
  }

  reset(): void {
    this.state = zeroState(this.weights);
  }

  step({ indices, values, count }: SparseVector): void {
    const { cells, attention } = this.weights;
    const input = new Float64Array(this.inputSize);
    for (let i = 0; i < count; i++) input[indices[i]] = values[i];
    const before = this.state;
    // Saved states stay what they are.
    const states = before.cells.map(({ c, h }) => ({ c: c.slice(), h: h.slice() }));
    let attended = before.attention;
    let history = before.history;
    let x: Float64Array = attention ? apply(concatenate(input, attended), attention.input) : input;
    cells.forEach((cell, layer) => {
      runCell(cell, x, states[layer]);
      x = states[layer].h;
      if (!attention || layer !== attention.wrappedCells - 1) return;
      attended = attend(attention, states.slice(0, attention.wrappedCells), history);
      x = apply(concatenate(x, attended), attention.output);
      history = [...history.slice(1), x];
    });
    this.state = new State(this.weights, states, attended, history, x);
  }

  logits(): Float32Array {
    return Float32Array.from(apply(this.state.output, this.weights.head));
  }

  saveState(): NetworkState {
    return this.state;
  }

  restoreState(state: NetworkState): void {
    if (!(state instanceof State) || state.weights !== this.weights) {
      throw new TimbrelError('INTERNAL', 'A state of another network');
    }
    this.state = state;
  }

  dispose(): void {}
}

/** Reads the history: the sum of its rows, each times how well it answers the query of the states. */
function attend(
  { query, keys, v }: AttentionWeights,
  states: readonly CellState[],
  history: readonly Float64Array[],
): Float64Array {
  const asked = apply(concatenate(...states.flatMap(({ c, h }) => [c, h])), query);
  const unbiased = { kernel: keys, bias: new Float32Array(v.length) };
  const scores = history.map((past) =>
    apply(past, unbiased).reduce((sum, key, n) => sum + v[n] * Math.tanh(key + asked[n]), 0),
  );
  const largest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((a, b) => a + b);
  const attended = new Float64Array(v.length);
  history.forEach((past, k) =>
    past.forEach((value, n) => (attended[n] += (exponentials[k] / total) * value)),
  );
  return attended;
}

function zeroState(weights: RecurrentWeights): State {
  const { cells, attention, head } = weights;
  const zeros = (size: number) => new Float64Array(size);
  const size = attention?.v.length ?? 0;
  return new State(
    weights,
    cells.map((cell) => ({ c: zeros(cellSize(cell)), h: zeros(cellSize(cell)) })),
    zeros(size),
    Array.from({ length: attention?.length ?? 0 }, () => zeros(size)),
    zeros(head.kernel.rows),
  );
}
