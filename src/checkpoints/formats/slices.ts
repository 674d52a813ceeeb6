/** Puts a tensor together from its parts. */
import { malformed } from '../failures.js';
import type { Extent } from './slice-key.js';
import { valuesOf } from './tensorflow-types.js';

export interface Slice {
  /** One per dimension; none: all of the tensor. */
  readonly extents: readonly Extent[];
  /** Row-major. */
  readonly data: Float32Array | Int32Array;
}

/** @throws CHECKPOINT_FORMAT where parts do not fit or do not fill it */
export function placeSlice(
  shape: readonly number[],
  slices: readonly Slice[],
  where: string,
): Float32Array | Int32Array {
  const [first] = slices;
  const length = valuesOf(shape);
  if (slices.reduce((sum, { data }) => sum + data.length, 0) !== length || !first) {
    throw malformed(where, `its parts do not make up the shape ${shape.join(' x ')}`);
  }
  if (slices.length === 1) return first.data;
  const whole = first.data instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
  for (const { extents, data } of slices) {
    const bounds = shape.map((size, i) => {
      const { start, length: count } = extents[i] ?? { start: 0, length: -1 };
      return { start, count: count < 0 ? size : count, size };
    });
    if (
      bounds.some(({ start, count, size }) => start < 0 || start + count > size) ||
      valuesOf(bounds.map(({ count }) => count)) !== data.length
    ) {
      throw malformed(where, 'a part of it lies outside of its shape');
    }
    const run = bounds.at(-1)?.count ?? 1;
    for (let from = 0; from < data.length; from += run) {
      // Where the row of values at `from` of the part lies in the whole.
      let rest = from;
      let to = 0;
      let stride = 1;
      for (const { start, count, size } of [...bounds].reverse()) {
        to += (start + (rest % count)) * stride;
        rest = Math.floor(rest / count);
        stride *= size;
      }
      whole.set(data.subarray(from, from + run), to);
    }
  }
  return whole;
}
