/** Keys and values that attention reaches back to, in slots: position p has slot p modulo their number. */
import type { Precision } from '../layers/packing.js';
import { headOf, keptPrecision, type PlacedAttention } from './placed-layers.js';
import { depthOf, type AttentionWeights } from './network.js';
import type { TransformerInstance } from './wasm-kernels.js';

/** The keys and values of one layer. */
export interface Keeper {
  readonly slots: number;
  /** Keeps a position. @param keys [heads, depth] at this address @param values likewise */
  keep(position: number, keys: number, values: number): void;
  /** Computes y, [heads, depth], of attention from q over the positions `first` to `last`; both are addresses. */
  attend(q: number, first: number, last: number, y: number): void;
  copy(): Uint8Array;
  paste(kept: Uint8Array): void;
}

/** Bytes of keys and values of one position. */
export function bytesOfSlot(weights: AttentionWeights, heads: number, precision: Precision): number {
  const depths = headOf(depthOf(weights.key, heads)) + headOf(depthOf(weights.value, heads));
  return keptPrecision(precision, weights, heads) === 'int16' ? heads * (2 * depths + 8) : 4 * heads * depths;
}

/** Behind the last score there is written as well. */
const BEHIND = 16;

/**
 * @param slots rounded up to an even number
 * @throws WASM_UNAVAILABLE when there is not enough memory
 */
export function createKeeper(
  instance: TransformerInstance,
  attention: PlacedAttention,
  heads: number,
  slots: number,
): Keeper {
  const { arena, kernels } = instance;
  const { keyDepth, valueDepth, kept, distances, distanceUnits, reach } = attention;
  const even = slots + (slots % 2);
  const rows = heads * even;
  const isNarrow = kept === 'int16';
  const width = isNarrow ? 2 : 4;
  const sizes = [
    width * rows * keyDepth,
    width * rows * valueDepth,
    ...(isNarrow ? [4 * rows, 4 * rows] : []),
  ];
  const areas = sizes.map((bytes) => ({ address: arena.reserve(bytes), bytes }));
  const [keys, values, keyUnits, valueUnits] = areas.map(({ address }) => address);
  const scores = arena.reserve(4 * (even + BEHIND));
  const sized = [heads, keyDepth, valueDepth, even];
  const record = isNarrow
    ? arena.record(
        ...sized,
        ...[keys, keyUnits, values, valueUnits, distances, distanceUnits, reach, scores],
        arena.reserve(2 * Math.max(even + BEHIND, keyDepth, valueDepth)),
      )
    : arena.record(...sized, keys, values, distances, reach, scores);
  const { keep, attend } = isNarrow
    ? { keep: kernels.keepInt16, attend: kernels.attendInt16 }
    : { keep: kernels.keep, attend: kernels.attend };
  const bytesOf = (address: number, bytes: number) => new Uint8Array(arena.buffer, address, bytes);
  return {
    slots: even,
    keep: (position, from, other) => keep(record, position, from, other),
    attend: (q, first, last, y) => attend(record, q, first, last, y),
    copy() {
      const copied = new Uint8Array(sizes.reduce((sum, bytes) => sum + bytes, 0));
      let at = 0;
      for (const { address, bytes } of areas) {
        copied.set(bytesOf(address, bytes), at);
        at += bytes;
      }
      return copied;
    },
    paste(copied) {
      let at = 0;
      for (const { address, bytes } of areas) {
        bytesOf(address, bytes).set(copied.subarray(at, at + bytes));
        at += bytes;
      }
    },
  };
}
