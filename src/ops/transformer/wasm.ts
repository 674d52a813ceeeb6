/**
 * The transformer in the SIMD kernels: weights packed once, query, key and value in one product, keys and values in a ring. No DOM,
 * no Node: it runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { quantisedBytes, type PlacedMatrix } from '../layers/placed-matrix.js';
import type { Precision } from '../layers/packing.js';
import type { Matrix } from '../matrix.js';
import {
  embed,
  timingOf,
  type NetworkCopy,
  type TransformerNetwork,
  type TransformerWeights,
} from './network.js';
import {
  headOf,
  layerBytes,
  placeDense,
  placeLayer,
  placeNorm,
  rowOf,
  type PlacedLayer,
  type PlacedNorm,
} from './placed-layers.js';
import { readMelody } from './wasm-encoder.js';
import { Keeper, Rows } from './wasm-rows.js';
import { instantiate, type TransformerInstance } from './wasm-kernels.js';

export type { Precision } from '../layers/packing.js';
export { loadTransformerModule } from './wasm-kernels.js';

export interface TransformerOptions {
  /** Positions that attention reaches back to. */
  readonly memory: number;
  /** The precision of the big matrices; embeddings, norms, biases, keys and values stay float32. Default: float32. */
  readonly precision?: Precision;
}

/** Products of this many numbers take some 20 ms: no longer may pass until the worker hears again. */
const PRODUCTS_AT_A_TIME = 4e8;
const MOST_TOKENS_AT_A_TIME = 64;

/**
 * Each network has a memory of its own, so several can share one module. The embeddings of `weights` are kept as they are.
 * @throws WASM_UNAVAILABLE when there is not enough memory, before any of it is filled
 */
export async function createWasmTransformer(
  module: WebAssembly.Module,
  weights: TransformerWeights,
  options: TransformerOptions,
): Promise<TransformerNetwork> {
  return new WasmTransformer(await instantiate(module), weights, options);
}

interface WasmCopy extends NetworkCopy {
  readonly kept: readonly Float32Array[];
}

const productsOf = ({ layers, softmax }: TransformerWeights) =>
  layers.reduce(
    (sum, { attention: { weights }, filter }) =>
      sum +
      [
        weights.query,
        weights.key,
        weights.value,
        weights.output,
        filter.inner.kernel,
        filter.outer.kernel,
      ].reduce((products, { data }) => products + data.length, 0),
    softmax.data.length,
  );

class WasmTransformer implements TransformerNetwork {
  readonly vocabulary: number;
  readonly memory: number;
  readonly tokensAtATime: number;
  private instance: TransformerInstance | undefined;
  private readonly layers: readonly PlacedLayer[];
  private readonly keepers: readonly Keeper[];
  private readonly rows: Rows;
  private readonly norm: PlacedNorm;
  private readonly softmax: PlacedMatrix;
  private readonly logitsAt: number;
  private readonly encoder: ReturnType<typeof readMelody> | undefined;
  /** The keys and values of the melody, a layer each. */
  private crossed: readonly (Keeper | undefined)[] = [];
  private melodyLength = 0;
  private melody: readonly number[] = [];
  private position = 0;

  constructor(
    instance: TransformerInstance,
    private readonly weights: TransformerWeights,
    { memory, precision = 'float32' }: TransformerOptions,
  ) {
    const { layers, heads, hidden, softmax, encoder } = weights;
    this.memory = memory;
    this.vocabulary = softmax.rows;
    this.tokensAtATime = Math.max(
      2,
      Math.min(MOST_TOKENS_AT_A_TIME, memory, 2 * Math.floor(PRODUCTS_AT_A_TIME / productsOf(weights) / 2)),
    );
    // A position of the last reading must not take the slot of one that another of it still attends to.
    const slots = weights.hasTiming ? memory : memory + this.tokensAtATime;
    instance.arena.scratch(bytesNeeded(weights, slots, precision));
    this.layers = layers.map((layer) => placeLayer(instance, layer, heads, precision));
    this.keepers = this.layers.map(({ attention }) => new Keeper(instance, attention, heads, slots));
    this.norm = placeNorm(instance, weights.norm);
    this.softmax = placeDense(instance, transposed(softmax), precision);
    this.encoder = encoder && readMelody(instance, encoder, heads, precision);
    this.rows = new Rows(instance, this.layers, { hidden, heads, count: this.tokensAtATime });
    const widest = Math.max(this.rows.widest, rowOf(hidden));
    this.logitsAt = instance.arena.reserve(4 * this.softmax.columns + quantisedBytes(widest, 1));
    this.instance = instance;
  }

