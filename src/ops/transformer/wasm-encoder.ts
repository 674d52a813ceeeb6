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

interface Read {
  /** Tokens that can be attended to. */
  readonly length: number;
  readonly keepers: readonly (Keeper | undefined)[];
}

/**
 * @returns reads a melody into the areas of the last one where it fits. Padding among its tokens is seen by nobody.
 */
export function readMelody(
  instance: TransformerInstance,
  { embedding, layers, norm, target }: NonNullable<TransformerWeights['encoder']>,
  heads: number,
  precision: Precision,
): (tokens: readonly number[], decoder: readonly PlacedLayer[]) => Read {
  const placed = layers.map((layer) => placeLayer(instance, layer, heads, precision));
  const placedNorm = placeNorm(instance, norm);
  const hidden = target.length;
  const stride = rowOf(hidden);
  let room: Room | undefined;

  return (tokens, decoder) => {
    const seen = [...tokens.keys()].filter((position) => tokens[position] !== 0);
    const count = seen.length;
    if (count === 0) return { length: 0, keepers: [] };
    if (!room || room.size < count) {
      const size = Math.max(256, count, 2 * (room?.size ?? 0));
      room = {
        size,
        // The decoder's layers are among them: their keys and values of the melody are made here.
        rows: new Rows(instance, [...placed, ...decoder], { hidden, heads, count: size }),
        own: placed.map(({ attention }) => createKeeper(instance, attention, heads, size)),
        keepers: decoder.map(({ cross }) => cross && createKeeper(instance, cross, heads, size)),
      };
    }
    const { rows: all, own, keepers } = room;
    const x = instance.arena.floats(all.x, count * stride);
    seen.forEach((position, row) => {
      const to = x.subarray(row * stride, row * stride + hidden);
      embed(embedding, tokens[position], timingOf(position, hidden), to);
      for (let n = 0; n < hidden; n++) to[n] += target[n];
    });
    placed.forEach((layer, l) => {
      all.attendToAll(layer.attention, own[l], count);
      all.filter(layer.filter, count);
    });
    const encoded = all.normaliseAll(placedNorm, count);
    decoder.forEach(({ cross }, l) => {
      const keeper = keepers[l];
      if (cross && keeper) all.keepMelody(cross, encoded, count, keeper);
    });
    return { length: count, keepers };
  };
}
