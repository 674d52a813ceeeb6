/** Attention over what is kept, in float32 and in int16, against sums over all positions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import { createKeeper } from './keepers.js';
import { placeDistances, type PlacedAttention } from './placed-layers.js';
import { instantiate, loadTransformerModule } from './wasm-kernels.js';

const HEADS = 2;

interface Case {
  readonly depth: number;
  readonly slots: number;
  readonly first: number;
  readonly last: number;
  readonly reach?: number;
}

const CASES: readonly Case[] = [
  { depth: 8, slots: 16, first: 0, last: 0 },
  { depth: 8, slots: 16, first: 0, last: 14 },
  { depth: 64, slots: 40, first: 3, last: 33 },
  // Around the ring, from an even slot and from an odd one; and all of it, so that the first and the last slot are neighbours.
  { depth: 32, slots: 20, first: 24, last: 41, reach: 9 },
  { depth: 32, slots: 20, first: 25, last: 41, reach: 30 },
  { depth: 40, slots: 20, first: 27, last: 46 },
  { depth: 128, slots: 600, first: 0, last: 599, reach: 128 },
];

function attended(
  q: Float32Array,
  keys: Float32Array[],
  values: Float32Array[],
  c: Case,
  distances: Float32Array,
) {
  const { depth, first, last, reach = 0 } = c;
  return Array.from({ length: HEADS }, (_, head) => {
    const part = (row: Float32Array) => row.subarray(head * depth, (head + 1) * depth);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, n) => sum + value * b[n], 0);
    const scores = Array.from({ length: last - first + 1 }, (_, j) => {
      const distance = last - first - j;
      const row = (head + 1) * reach - 1 - distance;
      const near = distance < reach ? dot(part(q), distances.subarray(row * depth, (row + 1) * depth)) : 0;
      return dot(part(q), part(keys[first + j])) + near;
    });
    const largest = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - largest));
    const sum = shares.reduce((a, b) => a + b);
    return Array.from({ length: depth }, (_, n) =>
      shares.reduce((total, share, j) => total + (share / sum) * part(values[first + j])[n], 0),
    );
  }).flat();
}

describe('what is kept is attended to', () => {
  for (const build of BUILDS)
    for (const kept of ['float32', 'int16'] as const)
      for (const c of CASES)
        test(`${build}, ${kept}: ${JSON.stringify(c)}`, async () => {
          const { depth, slots, first, last, reach = 0 } = c;
          const random = createRandom(JSON.stringify(c));
          // Rows of all sizes: each has a unit of its own.
          const row = (size: number) => {
            const scale = 10 ** (2 * random() - 1);
            return Float32Array.from({ length: size }, () => scale * (2 * random() - 1));
          };
          const instance = await instantiate(await loadTransformerModule(readKernels, build));
          const distances = Float32Array.from({ length: HEADS * reach * depth }, () => random() - 0.5);
          const placed = placeDistances(
            instance,
            reach > 0 ? { reach, data: distances } : undefined,
            depth,
            kept,
          );
          const attention = {
            keyDepth: depth,
            valueDepth: depth,
            kept,
            ...placed,
          } as unknown as PlacedAttention;
          const keeper = createKeeper(instance, attention, HEADS, slots);
          const [keys, values] = [0, 1].map(() => Array.from({ length: last + 1 }, () => row(HEADS * depth)));
          for (let position = 0; position <= last; position++)
            keeper.keep(
              position,
              instance.arena.store(keys[position]),
              instance.arena.store(values[position]),
            );
          const q = Float32Array.from({ length: HEADS * depth }, () => 0.2 * (2 * random() - 1));
          const y = instance.arena.reserve(4 * HEADS * depth);
          const compare = () => {
            keeper.attend(instance.arena.store(q), first, last, y);
            const found = instance.arena.floats(y, HEADS * depth);
            const expected = attended(q, keys, values, c, distances);
            const size = Math.max(...expected.map(Math.abs));
            const tolerance = size * (kept === 'float32' ? 1e-5 : 1e-3);
            expected.forEach((value, n) =>
              assert.ok(Math.abs(found[n] - value) <= tolerance, `${n}: ${found[n]}, not ${value}`),
            );
          };
          compare();
          const copy = keeper.copy();
          for (let position = last + 1; position < last + slots; position++)
            keeper.keep(
              position,
              instance.arena.store(row(HEADS * depth)),
              instance.arena.store(row(HEADS * depth)),
            );
          keeper.paste(copy);
          compare();
        });
});
