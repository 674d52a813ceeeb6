/** The network in the most obvious way, float64: what the kernels are compared with, and the 'cpu' backend. */
import {
  cellSize,
  type AttentionWeights,
  type Linear,
  type Matrix,
  type NetworkState,
  type RecurrentNetwork,
  type RecurrentWeights,
  type SparseVector,
} from './network.js';

interface State {
  readonly c: Float64Array[];
  readonly h: Float64Array[];
  attention: Float64Array;
  /** Oldest first. */
  history: Float64Array[];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x W */
function product(x: Float64Array, { rows, columns, data }: Matrix): Float64Array {
  const y = new Float64Array(columns);
  for (let k = 0; k < rows; k++) {
    // Adding nothing: most of a one-hot vector.
    if (x[k] === 0) continue;
    for (let n = 0; n < columns; n++) y[n] += x[k] * data[k * columns + n];
  }
  return y;
}

const apply = (x: Float64Array, { kernel, bias }: Linear) =>
  product(x, kernel).map((value, n) => value + bias[n]);

const concatenate = (...parts: Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

export class ReferenceNetwork implements RecurrentNetwork {
  readonly inputSize: number;
  readonly classes: number;
  readonly bytes = 0;
  private state: State;
  private output = new Float64Array(0);

  constructor(private readonly weights: RecurrentWeights) {
    this.inputSize = weights.inputSize;
    this.classes = weights.head.bias.length;
    this.state = zeroState(weights);
    this.reset();
  }

  reset(): void {
    this.state = zeroState(this.weights);
    this.output = new Float64Array(this.weights.head.kernel.rows);
  }

  step({ indices, values, count }: SparseVector): void {
    const { cells, attention } = this.weights;
    const input = new Float64Array(this.inputSize);
    for (let i = 0; i < count; i++) input[indices[i]] = values[i];
    let x: Float64Array<ArrayBuffer> = input;
    let next = 0;
    if (attention) {
      x = apply(concatenate(input, this.state.attention), attention.input);
      for (; next < attention.wrappedCells; next++) x = this.runCell(next, x);
      x = this.attend(attention, x);
    }
    for (; next < cells.length; next++) x = this.runCell(next, x);
    this.output = x;
  }

  logits(): Float32Array {
    return Float32Array.from(apply(this.output, this.weights.head));
  }

  saveState(): NetworkState {
    const { c, h, attention, history } = this.state;
    return { values: concatenate(...c, ...h, attention, ...history, this.output), slot: 0 };
  }

  restoreState({ values }: NetworkState): void {
    let at = 0;
    const take = (length: number) => Float64Array.from(values.subarray(at, (at += length)));
    const { c, h, attention, history } = this.state;
    this.state = {
      c: c.map(({ length }) => take(length)),
      h: h.map(({ length }) => take(length)),
      attention: take(attention.length),
      history: history.map(({ length }) => take(length)),
    };
    this.output = take(this.output.length);
  }

  dispose(): void {}

  private runCell(layer: number, x: Float64Array): Float64Array<ArrayBuffer> {
    const { c, h } = this.state;
    const size = c[layer].length;
    const gates = apply(concatenate(x, h[layer]), this.weights.cells[layer]);
    for (let n = 0; n < size; n++) {
      const [i, j, f, o] = [0, 1, 2, 3].map((gate) => gates[gate * size + n]);
      c[layer][n] = c[layer][n] * sigmoid(f + 1) + sigmoid(i) * Math.tanh(j);
      h[layer][n] = Math.tanh(c[layer][n]) * sigmoid(o);
    }
    return Float64Array.from(h[layer]);
  }

  /** Reads the history, then appends the new output to it. */
  private attend(weights: AttentionWeights, y: Float64Array): Float64Array<ArrayBuffer> {
    const { c, h, history } = this.state;
    const states = Array.from({ length: weights.wrappedCells }, (_, layer) => [c[layer], h[layer]]).flat();
    const query = apply(concatenate(...states), weights.query);
    const scores = history.map((past) =>
      product(past, weights.keys).reduce((sum, key, n) => sum + weights.v[n] * Math.tanh(key + query[n]), 0),
    );
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((a, b) => a + b);
    const attention = new Float64Array(y.length);
    history.forEach((past, k) =>
      past.forEach((value, n) => (attention[n] += (exponentials[k] / total) * value)),
    );
    this.state.attention = attention;
    const output = Float64Array.from(apply(concatenate(y, attention), weights.output));
    this.state.history = [...history.slice(1), output];
    return output;
  }
}

function zeroState({ cells, attention }: RecurrentWeights): State {
  const zeros = (size: number) => new Float64Array(size);
  const size = attention?.v.length ?? 0;
  return {
    c: cells.map((cell) => zeros(cellSize(cell))),
    h: cells.map((cell) => zeros(cellSize(cell))),
    attention: zeros(size),
    history: Array.from({ length: attention?.length ?? 0 }, () => zeros(size)),
  };
}
