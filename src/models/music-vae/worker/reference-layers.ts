/** The layers in the most obvious way, in float64: what the kernels are compared with, and the 'cpu' backend. */
import { cellSize, type Linear } from '../../../ops/lstm/network.js';
import type { Dense, Layers, LSTMStack, StackStart, StackWeights } from './layers.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x W + b */
function apply(x: ArrayLike<number>, { kernel: { columns, data }, bias }: Linear): Float64Array {
  const y = Float64Array.from(bias);
  for (let k = 0; k < x.length; k++) {
    // Adding nothing: most of a one-hot vector.
    if (x[k] === 0) continue;
    for (let n = 0; n < columns; n++) y[n] += x[k] * data[k * columns + n];
  }
  return y;
}

interface CellState {
  c: Float64Array;
  h: Float64Array;
}

/** i, j, f, o in one product; the forget bias of 1 is not in the stored bias (tf.nn.rnn_cell.BasicLSTMCell). */
function runCell(cell: Linear, x: readonly number[], state: CellState): void {
  const size = cellSize(cell);
  const gates = apply([...x, ...state.h], cell);
  for (let n = 0; n < size; n++) {
    const [i, j, f, o] = [0, 1, 2, 3].map((gate) => gates[gate * size + n]);
    state.c[n] = state.c[n] * sigmoid(f + 1) + sigmoid(i) * Math.tanh(j);
    state.h[n] = Math.tanh(state.c[n]) * sigmoid(o);
  }
}

class ReferenceStack implements LSTMStack {
  readonly inputSize: number;
  readonly outputSize: number;
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
  }

  begin(batch: number, { state, constant }: StackStart = {}): void {
    const { cells } = this.weights;
    let at = 0;
    const take = (size: number) => {
      at += size;
      return state ? Float64Array.from(state.subarray(at - size, at)) : new Float64Array(size);
    };
    const rows = Array.from({ length: batch }, (_, row) => row);
    this.states = rows.map(() => cells.map((cell) => ({ c: take(cellSize(cell)), h: take(cellSize(cell)) })));
    const size = this.constantSize;
    this.constants = rows.map((row) => [...(constant?.subarray(row * size, (row + 1) * size) ?? [])]);
  }

  step(input: Float32Array, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const varying = [...input.subarray(row * this.inputSize, (row + 1) * this.inputSize)];
      let x = varying.toSpliced(this.constantFrom, 0, ...this.constants[row]);
      this.weights.cells.forEach((cell, layer) => {
        const state = this.states[row][layer];
        runCell(cell, x, state);
        x = [...state.h];
      });
    }
  }

  output(): Float32Array {
    const { output } = this.weights;
    const all = new Float32Array(this.states.length * this.outputSize);
    this.states.forEach((cells, row) => {
      const { h } = cells[cells.length - 1];
      all.set(output ? apply(h, output) : h, row * this.outputSize);
    });
    return all;
  }
}

export class ReferenceLayers implements Layers {
  readonly backend = 'cpu';
  readonly bytes = 0;

  dense(weights: Linear): Dense {
    const { rows: inputs, columns } = weights.kernel;
    return (x, rows) => {
      const y = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++)
        y.set(apply(x.subarray(row * inputs, (row + 1) * inputs), weights), row * columns);
      return y;
    };
  }

  stack(weights: StackWeights): LSTMStack {
    return new ReferenceStack(weights);
  }

  dispose(): void {}
}