  get bytes(): number {
    return this.instance?.arena.bytes ?? 0;
  }

  get length(): number {
    return this.position;
  }

  begin(melody: readonly number[] = []): void {
    this.alive();
    this.position = 0;
    const isSame = melody.length === this.melody.length && melody.every((id, i) => id === this.melody[i]);
    if (!this.encoder || (isSame && this.crossed.length > 0)) return;
    this.melody = melody;
    const { length, keepers } = this.encoder(melody, this.layers);
    this.crossed = keepers;
    this.melodyLength = length;
  }

  read(tokens: readonly number[]): void {
    const { arena } = this.alive();
    const { hidden, embedding, hasTiming } = this.weights;
    const stride = rowOf(hidden);
    const x = arena.floats(this.rows.x, tokens.length * stride);
    tokens.forEach((token, row) => {
      const timing = hasTiming ? timingOf(this.position + row, hidden) : undefined;
      embed(embedding, token, timing, x.subarray(row * stride, row * stride + hidden));
    });
    this.layers.forEach((layer, l) => {
      this.rows.attend(layer.attention, this.keepers[l], tokens.length, this.position, this.memory);
      const crossed = this.crossed[l];
      if (layer.cross && crossed && this.melodyLength > 0)
        this.rows.cross(layer.cross, crossed, tokens.length, this.melodyLength);
      this.rows.filter(layer.filter, tokens.length);
    });
    this.position += tokens.length;
  }

  logits(row: number): Float32Array {
    const { arena, kernels } = this.alive();
    const at = this.logitsAt;
    const { columns } = this.softmax;
    const normalised = this.rows.normalise(this.norm, row);
    arena.floats(at, columns).fill(0);
    if (this.softmax.precision === 'float32') kernels.multiplyAdd(this.softmax.record, normalised, 1, at);
    else kernels.multiplyAddInt16(this.softmax.record, normalised, 1, at, at + 4 * columns);
    return arena.floats(at, this.vocabulary);
  }

  rewind(length: number): boolean {
    const oldest = Math.max(0, length - this.memory + 1);
    const isHeld = length <= this.position && this.position - oldest <= this.keepers[0].slots;
    if (isHeld) this.position = length;
    return isHeld;
  }

  copy(): WasmCopy {
    this.alive();
    const kept = this.keepers.map((keeper) => keeper.copy());
    return { length: this.position, melody: this.melody, kept };
  }

  paste(copy: NetworkCopy): void {
    if (!('kept' in copy)) throw new TimbrelError('INTERNAL', 'The state of another network');
    this.begin(copy.melody);
    this.position = copy.length;
    this.keepers.forEach((keeper, l) => keeper.paste((copy as WasmCopy).kept[l]));
  }

  dispose(): void {
    this.instance = undefined;
  }

  private alive(): TransformerInstance {
    if (!this.instance) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.instance;
  }
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column];
  return { rows: columns, columns: rows, data: result };
}

/** Weights, and keys and values of all slots: all but some kilobytes. */
function bytesNeeded(
  { layers, encoder, heads, softmax }: TransformerWeights,
  slots: number,
  precision: Precision,
): number {
  const all = [...layers, ...(encoder?.layers ?? [])];
  const weights = all.reduce((sum, layer) => sum + layerBytes(layer, precision), 4 * softmax.data.length);
  const ofSlot = layers.reduce((sum, { attention: { weights: own } }) => {
    const depths = headOf(own.key.columns / heads) + headOf(own.value.columns / heads);
    return sum + 4 * heads * depths;
  }, 0);
  return weights + slots * ofSlot;
}
