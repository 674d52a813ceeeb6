/** A stack of LSTM cells in the SIMD kernels: weights packed once, one product for the four gates of a cell. */
import {
  cellSize,
  type LSTMStack,
  type StackRun,
  type StackRunOptions,
  type StackStart,
  type StackWeights,
} from './layers.js';
import type { Matrix } from '../matrix.js';
import { padded, place, spread, sum, type Precision } from './packing.js';
import { multiplyAdd, placeMatrix, quantisedBytes, type PlacedMatrix } from './placed-matrix.js';
import { readRows, writeRows } from './wasm-dense.js';
import { InputProduct } from './wasm-input.js';
import type { KernelInstance } from './wasm-kernels.js';

/** The forget gate's bias is `constant` more than what is stored. */
export function withForgetBias(
  bias: Float32Array,
  size: number,
  trueSize: number,
  constant = 1,
): Float32Array {
  return bias.map((value, n) => (n >= 2 * size && n < 2 * size + trueSize ? value + constant : value));
}

/** Inputs of so many steps and rows are multiplied at once: weights are read once for all, and their gates stay in the cache. */
const ROWS_AT_ONCE = 64;

interface PlacedCell {
  readonly trueSize: number;
  /** Padded; gates have four times as much. */
  readonly size: number;
  readonly bias: number;
  /** Undefined for the first cell, which reads inputs. */
  readonly below: PlacedMatrix | undefined;
  readonly recurrent: PlacedMatrix;
}

/** Addresses of a cell's states: [batch, size] each. */
interface CellState {
  readonly c: number;
  readonly h: number;
}

export class WasmStack implements LSTMStack {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly stateSize: number;
  private readonly cells: readonly PlacedCell[];
  private readonly input: InputProduct;
  private readonly constant: PlacedMatrix | undefined;
  private readonly constantSize: number;
  private readonly head: { readonly matrix: PlacedMatrix; readonly bias: number } | undefined;
  /** The length of the widest vector that is multiplied. */
  private readonly widest: number;
  private batch = 0;
  private capacity = 0;
  private states: readonly CellState[] = [];
  /** [batch, gates of the first cell]: bias and constant inputs. */
  private base = 0;

  /** @param alive the instance, or an error that says that it was disposed */
  constructor(
    instance: KernelInstance,
    weights: StackWeights,
    precision: Precision,
    private readonly alive: () => KernelInstance,
  ) {
    const { cells, constant, forgetBias, output } = weights;
    const sizes = cells.map(cellSize);
    const [first] = cells;
    const gatesOf = (size: number) => [size, size, size, size];
    const inputs = first.kernel.rows - sizes[0];
    const from = constant?.from ?? inputs;
    this.constantSize = constant?.size ?? 0;
    this.inputSize = inputs - this.constantSize;
    this.stateSize = 2 * sum(sizes);
    this.outputSize = output ? output.bias.length : sizes[sizes.length - 1];
    const varying = withoutRows(first.kernel, inputs, from, this.constantSize);
    this.input = new InputProduct(instance, varying, gatesOf(sizes[0]), weights.input === 'dense');
    if (constant) {
      const blocks = { rows: [constant.size], columns: gatesOf(sizes[0]) };
      this.constant = placeMatrix(instance, place(first.kernel, from, blocks));
    }
    this.cells = cells.map(({ kernel, bias }, l) => {
      const trueSize = sizes[l];
      const size = padded(trueSize);
      const columns = gatesOf(trueSize);
      const belowRows = kernel.rows - trueSize;
      return {
        trueSize,
        size,
        bias: instance.arena.store(withForgetBias(spread(bias, columns), size, trueSize, forgetBias)),
        below:
          l === 0
            ? undefined
            : placeMatrix(instance, place(kernel, 0, { rows: [belowRows], columns }), precision),
        recurrent: placeMatrix(instance, place(kernel, belowRows, { rows: [trueSize], columns }), precision),
      };
    });
    if (output) {
      const columns = [output.bias.length];
      this.head = {
        matrix: placeMatrix(
          instance,
          place(output.kernel, 0, { rows: [output.kernel.rows], columns }),
          precision,
        ),
        bias: instance.arena.store(spread(output.bias, columns)),
      };
    }
    this.widest = Math.max(...this.cells.map(({ size }) => size), padded(this.constantSize));
  }

