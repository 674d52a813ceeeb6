/**
 * The network in the SIMD kernels: weights packed once, one product for the four gates of a cell, the rows of the first matrix
 * looked up. No DOM, no Node: it runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { cellSize } from '../layers/layers.js';
import { padded, place, spread, sum, type Precision } from '../layers/packing.js';
import { multiplyAdd, placeMatrix, quantisedBytes, type PlacedMatrix } from '../layers/placed-matrix.js';
import { instantiate, type KernelInstance } from '../layers/wasm-kernels.js';
import { withForgetBias } from '../layers/wasm-stack.js';
import type { Matrix } from '../matrix.js';
import { fuseInput, queryByState } from './first-layer.js';
import type { NetworkState, RecurrentNetwork, RecurrentWeights, SparseVector } from './network.js';

export type { Precision } from '../layers/packing.js';
export { loadLSTMModule } from '../layers/wasm-kernels.js';

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
  return new WasmNetwork(await instantiate(module), weights, precision);
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
  /** The buffers of the kernel. */
  readonly record: number;
  /** To the gates of the first cell. */
  readonly input: PlacedMatrix;
  readonly queryOfC: PlacedMatrix;
  readonly queryOfH: PlacedMatrix;
  readonly queryBias: number;
  readonly keys: PlacedMatrix;
  readonly outputOfY: PlacedMatrix;
  readonly outputOfAttention: PlacedMatrix;
  readonly outputBias: number;
  // State and scratch.
  readonly attended: number;
  readonly output: number;
  readonly history: number;
  readonly keyHistory: number;
  readonly query: number;
}

/** A copy of all that a step changes. */
class SavedState {
  constructor(
    readonly owner: WasmNetwork,
    readonly values: Float32Array,
    readonly slot: number,
  ) {}
}

class WasmNetwork implements RecurrentNetwork {
  readonly inputSize: number;
  readonly classes: number;
  readonly bytes: number;
  private readonly cells: readonly PlacedCell[];
  private readonly attention: PlacedAttention | undefined;
  /** [inputSize] rows of the gates of the first cell. */
  private readonly inputRows: PlacedMatrix;
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
  private instance: KernelInstance | undefined;

