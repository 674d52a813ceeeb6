/**
 * The transformer in the SIMD kernels: weights packed once, query, key and value in one product, keys and values in a ring. No DOM,
 * no Node: it runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { quantisedBytes, type PlacedMatrix } from '../layers/placed-matrix.js';
import type { Precision } from '../layers/packing.js';
import {
  embed,
  isHeldAt,
  timingOf,
  transposed,
  type ImmediateTransformer,
  type NetworkCopy,
  type TransformerWeights,
} from './network.js';
import { bytesOfSlot, createKeeper, type Keeper } from './keepers.js';
import {
  layerBytes,
  placeDense,
  placeLayer,
  placeNorm,
  rowOf,
  type PlacedLayer,
  type PlacedNorm,
} from './placed-layers.js';
import { readMelody } from './wasm-encoder.js';
import { Rows } from './wasm-rows.js';
import { instantiate, type TransformerInstance } from './wasm-kernels.js';

export type { Precision } from '../layers/packing.js';
export { loadTransformerModule } from './wasm-kernels.js';

export interface TransformerOptions {
  /** Positions that attention reaches back to. */
  readonly memory: number;
  /** The precision of the big matrices, and of keys and values; embeddings, norms and biases stay float32. Default: float32. */
  readonly precision?: Precision;
}

/** Products of this many numbers take some 40 ms: no longer may pass until the worker hears again. */
const PRODUCTS_AT_A_TIME = 8.2e8;
const MOST_TOKENS_AT_A_TIME = 64;

/**
 * Each network has a memory of its own, so several can share one module. The embeddings of `weights` are kept as they are.
 * @throws WASM_UNAVAILABLE when there is not enough memory, before any of it is filled
 */
export async function createWasmTransformer(
  module: WebAssembly.Module,
  weights: TransformerWeights,
  options: TransformerOptions,
): Promise<ImmediateTransformer> {
  const { memory, precision = 'float32' } = options;
  return new WasmTransformer(new Body(await instantiate(module), weights, memory, precision));
}

interface WasmCopy extends NetworkCopy {
  readonly kept: readonly Uint8Array[];
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

/** The weights, scratch, and the melody that is attended to: what a network and its twin share. */
class Body {
  instance: TransformerInstance | undefined;
  readonly layers: readonly PlacedLayer[];
  readonly rows: Rows;
  readonly tokensAtATime: number;
  /** Keys and values that a network holds, positions. */
  readonly slots: number;
  readonly norm: PlacedNorm;
  readonly softmax: PlacedMatrix;
  readonly logitsAt: number;
  /** The keys and values of the melody, a layer each. */
  crossed: readonly (Keeper | undefined)[] = [];
  melodyLength = 0;
  melody: readonly number[] = [];
  private hearing: ReturnType<ReturnType<typeof readMelody>> | undefined;
  private readonly encoder: ReturnType<typeof readMelody> | undefined;

  constructor(
    instance: TransformerInstance,
    readonly weights: TransformerWeights,
    readonly memory: number,
    precision: Precision,
  ) {
    const { layers, heads, hidden, softmax, encoder, hasTiming } = weights;
    this.tokensAtATime = Math.max(
      2,
      Math.min(MOST_TOKENS_AT_A_TIME, memory, 2 * Math.floor(PRODUCTS_AT_A_TIME / productsOf(weights) / 2)),
    );
    // A position of the last reading must not take the slot of one that another of it still attends to.
    this.slots = hasTiming ? memory : memory + this.tokensAtATime;
    instance.arena.scratch(bytesNeeded(weights, (hasTiming ? 2 : 1) * this.slots, precision));
    this.layers = layers.map((layer) => placeLayer(instance, layer, heads, precision));
    this.norm = placeNorm(instance, weights.norm);
    this.softmax = placeDense(instance, transposed(softmax), precision);
    this.encoder = encoder && readMelody(instance, encoder, heads, precision);
    this.rows = new Rows(instance, this.layers, { hidden, heads, count: this.tokensAtATime });
    const widest = Math.max(this.rows.widest, rowOf(hidden));
    this.logitsAt = instance.arena.reserve(4 * this.softmax.columns + quantisedBytes(widest, 1));
    this.instance = instance;
  }

  beginMelody(melody: readonly number[]): void {
    const isSame = melody.length === this.melody.length && melody.every((id, i) => id === this.melody[i]);
    if (!this.encoder || (isSame && (this.hearing !== undefined || this.melodyLength > 0))) return;
    this.hearing = this.encoder(melody, this.layers);
    this.melody = melody;
    this.melodyLength = 0;
  }