  begin(batch: number, { state, constant }: StackStart = {}): void {
    const instance = this.alive();
    const { kernels, arena } = instance;
    this.makeRoom(instance, batch);
    this.batch = batch;
    let at = 0;
    for (const [l, { trueSize, size }] of this.cells.entries()) {
      for (const address of [this.states[l].c, this.states[l].h]) {
        const values = arena.floats(address, batch * size).fill(0);
        for (let row = 0; state && row < batch; row++) {
          const from = row * this.stateSize + at;
          values.set(state.subarray(from, from + trueSize), row * size);
        }
        at += trueSize;
      }
    }
    const [first] = this.cells;
    kernels.repeat(first.bias, 16 * first.size, batch, this.base);
    if (!this.constant || !constant) return;
    const stride = padded(this.constantSize);
    const [x] = arena.scratch(4 * batch * stride);
    writeRows(arena.floats(x, batch * stride), constant, batch, this.constantSize, stride);
    kernels.multiplyAdd(this.constant.record, x, batch, this.base);
  }

  step(input: Float32Array, rows: number): void {
    const instance = this.alive();
    const { kernels, arena } = instance;
    const [gates, q, scratch] = arena.scratch(
      16 * rows * this.widest,
      quantisedBytes(this.widest, rows),
      this.input.scratchBytes(rows),
    );
    let below = 0;
    for (const [l, cell] of this.cells.entries()) {
      const { c, h } = this.states[l];
      const bytes = 16 * cell.size;
      if (cell.below) {
        kernels.repeat(cell.bias, bytes, rows, gates);
        multiplyAdd(instance, cell.below, below, rows, gates, q);
      } else {
        kernels.repeat(this.base, bytes * rows, 1, gates);
        this.input.add(instance, input, rows, gates, scratch);
      }
      multiplyAdd(instance, cell.recurrent, h, rows, gates, q);
      kernels.updateCells(gates, cell.size, rows, c, h);
      below = h;
    }
  }

  output(): Float32Array<ArrayBuffer> {
    const instance = this.alive();
    const { kernels, arena } = instance;
    const { batch, head } = this;
    const top = this.cells.length - 1;
    const { size } = this.cells[top];
    const { h } = this.states[top];
    if (!head) return readRows(arena.floats(h, batch * size), batch, size, this.outputSize);
    const { columns } = head.matrix;
    const [y, q] = arena.scratch(4 * batch * columns, quantisedBytes(size, batch));
    kernels.repeat(head.bias, 4 * columns, batch, y);
    multiplyAdd(instance, head.matrix, h, batch, y, q);
    return readRows(arena.floats(y, batch * columns), batch, columns, this.outputSize);
  }

  state(): Float32Array<ArrayBuffer> {
    const { arena } = this.alive();
    const result = new Float32Array(this.batch * this.stateSize);
    let at = 0;
    for (const [l, { trueSize, size }] of this.cells.entries()) {
      for (const address of [this.states[l].c, this.states[l].h]) {
        const values = arena.floats(address, this.batch * size);
        for (let row = 0; row < this.batch; row++) {
          result.set(values.subarray(row * size, row * size + trueSize), row * this.stateSize + at);
        }
        at += trueSize;
      }
    }
    return result;
  }

