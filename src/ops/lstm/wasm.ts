/**
 * The network in our SIMD kernels: weights packed once, one product for the four gates of a cell, the first matrix looked
 * up row by row. No DOM, no Node: runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { grow } from '../kernels.js';
import { fuseInput, queryByState, splitInput, withForgetBias } from './first-layer.js';
import {
  cellSize,
  type Matrix,
  type NetworkState,
  type RecurrentNetwork,
  type RecurrentWeights,
  type SparseVector,
} from './network.js';
import { pack, packedBytes, padded, place, spread, sum, type Precision } from './packing.js';
import type { Kernels } from './wasm-kernels.js';

export type { Precision } from './packing.js';
export { loadLSTMModule } from './wasm-kernels.js';

/**
 * Each network has a memory of its own, so several can share one module. Nothing of `weights` is kept.
 * @param precision of the big matrices; the lookup of the input and all biases stay float32
 * @throws WASM_UNAVAILABLE when there is not enough memory
 */
export async function createWasmNetwork(
  module: WebAssembly.Module,
  weights: RecurrentWeights,
  precision: Precision = 'float32',
): Promise<RecurrentNetwork> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  return new WasmNetwork(exports as unknown as Kernels, weights, precision);
}

/** A packed matrix and where it lies. */
interface PlacedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly address: number;
}

interface PlacedCell {
  /** Padded; gates have four times as much. */
  readonly size: number;
  readonly bias: number;
  readonly c: number;
  readonly h: number;
  /** Undefined for the first cell, whose input is looked up. */
  readonly below: PlacedMatrix | undefined;
  readonly recurrent: PlacedMatrix;
}

interface PlacedAttention {
  readonly wrappedCells: number;
  readonly length: number;
  /** Padded size of an output. */
  readonly size: number;
  /** To the gates of the first cell. */
  readonly input: PlacedMatrix;
  readonly queryOfC: PlacedMatrix;
  readonly queryOfH: PlacedMatrix;
  readonly queryBias: number;
  readonly keys: PlacedMatrix;
  readonly v: number;
  readonly outputOfY: PlacedMatrix;
  readonly outputOfAttention: PlacedMatrix;
  readonly outputBias: number;
  // State and scratch.
  readonly attended: number;
  readonly output: number;
  readonly history: number;
  readonly keyHistory: number;
  readonly query: number;
  readonly scores: number;
}

class WasmNetwork implements RecurrentNetwork {
  readonly inputSize: number;
  readonly classes: number;
  readonly bytes: number;
  private readonly cells: readonly PlacedCell[];
  private readonly attention: PlacedAttention | undefined;
  /** [inputSize] rows of the gates of the first cell. */
  private readonly inputRows: number;
  private readonly head: PlacedMatrix;
  private readonly headBias: number;
  private readonly gates: number;
  private readonly quantised: number;
  private readonly indices: Int32Array;
  private readonly values: Float32Array;
  private readonly output: Float32Array;
  /** All that a step changes: c and h of the cells, attention, its output, the history and its keys. */
  private readonly state: Float32Array;
  private slot = 0;
  private kernels: Kernels | undefined;

  constructor(
    kernels: Kernels,
    weights: RecurrentWeights,
    private readonly precision: Precision,
  ) {
    this.kernels = kernels;
    this.inputSize = weights.inputSize;
    this.classes = weights.head.bias.length;
    const { memory } = kernels;
    const { cells, attention } = weights;
    const sizes = cells.map(cellSize);
    const wrapped = sizes.slice(0, attention?.wrappedCells ?? 0);
    const first = attention ? fuseInput(weights, kernels) : splitInput(weights);

    let top = Math.ceil(kernels.heapBase() / 64) * 64;
    const reserve = (bytes: number) => {
      const address = top;
      top += Math.ceil(bytes / 64) * 64;
      grow(memory, top);
      return address;
    };
    const store = (values: Float32Array) => {
      const address = reserve(4 * values.length);
      new Float32Array(memory.buffer, address, values.length).set(values);
      return address;
    };
    const placed = (matrix: Matrix): PlacedMatrix => {
      const address = reserve(packedBytes(matrix, precision));
      pack(matrix, precision, memory.buffer, address);
      return { rows: matrix.rows, columns: matrix.columns, address };
    };

    this.inputRows = store(first.rows.data);
    // The states of all cells lie together, c before h: what a query reads.
    const paddedSizes = sizes.map(padded);
    const outputSize = attention ? padded(attention.v.length) : 0;
    const historySize = (attention?.length ?? 0) * outputSize;
    const stateFloats = 2 * sum(paddedSizes) + 2 * outputSize + 2 * historySize;
    const state = reserve(4 * stateFloats);
    const stateAt = (floats: number) => state + 4 * floats;

    this.cells = cells.map(({ kernel, bias }, l) => {
      const size = paddedSizes[l];
      const gates = [sizes[l], sizes[l], sizes[l], sizes[l]];
      const belowRows = kernel.rows - sizes[l];
      const offset = sum(paddedSizes.slice(0, l));
      return {
        size,
        bias: store(l === 0 ? first.bias : withForgetBias(spread(bias, gates), size, sizes[l])),
        c: stateAt(offset),
        h: stateAt(sum(paddedSizes) + offset),
        below: l === 0 ? undefined : placed(place(kernel, 0, { rows: [belowRows], columns: gates })),
        recurrent: placed(place(kernel, belowRows, { rows: [sizes[l]], columns: gates })),
      };
    });

    if (attention) {
      const { length, query, keys, v, output } = attention;
      const size = v.length;
      const columns = [size];
      // The stored query takes c and h of each cell in turn; here all c come first, then all h.
      const reordered = queryByState(query.kernel, wrapped);
      const states = 2 * sum(paddedSizes);
      this.attention = {
        wrappedCells: attention.wrappedCells,
        length,
        size: outputSize,
        input: placed(first.attention),
        queryOfC: placed(place(reordered, 0, { rows: wrapped, columns })),
        queryOfH: placed(place(reordered, sum(wrapped), { rows: wrapped, columns })),
        queryBias: store(spread(query.bias, columns)),
        keys: placed(place(keys, 0, { rows: columns, columns })),
        v: store(spread(v, columns)),
        outputOfY: placed(place(output.kernel, 0, { rows: columns, columns })),
        outputOfAttention: placed(place(output.kernel, size, { rows: columns, columns })),
        outputBias: store(spread(output.bias, columns)),
        attended: stateAt(states),
        output: stateAt(states + outputSize),
        history: stateAt(states + 2 * outputSize),
        keyHistory: stateAt(states + 2 * outputSize + historySize),
        query: reserve(4 * (outputSize + 64)),
        scores: reserve(4 * length),
      };
    }

    const classes = [this.classes];
    this.head = placed(place(weights.head.kernel, 0, { rows: [weights.head.kernel.rows], columns: classes }));
    this.headBias = store(spread(weights.head.bias, classes));
    const widest = Math.max(...paddedSizes.map((size) => 4 * size), this.head.columns, outputSize + 64);
    this.gates = reserve(4 * widest);
    this.quantised = reserve(2 * sum(paddedSizes));
    const indices = reserve(4 * this.inputSize);
    const values = reserve(4 * this.inputSize);
    const logits = reserve(4 * this.head.columns);
    this.bytes = top;
    // After the last growth: it takes the memory from under older views.
    const { buffer } = memory;
    this.indices = new Int32Array(buffer, indices, this.inputSize);
    this.values = new Float32Array(buffer, values, this.inputSize);
    this.output = new Float32Array(buffer, logits, this.classes);
    this.state = new Float32Array(buffer, state, stateFloats);
    this.reset();
  }