  constructor(instance: KernelInstance, weights: RecurrentWeights, precision: Precision) {
    this.instance = instance;
    const { arena } = instance;
    this.inputSize = weights.inputSize;
    this.classes = weights.head.bias.length;
    const { cells, attention } = weights;
    const sizes = cells.map(cellSize);
    const wrapped = sizes.slice(0, attention?.wrappedCells ?? 0);
    const first = fuseInput(weights, instance);
    const placed = (matrix: Matrix) => placeMatrix(instance, matrix, precision);

    this.inputRows = placeMatrix(instance, first.rows);
    // The states of all cells lie together, c before h: what a query reads.
    const paddedSizes = sizes.map(padded);
    const outputSize = attention ? padded(attention.v.length) : 0;
    const historySize = (attention?.length ?? 0) * outputSize;
    const stateFloats = 2 * sum(paddedSizes) + 2 * outputSize + 2 * historySize;
    const state = arena.reserve(4 * stateFloats);
    const stateAt = (floats: number) => state + 4 * floats;

    this.cells = cells.map(({ kernel, bias }, l) => {
      const size = paddedSizes[l];
      const gates = [sizes[l], sizes[l], sizes[l], sizes[l]];
      const belowRows = kernel.rows - sizes[l];
      const offset = sum(paddedSizes.slice(0, l));
      return {
        size,
        bias: arena.store(l === 0 ? first.bias : withForgetBias(spread(bias, gates), size, sizes[l])),
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
      const [attended, past, keyHistory] = [
        states,
        states + 2 * outputSize,
        states + 2 * outputSize + historySize,
      ].map(stateAt);
      const queryAt = arena.reserve(4 * (outputSize + 64));
      const scores = arena.reserve(4 * length);
      const vAt = arena.store(spread(v, columns));
      this.attention = {
        wrappedCells: attention.wrappedCells,
        length,
        size: outputSize,
        input: placed(first.attention),
        queryOfC: placed(place(reordered, 0, { rows: wrapped, columns })),
        queryOfH: placed(place(reordered, sum(wrapped), { rows: wrapped, columns })),
        queryBias: arena.store(spread(query.bias, columns)),
        keys: placed(place(keys, 0, { rows: columns, columns })),
        outputOfY: placed(place(output.kernel, 0, { rows: columns, columns })),
        outputOfAttention: placed(place(output.kernel, size, { rows: columns, columns })),
        outputBias: arena.store(spread(output.bias, columns)),
        attended,
        output: stateAt(states + outputSize),
        history: past,
        keyHistory,
        query: queryAt,
        record: arena.record(length, outputSize, queryAt, keyHistory, past, vAt, scores, attended),
      };
    }

    const classes = [this.classes];
    this.head = placed(place(weights.head.kernel, 0, { rows: [weights.head.kernel.rows], columns: classes }));
    this.headBias = arena.store(spread(weights.head.bias, classes));
    const widest = Math.max(...paddedSizes.map((size) => 4 * size), this.head.columns, outputSize + 64);
    this.gates = arena.reserve(4 * widest);
    this.quantised = arena.reserve(quantisedBytes(sum(paddedSizes), 1));
    const indices = arena.reserve(4 * this.inputSize);
    const values = arena.reserve(4 * this.inputSize);
    const logits = arena.reserve(4 * this.head.columns);
    this.bytes = arena.bytes;
    // After the last growth: it takes the memory from under older views.
    this.indices = arena.integers(indices, this.inputSize);
    this.values = arena.floats(values, this.inputSize);
    this.output = arena.floats(logits, this.classes);
    this.state = arena.floats(state, stateFloats);
    this.reset();
  }

  reset(): void {
    this.state.fill(0);
    this.slot = 0;
  }

  step(input: SparseVector): void {
    const instance = this.alive();
    const { kernels } = instance;
    const { attention, cells, gates, indices, values } = this;
    indices.set(input.indices.subarray(0, input.count));
    values.set(input.values.subarray(0, input.count));
    let below = 0;
    cells.forEach((cell, l) => {
      kernels.repeat(cell.bias, 16 * cell.size, 1, gates);
      if (cell.below) {
        this.multiplyAdd(instance, below, cell.below, gates);
      } else {
        const { record } = this.inputRows;
        kernels.multiplyAddSparse(record, indices.byteOffset, values.byteOffset, input.count, gates);
        if (attention) this.multiplyAdd(instance, attention.attended, attention.input, gates);
      }
      this.multiplyAdd(instance, cell.h, cell.recurrent, gates);
      kernels.updateCells(gates, cell.size, 1, cell.c, cell.h);
      below = cell.h;
      if (attention && l === attention.wrappedCells - 1) {
        this.attend(instance, attention, cell.h);
        below = attention.output;
      }
    });
  }

  logits(): Float32Array {
    const instance = this.alive();
    const { attention, cells, head, output } = this;
    const top = attention?.wrappedCells === cells.length ? attention.output : cells[cells.length - 1].h;
    instance.kernels.repeat(this.headBias, 4 * head.columns, 1, output.byteOffset);
    this.multiplyAdd(instance, top, head, output.byteOffset);
    return output;
  }

  saveState(): NetworkState {
    this.alive();
    return new SavedState(this, this.state.slice(), this.slot);
  }

  restoreState(state: NetworkState): void {
    this.alive();
    if (!(state instanceof SavedState) || state.owner !== this) {
      throw new TimbrelError('INTERNAL', 'A state of another network');
    }
    this.state.set(state.values);
    this.slot = state.slot;
  }

  dispose(): void {
    this.instance = undefined;
  }

  private alive(): KernelInstance {
    if (!this.instance) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.instance;
  }

  private attend(instance: KernelInstance, attention: PlacedAttention, y: number): void {
    const { kernels, arena } = instance;
    const { query, attended, output, size, length, keys, history, keyHistory } = attention;
    const { c, h } = this.cells[0];
    kernels.repeat(attention.queryBias, 4 * keys.columns, 1, query);
    this.multiplyAdd(instance, c, attention.queryOfC, query);
    this.multiplyAdd(instance, h, attention.queryOfH, query);
    kernels.attend(attention.record);
    // Panels may be wider than the vector: products go to scratch first.
    kernels.repeat(attention.outputBias, 4 * keys.columns, 1, this.gates);
    this.multiplyAdd(instance, y, attention.outputOfY, this.gates);
    this.multiplyAdd(instance, attended, attention.outputOfAttention, this.gates);
    const slot = 4 * size * this.slot;
    kernels.repeat(this.gates, 4 * size, 1, output);
    kernels.repeat(output, 4 * size, 1, history + slot);
    arena.floats(this.gates, keys.columns).fill(0);
    this.multiplyAdd(instance, output, keys, this.gates);
    kernels.repeat(this.gates, 4 * size, 1, keyHistory + slot);
    this.slot = (this.slot + 1) % length;
  }

  /** y += x W */
  private multiplyAdd(instance: KernelInstance, x: number, matrix: PlacedMatrix, y: number): void {
    multiplyAdd(instance, matrix, x, 1, y, this.quantised);
  }
}