  hear(): boolean {
    this.alive();
    const part = this.hearing?.next();
    if (!part?.done) return part !== undefined;
    this.hearing = undefined;
    this.crossed = part.value.keepers;
    this.melodyLength = part.value.length;
    return false;
  }

  alive(): TransformerInstance {
    if (!this.instance) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.instance;
  }
}

class WasmTransformer implements ImmediateTransformer {
  readonly twin: ImmediateTransformer | undefined;
  private readonly keepers: readonly Keeper[];
  private position = 0;

  /** @param twin of what this is the twin, if it is one */
  constructor(
    private readonly body: Body,
    twin?: WasmTransformer,
  ) {
    const { layers, weights, slots } = body;
    const instance = body.alive();
    this.keepers = layers.map(({ attention }) => createKeeper(instance, attention, weights.heads, slots));
    this.twin = twin ?? (weights.hasTiming ? new WasmTransformer(body, this) : undefined);
  }

  get vocabulary(): number {
    return this.body.weights.softmax.rows;
  }

  get memory(): number {
    return this.body.memory;
  }

  get tokensAtATime(): number {
    return this.body.tokensAtATime;
  }

  get bytes(): number {
    return this.body.instance?.arena.bytes ?? 0;
  }

  get length(): number {
    return this.position;
  }

  begin(melody: readonly number[] = []): void {
    this.body.alive();
    this.position = 0;
    this.body.beginMelody(melody);
  }

  hear(): boolean {
    return this.body.hear();
  }

  read(tokens: readonly number[]): void {
    const { body, position } = this;
    while (body.hear());
    const { arena } = body.alive();
    const { hidden, embedding, hasTiming } = body.weights;
    const stride = rowOf(hidden);
    const x = arena.floats(body.rows.x, tokens.length * stride);
    tokens.forEach((token, row) => {
      const timing = hasTiming ? timingOf(position + row, hidden) : undefined;
      embed(embedding, token, timing, x.subarray(row * stride, row * stride + hidden));
    });
    body.layers.forEach((layer, l) => {
      body.rows.attend(layer.attention, this.keepers[l], tokens.length, position, body.memory);
      const crossed = body.crossed[l];
      if (layer.cross && crossed && body.melodyLength > 0)
        body.rows.cross(layer.cross, crossed, tokens.length, body.melodyLength);
      body.rows.filter(layer.filter, tokens.length);
    });
    this.position += tokens.length;
  }

  logits(row: number): Float32Array {
    const { body } = this;
    const { arena, kernels } = body.alive();
    const { softmax, logitsAt: at } = body;
    const normalised = body.rows.normalise(body.norm, row);
    arena.floats(at, softmax.columns).fill(0);
    if (softmax.precision === 'float32') kernels.multiplyAdd(softmax.record, normalised, 1, at);
    else kernels.multiplyAddInt16(softmax.record, normalised, 1, at, at + 4 * softmax.columns);
    return arena.floats(at, this.vocabulary);
  }

  rewind(length: number): boolean {
    const { position, memory, keepers } = this;
    const isHeld = isHeldAt(length, { position, memory, slots: keepers[0].slots });
    if (isHeld) this.position = length;
    return isHeld;
  }

  copy(): WasmCopy {
    this.body.alive();
    const kept = this.keepers.map((keeper) => keeper.copy());
    return { length: this.position, melody: this.body.melody, kept };
  }

  paste(copy: NetworkCopy): void {
    if (!('kept' in copy)) throw new TimbrelError('INTERNAL', 'The state of another network');
    this.begin(copy.melody);
    this.position = copy.length;
    this.keepers.forEach((keeper, l) => keeper.paste((copy as WasmCopy).kept[l]));
  }

  dispose(): void {
    this.body.instance = undefined;
  }
}

/** Weights, and keys and values of all slots: all but some kilobytes. */
function bytesNeeded(
  { layers, encoder, heads, softmax }: TransformerWeights,
  slots: number,
  precision: Precision,
): number {
  const all = [...layers, ...(encoder?.layers ?? [])];
  const weights = all.reduce((sum, layer) => sum + layerBytes(layer, precision), 4 * softmax.data.length);
  const ofSlot = layers.reduce(
    (sum, { attention }) => sum + bytesOfSlot(attention.weights, heads, precision),
    0,
  );
  return weights + slots * ofSlot;
}
