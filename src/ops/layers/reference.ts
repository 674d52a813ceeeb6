/** The layers in the most obvious way, in float64: what the kernels are compared with, and the 'cpu' backend. */
import type { Linear } from '../matrix.js';
import {
  cellSize,
  type Activation,
  type Dense,
  type DenseOptions,
  type Layers,
  type LSTMStack,
  type StackRun,
  type StackRunOptions,
  type StackStart,
  type StackWeights,
} from './layers.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid,
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
};

/** x W + b */
export function apply(x: ArrayLike<number>, { kernel: { columns, data }, bias }: Linear): Float64Array {
  const y = Float64Array.from(bias);
  for (let k = 0; k < x.length; k++) {
    // Adding nothing: most of a one-hot vector.
    if (x[k] === 0) continue;
    for (let n = 0; n < columns; n++) y[n] += x[k] * data[k * columns + n];
  }
  return y;
}

export interface CellState {
  readonly c: Float64Array;
  readonly h: Float64Array;
}

/** Gates i, j, f, o in one product: c = c sigmoid(f + forget bias) + sigmoid(i) tanh(j), h = tanh(c) sigmoid(o), in place. */
export function runCell(cell: Linear, x: Iterable<number>, { c, h }: CellState, forgetBias = 1): void {
  const size = cellSize(cell);
  const gates = apply([...x, ...h], cell);
  for (let n = 0; n < size; n++) {
    const [i, j, f, o] = [0, 1, 2, 3].map((gate) => gates[gate * size + n]);
    c[n] = c[n] * sigmoid(f + forgetBias) + sigmoid(i) * Math.tanh(j);
    h[n] = Math.tanh(c[n]) * sigmoid(o);
  }
}

class ReferenceStack implements LSTMStack {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly stateSize: number;
  private readonly constantFrom: number;
  private readonly constantSize: number;
  /** By row, by cell. */
  private states: CellState[][] = [];
  private constants: number[][] = [];

  constructor(private readonly weights: StackWeights) {
    const { cells, constant, output } = weights;
    const inputs = cells[0].kernel.rows - cellSize(cells[0]);
    this.constantSize = constant?.size ?? 0;
    this.constantFrom = constant?.from ?? inputs;
    this.inputSize = inputs - this.constantSize;
    this.outputSize = output ? output.bias.length : cellSize(cells[cells.length - 1]);
    this.stateSize = cells.reduce((total, cell) => total + 2 * cellSize(cell), 0);
  }

  begin(batch: number, { state, constant }: StackStart = {}): void {
    let at = 0;
    const take = (size: number) => {
      at += size;
      return state ? Float64Array.from(state.subarray(at - size, at)) : new Float64Array(size);
    };
    const size = this.constantSize;
    this.states = [];
    this.constants = [];
    for (let row = 0; row < batch; row++) {
      const cells = this.weights.cells.map(cellSize);
      this.states.push(cells.map((units) => ({ c: take(units), h: take(units) })));
      const values = constant?.subarray(row * size, (row + 1) * size) ?? new Float32Array(size);
      this.constants.push([...values]);
    }
  }

  step(input: Float32Array, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const x = [...input.subarray(row * this.inputSize, (row + 1) * this.inputSize)];
      x.splice(this.constantFrom, 0, ...this.constants[row]);
      this.runCells(x, this.states[row]);
    }
  }

  output(): Float32Array<ArrayBuffer> {
    const { output } = this.weights;
    const rows = this.states.map((cells) => {
      const { h } = cells[cells.length - 1];
      return output ? apply(h, output) : h;
    });
    return Float32Array.from(rows.flatMap((row) => [...row]));
  }

  state(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.states.flatMap((cells) => cells.flatMap(({ c, h }) => [...c, ...h])));
  }

  run(sequences: readonly Float32Array[], { backwards = false, state }: StackRunOptions = {}): StackRun {
    const { cells } = this.weights;
    const last: number[] = [];
    const states: number[] = [];
    const outputs = sequences.map((sequence, i) => {
      const steps = sequence.length / this.inputSize;
      let at = i * this.stateSize;
      const take = (size: number) => {
        at += size;
        return state ? Float64Array.from(state.subarray(at - size, at)) : new Float64Array(size);
      };
      const cellStates = cells.map((cell) => ({ c: take(cellSize(cell)), h: take(cellSize(cell)) }));
      const { h } = cellStates[cellStates.length - 1];
      const output = new Float32Array(steps * h.length);
      for (let i = 0; i < steps; i++) {
        const step = backwards ? steps - 1 - i : i;
        this.runCells(sequence.subarray(step * this.inputSize, (step + 1) * this.inputSize), cellStates);
        output.set(h, step * h.length);
      }
      last.push(...h);
      for (const { c, h } of cellStates) states.push(...c, ...h);
      return output;
    });
    return { outputs, last: Float32Array.from(last), state: Float32Array.from(states) };
  }

  private runCells(input: Iterable<number>, states: readonly CellState[]): void {
    let x = input;
    this.weights.cells.forEach((cell, layer) => {
      runCell(cell, x, states[layer], this.weights.forgetBias);
      x = states[layer].h;
    });
  }
}

export class ReferenceLayers implements Layers {
  readonly backend = 'cpu';
  readonly bytes = 0;

  dense(weights: Linear, { activation = 'none' }: DenseOptions = {}): Dense {
    const inputs = weights.kernel.rows;
    return (x, rows = x.length / inputs) => {
      const y = new Float32Array(rows * weights.bias.length);
      for (let row = 0; row < rows; row++) {
        const sums = apply(x.subarray(row * inputs, (row + 1) * inputs), weights);
        y.set(sums.map(FUNCTIONS[activation]), row * weights.bias.length);
      }
      return y;
    };
  }

  stack(weights: StackWeights): LSTMStack {
    return new ReferenceStack(weights);
  }

  dispose(): void {}
}
