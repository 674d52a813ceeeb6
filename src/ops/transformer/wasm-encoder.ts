/** The encoder in the SIMD kernels: a melody to keys and values that every layer of the decoder attends to. */
import type { Precision } from '../layers/packing.js';
import { embed, timingOf, type TransformerWeights } from './network.js';
import { placeLayer, placeNorm, rowOf, type PlacedLayer } from './placed-layers.js';
import { createKeeper, type Keeper } from './keepers.js';
import { Rows } from './wasm-rows.js';
import type { TransformerInstance } from './wasm-kernels.js';

/** Areas for melodies of up to `size` tokens; a longer one gets others. */
interface Room {
  readonly size: number;
  readonly rows: Rows;
  readonly own: readonly Keeper[];
  readonly keepers: readonly (Keeper | undefined)[];
}

interface Heard {
  /** Tokens that can be attended to. */
  readonly length: number;
  readonly keepers: readonly (Keeper | undefined)[];
}

/** Rows that are computed before others may do something: some milliseconds, of large networks and of long melodies too. */
const ROWS_AT_A_TIME = 16;

/**
 * @returns hears a melody, part by part, into the areas of the last one where it fits. Padding among its tokens is seen by nobody.
 */
export function readMelody(
  instance: TransformerInstance,
  { embedding, layers, norm, target }: NonNullable<TransformerWeights['encoder']>,
  heads: number,
  precision: Precision,
): (tokens: readonly number[], decoder: readonly PlacedLayer[]) => Generator<void, Heard> {
  const placed = layers.map((layer) => placeLayer(instance, layer, heads, precision));
  const placedNorm = placeNorm(instance, norm);
  const hidden = target.length;
  const stride = rowOf(hidden);
  let room: Room | undefined;

  function roomFor(count: number, decoder: readonly PlacedLayer[]): Room {
    if (room && room.size >= count) return room;
    const size = Math.max(256, count, 2 * (room?.size ?? 0));
    room = {
      size,
      // The decoder's layers are among them: their keys and values of the melody are made here.
      rows: new Rows(instance, [...placed, ...decoder], { hidden, heads, count: size }),
      own: placed.map(({ attention }) => createKeeper(instance, attention, heads, size)),
      keepers: decoder.map(({ cross }) => cross && createKeeper(instance, cross, heads, size)),
    };
    return room;
  }

  function* hear(
    tokens: readonly number[],
    seen: readonly number[],
    decoder: readonly PlacedLayer[],
    { rows: all, own, keepers }: Room,
  ): Generator<void, Heard> {
    const count = seen.length;
    const x = instance.arena.floats(all.x, count * stride);
    seen.forEach((position, row) => {
      const to = x.subarray(row * stride, row * stride + hidden);
      embed(embedding, tokens[position], timingOf(position, hidden), to);
      for (let n = 0; n < hidden; n++) to[n] += target[n];
    });
    const parts = Array.from({ length: Math.ceil(count / ROWS_AT_A_TIME) }, (_, part) => {
      const from = part * ROWS_AT_A_TIME;
      return [from, Math.min(ROWS_AT_A_TIME, count - from)] as const;
    });
    for (const [l, { attention, filter }] of placed.entries()) {
      for (const [from, size] of parts) yield all.keepAll(attention, own[l], size, from);
      for (const [from, size] of parts) yield all.attendToAll(attention, own[l], size, from, count);
      for (const [from, size] of parts) yield all.filter(filter, size, from);
    }
    for (const [from, size] of parts) all.normaliseAll(placedNorm, size, from);
    for (const [l, { cross }] of decoder.entries()) {
      const keeper = keepers[l];
      if (!cross || !keeper) continue;
      for (const [from, size] of parts) yield all.keepMelody(cross, size, from, keeper);
    }
    return { length: count, keepers };
  }

  return (tokens, decoder) => {
    const seen = [...tokens.keys()].filter((position) => tokens[position] !== 0);
    // There is memory for it, or it is refused before it is begun.
    return hear(tokens, seen, decoder, roomFor(seen.length, decoder));
  };
}