  reset(): void {
    this.state.fill(0);
    this.slot = 0;
  }

  step(input: SparseVector): void {
    const kernels = this.alive();
    const { attention, cells, gates } = this;
    this.indices.set(input.indices.subarray(0, input.count));
    this.values.set(input.values.subarray(0, input.count));
    let below = 0;
    cells.forEach((cell, l) => {
      const count = l === 0 ? input.count : 0;
      kernels.lookUp(
        this.inputRows,
        this.indices.byteOffset,
        this.values.byteOffset,
        count,
        cell.bias,
        4 * cell.size,
        gates,
      );
      if (cell.below) this.multiplyAdd(kernels, below, cell.below, gates);
      else if (attention) this.multiplyAdd(kernels, attention.attended, attention.input, gates);
      this.multiplyAdd(kernels, cell.h, cell.recurrent, gates);
      kernels.updateCell(gates, cell.size, cell.c, cell.h);
      below = cell.h;
      if (attention && l === attention.wrappedCells - 1) {
        this.attend(kernels, attention, cell.h);
        below = attention.output;
      }
    });
  }

  logits(): Float32Array {
    const kernels = this.alive();
    const { attention, cells, head, output } = this;
    const top = attention?.wrappedCells === cells.length ? attention.output : cells[cells.length - 1].h;
    this.copy(kernels, this.headBias, head.columns, output.byteOffset);
    this.multiplyAdd(kernels, top, head, output.byteOffset);
    return output;
  }

  saveState(): NetworkState {
    this.alive();
    return { values: this.state.slice(), slot: this.slot };
  }

  restoreState({ values, slot }: NetworkState): void {
    this.alive();
    this.state.set(values);
    this.slot = slot;
  }

  dispose(): void {
    this.kernels = undefined;
  }

  private alive(): Kernels {
    if (!this.kernels) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.kernels;
  }

  private attend(kernels: Kernels, attention: PlacedAttention, y: number): void {
    const { query, attended, output, size, length } = attention;
    const { c, h } = this.cells[0];
    this.copy(kernels, attention.queryBias, attention.keys.columns, query);
    this.multiplyAdd(kernels, c, attention.queryOfC, query);
    this.multiplyAdd(kernels, h, attention.queryOfH, query);
    const { keyHistory, history, v, scores } = attention;
    kernels.attend(query, keyHistory, history, v, length, size, scores, attended);
    // Panels may be wider than the vector: products go to scratch first.
    this.copy(kernels, attention.outputBias, attention.keys.columns, this.gates);
    this.multiplyAdd(kernels, y, attention.outputOfY, this.gates);
    this.multiplyAdd(kernels, attended, attention.outputOfAttention, this.gates);
    const slot = 4 * size * this.slot;
    this.copy(kernels, this.gates, size, output);
    this.copy(kernels, output, size, history + slot);
    new Float32Array(kernels.memory.buffer, this.gates, attention.keys.columns).fill(0);
    this.multiplyAdd(kernels, output, attention.keys, this.gates);
    this.copy(kernels, this.gates, size, keyHistory + slot);
    this.slot = (this.slot + 1) % length;
  }

  /** y += x W */
  private multiplyAdd(
    kernels: Kernels,
    x: number,
    { rows, columns, address }: PlacedMatrix,
    y: number,
  ): void {
    if (this.precision === 'float32') kernels.multiplyAdd(x, rows, address, columns, y);
    else kernels.multiplyAddInt16(x, rows, address, columns, y, this.quantised);
  }

  private copy(kernels: Kernels, from: number, floats: number, to: number): void {
    kernels.lookUp(0, 0, 0, 0, from, floats, to);
  }
}
