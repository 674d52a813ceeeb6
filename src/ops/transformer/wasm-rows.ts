/** Some positions at once on their way through the layers. */
import { multiplyAdd, quantisedBytes, type PlacedMatrix } from '../layers/placed-matrix.js';
import type { Keeper } from './keepers.js';
import { rowOf, type PlacedAttention, type PlacedLayer, type PlacedNorm } from './placed-layers.js';
import type { TransformerInstance } from './wasm-kernels.js';

const RELU = 1;

export interface RowSizes {
  readonly hidden: number;
  readonly heads: number;
  /** Rows at once. */
  readonly count: number;
}

/** Floats of the widest row, and scratch for all of them. */
export class Rows {
  /** [count, row of hidden]: the sum that each layer adds to. */
  readonly x: number;
  /** Floats of the widest row. */
  readonly widest: number;
  private readonly hidden: number;
  private readonly heads: number;
  private readonly normalised: number;
  private readonly wide: number;
  private readonly mixed: number;
  private readonly scratch: number;

  /**
   * @param addresses of scratch, where the rows are not to stay
   * @throws WASM_UNAVAILABLE when there is not enough memory
   */
  constructor(
    private readonly instance: TransformerInstance,
    layers: readonly PlacedLayer[],
    { hidden, heads, count }: RowSizes,
    reserve: (bytes: number) => number = (bytes) => instance.arena.reserve(bytes),
  ) {
    this.hidden = hidden;
    this.heads = heads;
    const row = rowOf(hidden);
    const parts = layers.flatMap(({ attention, cross }) => (cross ? [attention, cross] : [attention]));
    const mixed = Math.max(...parts.map(({ output }) => output.rows));
    const wide = Math.max(
      ...parts.flatMap(({ query, keyValue }) => [query.columns, keyValue?.columns ?? 0]),
      ...layers.map(({ filter }) => filter.inner.columns),
    );
    this.widest = Math.max(row, mixed, wide);
    this.x = reserve(4 * count * row);
    this.normalised = reserve(4 * count * row);
    this.wide = reserve(4 * count * wide);
    this.mixed = reserve(4 * count * mixed);
    this.scratch = reserve(quantisedBytes(this.widest, count));
    // The padding of rows is read and never written.
    instance.arena.floats(this.x, count * row).fill(0);
    instance.arena.floats(this.mixed, count * mixed).fill(0);
  }

  /** Attention to the positions so far, those of the rows included; `position` is that of the first row. */
  attend(attention: PlacedAttention, keeper: Keeper, count: number, position: number, memory: number): void {
    this.project(attention, count);
    this.keep(attention, keeper, count, position);
    this.mix(attention, keeper, count, (row) => [Math.max(0, position + row - memory + 1), position + row]);
  }

  /** Keeps keys and values of rows that all of them will attend to: of `count` rows from a row on, as in what follows. */
  keepAll(attention: PlacedAttention, keeper: Keeper, count: number, from: number): void {
    this.project(attention, count, from);
    this.keep(attention, keeper, count, from, from);
  }

  /** Attention to all rows, `all` of them, from rows of which {@link keepAll} was called last. */
  attendToAll(attention: PlacedAttention, keeper: Keeper, count: number, from: number, all: number): void {
    this.mix(attention, keeper, count, () => [0, all - 1], from);
  }

  /** Attention to a melody of `length` tokens. */
  cross(attention: PlacedAttention, keeper: Keeper, count: number, length: number): void {
    this.project(attention, count);
    this.mix(attention, keeper, count, () => [0, length - 1]);
  }

  /** Keeps keys and values of rows of the melody, whose norms are there. */
  keepMelody({ keyValue, keyDepth }: PlacedAttention, count: number, from: number, keeper: Keeper): void {
    if (!keyValue) return;
    this.multiply(keyValue, this.normalised + from * this.rowBytes, count, this.wide);
    for (let row = 0; row < count; row++) {
      const keys = this.wide + 4 * row * keyValue.columns;
      keeper.keep(from + row, keys, keys + 4 * this.heads * keyDepth);
    }
  }

  filter(filter: PlacedLayer['filter'], count: number, from = 0): void {
    const { kernels } = this.instance;
    const { norm, inner, innerBias, outer, outerBias } = filter;
    const x = this.x + from * this.rowBytes;
    const normalised = this.normaliseAll(norm, count, from);
    kernels.repeat(innerBias, 4 * inner.columns, count, this.wide);
    multiplyAdd(this.instance, inner, normalised, count, this.wide, this.scratch);
    kernels.activate(RELU, this.wide, 4 * count * inner.columns);
    kernels.addRow(outerBias, 4 * outer.columns, count, x);
    multiplyAdd(this.instance, outer, this.wide, count, x, this.scratch);
  }

  /** @returns the address of a row's norm */
  normalise(norm: PlacedNorm, row: number): number {
    return this.normaliseAll(norm, 1, row);
  }

  /** @returns the address of the norms of `count` rows, from a row on */
  normaliseAll({ scale, bias }: PlacedNorm, count: number, from = 0): number {
    const { rowBytes: bytes } = this;
    const to = this.normalised + from * bytes;
    this.instance.kernels.normalise(this.x + from * bytes, count, bytes, this.hidden, scale, bias, to);
    return to;
  }

  private get rowBytes(): number {
    return 4 * rowOf(this.hidden);
  }

  private project({ norm, query }: PlacedAttention, count: number, from = 0): void {
    this.multiply(query, this.normaliseAll(norm, count, from), count, this.wide + 4 * from * query.columns);
  }

  private keep(
    { query, keyDepth }: PlacedAttention,
    keeper: Keeper,
    count: number,
    position: number,
    from = 0,
  ): void {
    const bytes = 4 * this.heads * keyDepth;
    for (let row = 0; row < count; row++) {
      const keys = this.wide + 4 * (from + row) * query.columns + bytes;
      keeper.keep(position + row, keys, keys + bytes);
    }
  }

  private mix(
    { query, output }: PlacedAttention,
    keeper: Keeper,
    count: number,
    range: (row: number) => readonly [number, number],
    from = 0,
  ): void {
    for (let row = 0; row < count; row++) {
      const [first, last] = range(row);
      const q = this.wide + 4 * (from + row) * query.columns;
      keeper.attend(q, first, last, this.mixed + 4 * row * output.rows);
    }
    multiplyAdd(this.instance, output, this.mixed, count, this.x + from * this.rowBytes, this.scratch);
  }

  private multiply(matrix: PlacedMatrix, x: number, count: number, y: number): void {
    this.instance.arena.floats(y, count * matrix.columns).fill(0);
    multiplyAdd(this.instance, matrix, x, count, y, this.scratch);
  }
}