  run(sequences: readonly Float32Array[], { backwards = false, state }: StackRunOptions = {}): StackRun {
    const instance = this.alive();
    const plan = planRun(
      sequences.map(({ length }) => length / this.inputSize),
      backwards,
    );
    const { total, order, starts } = plan;
    const batch = sequences.length;
    // Runs of steps, and the widths that any layer needs.
    const most = Math.max(ROWS_AT_ONCE, batch);
    const [gates, q, c, start, a, b, scratch] = instance.arena.scratch(
      16 * most * this.widest,
      quantisedBytes(this.widest, most),
      4 * batch * this.widest,
      4 * batch * this.widest,
      4 * total * this.widest,
      4 * total * this.widest,
      this.input.scratchBytes(most),
    );
    let [below, above] = [a, b];
    const states = new Float32Array(batch * this.stateSize);
    let at = 0;
    for (const cell of this.cells) {
      const { size, trueSize, recurrent } = cell;
      // Rows are sequences, in the order of the plan.
      const stateOf = (sequence: number) => sequence * this.stateSize + at;
      for (const [address, part] of [
        [c, 0],
        [start, trueSize],
      ]) {
        const values = instance.arena.floats(address, batch * size).fill(0);
        order.forEach((sequence, row) => {
          const from = stateOf(sequence) + part;
          if (state) values.set(state.subarray(from, from + trueSize), row * size);
        });
      }
      for (let step = 0; step < starts.length - 1;) {
        // As many steps as fit, one at least.
        let end = step + 1;
        while (end < starts.length - 1 && starts[end + 1] - starts[step] <= most) end++;
        const rows = starts[end] - starts[step];
        instance.kernels.repeat(cell.bias, 16 * size, rows, gates);
        if (cell.below) {
          const x = below + 4 * starts[step] * cell.below.rows;
          multiplyAdd(instance, cell.below, x, rows, gates, q);
        } else {
          this.input.add(instance, plan.gather(sequences, this.inputSize, step, end), rows, gates, scratch);
        }
        const first = starts[step];
        for (; step < end; step++) {
          const active = starts[step + 1] - starts[step];
          const before = step === 0 ? start : above + 4 * starts[step - 1] * size;
          const g = gates + 16 * (starts[step] - first) * size;
          multiplyAdd(instance, recurrent, before, active, g, q);
          instance.kernels.updateCells(g, size, active, c, above + 4 * starts[step] * size);
        }
      }
      order.forEach((sequence, row) => {
        const steps = sequences[sequence].length / this.inputSize;
        const h = steps === 0 ? start + 4 * row * size : above + 4 * (starts[steps - 1] + row) * size;
        states.set(instance.arena.floats(c + 4 * row * size, trueSize), stateOf(sequence));
        states.set(instance.arena.floats(h, trueSize), stateOf(sequence) + trueSize);
      });
      at += 2 * trueSize;
      [below, above] = [above, below];
    }
    const { size, trueSize } = this.cells[this.cells.length - 1];
    const values = instance.arena.floats(below, total * size);
    const outputs = sequences.map(({ length }) => new Float32Array((length / this.inputSize) * trueSize));
    const last = new Float32Array(batch * trueSize);
    order.forEach((sequence, row) => {
      const steps = outputs[sequence].length / trueSize;
      for (let step = 0; step < steps; step++) {
        const from = (starts[step] + row) * size;
        const output = values.subarray(from, from + trueSize);
        outputs[sequence].set(output, (backwards ? steps - 1 - step : step) * trueSize);
        if (step === steps - 1) last.set(output, sequence * trueSize);
      }
    });
    return { outputs, last, state: states };
  }

  /** A larger batch than any before takes new memory; batches mostly have one size. */
  private makeRoom({ arena }: KernelInstance, batch: number): void {
    if (batch <= this.capacity) return;
    this.capacity = Math.max(batch, 2 * this.capacity);
    this.states = this.cells.map(({ size }) => ({
      c: arena.reserve(4 * this.capacity * size),
      h: arena.reserve(4 * this.capacity * size),
    }));
    this.base = arena.reserve(16 * this.capacity * this.cells[0].size);
  }
}

/** The first `inputs` rows of a kernel, less `size` of them. */
function withoutRows({ columns, data }: Matrix, inputs: number, from: number, size: number): Matrix {
  const result = new Float32Array((inputs - size) * columns);
  result.set(data.subarray(0, from * columns));
  result.set(data.subarray((from + size) * columns, inputs * columns), from * columns);
  return { rows: inputs - size, columns, data: result };
}

/** Sequences in lockstep, the longest first: those that still go on are always the first rows. */
function planRun(lengths: readonly number[], backwards: boolean) {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a]);
  /** The first row of each step among all rows of all steps, and at the end their number. */
  const starts = [0];
  const longest = lengths[order[0]] ?? 0;
  for (let step = 0; step < longest; step++) {
    starts.push(starts[step] + lengths.filter((length) => length > step).length);
  }
  return {
    order,
    starts,
    total: starts[longest],
    /** Inputs of the steps from `first` to before `end`, row behind row. */
    gather(sequences: readonly Float32Array[], size: number, first: number, end: number): Float32Array {
      const result = new Float32Array((starts[end] - starts[first]) * size);
      let at = 0;
      for (let step = first; step < end; step++) {
        for (let row = 0; row < starts[step + 1] - starts[step]; row++, at += size) {
          const sequence = order[row];
          const from = (backwards ? lengths[sequence] - 1 - step : step) * size;
          result.set(sequences[sequence].subarray(from, from + size), at);
        }
      }
      return result;
    },
  };
}
