/**
 * Products of matrices with some vectors at once. A matrix is a stream: its panels of 32 columns are read from front to back, a
 * segment of rows at a time, which stays in the first-level cache while every vector passes. One vector alone is bound by memory,
 * several are bound by arithmetic.
 *
 * Vectors are padded with zeros to multiples of 8 floats and lie one behind the other; products have whole panels.
 */
import { add, fma } from './simd';

/** Columns that one pass over a vector computes: 8 accumulators. */
export const PANEL: usize = 32;
/** Rows whose products are added up by themselves: one long sum in float32 rounds several times as much. */
const SEGMENT: usize = 64;
/** Rows of a matrix of integers that share a scale per column. As in packing.ts. */
export const GROUP: usize = 128;
/** The largest integer of a vector; those of a matrix are up to 2047, so the sums of a group stay below 2^31. */
const LEVELS: f32 = 8191;

/** A packed matrix, as src/ops/layers/placed-matrix.ts writes it down. */
@unmanaged
export class Matrix {
  rows: i32;
  columns: i32;
  weights: usize;
}

/** y[r] += x[r] W for each of `count` vectors; W is packed [columns / PANEL][rows][PANEL]. */
export function multiplyAdd(matrix: usize, x: usize, count: i32, y: usize): void {
  const m = changetype<Matrix>(matrix);
  const xBytes = <usize>m.rows * 4;
  const yBytes = <usize>m.columns * 4;
  let w = m.weights;
  for (let panel: usize = 0; panel < yBytes; panel += PANEL * 4) {
    for (let from: usize = 0; from < xBytes; from += SEGMENT * 4) {
      const bytes = min<usize>(SEGMENT * 4, xBytes - from);
      let vector = x + from;
      let sums = y + panel;
      let row = 1;
      for (; row < count; row += 2, vector += 2 * xBytes, sums += 2 * yBytes) {
        addSegment2(vector, xBytes, bytes, w, sums, yBytes);
        addSegment2(vector, xBytes, bytes, w + 64, sums + 64, yBytes);
      }
      if (row == count) addSegment(vector, bytes, w, sums);
      w += bytes * PANEL;
    }
  }
}

// @ts-ignore: decorator
@inline
function addSegment(x: usize, bytes: usize, w: usize, y: usize): void {
  const end = x + bytes;
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let a5 = f32x4.splat(0);
  let a6 = f32x4.splat(0);
  let a7 = f32x4.splat(0);
  do {
    const value = v128.load32_splat(x);
    a0 = fma(value, v128.load(w), a0);
    a1 = fma(value, v128.load(w, 16), a1);
    a2 = fma(value, v128.load(w, 32), a2);
    a3 = fma(value, v128.load(w, 48), a3);
    a4 = fma(value, v128.load(w, 64), a4);
    a5 = fma(value, v128.load(w, 80), a5);
    a6 = fma(value, v128.load(w, 96), a6);
    a7 = fma(value, v128.load(w, 112), a7);
    w += PANEL * 4;
    x += 4;
  } while (x < end);
  v128.store(y, add(v128.load(y), a0));
  v128.store(y, add(v128.load(y, 16), a1), 16);
  v128.store(y, add(v128.load(y, 32), a2), 32);
  v128.store(y, add(v128.load(y, 48), a3), 48);
  v128.store(y, add(v128.load(y, 64), a4), 64);
  v128.store(y, add(v128.load(y, 80), a5), 80);
  v128.store(y, add(v128.load(y, 96), a6), 96);
  v128.store(y, add(v128.load(y, 112), a7), 112);
}

/** Two vectors and half of a panel: 6 loads for 8 products, where one vector alone needs 9. */
// @ts-ignore: decorator
@inline
function addSegment2(x: usize, xStride: usize, bytes: usize, w: usize, y: usize, yStride: usize): void {
  const end = x + bytes;
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  do {
    const first = v128.load32_splat(x);
    const second = v128.load32_splat(x + xStride);
    const w0 = v128.load(w);
    a0 = fma(first, w0, a0);
    b0 = fma(second, w0, b0);
    const w1 = v128.load(w, 16);
    a1 = fma(first, w1, a1);
    b1 = fma(second, w1, b1);
    const w2 = v128.load(w, 32);
    a2 = fma(first, w2, a2);
    b2 = fma(second, w2, b2);
    const w3 = v128.load(w, 48);
    a3 = fma(first, w3, a3);
    b3 = fma(second, w3, b3);
    w += PANEL * 4;
    x += 4;
  } while (x < end);
  v128.store(y, add(v128.load(y), a0));
  v128.store(y, add(v128.load(y, 16), a1), 16);
  v128.store(y, add(v128.load(y, 32), a2), 32);
  v128.store(y, add(v128.load(y, 48), a3), 48);
  y += yStride;
  v128.store(y, add(v128.load(y), b0));
  v128.store(y, add(v128.load(y, 16), b1), 16);
  v128.store(y, add(v128.load(y, 32), b2), 32);
  v128.store(y, add(v128.load(y, 48), b3), 48);
}

/** y += x W for one vector that is zero but at `count` places: a row of the matrix is added for each. */
export function multiplyAddSparse(matrix: usize, indices: usize, values: usize, count: i32, y: usize): void {
  if (count == 0) return;
  const m = changetype<Matrix>(matrix);
  const panelBytes = <usize>m.rows * PANEL * 4;
  const end = indices + <usize>count * 4;
  const last = y + <usize>m.columns * 4;
  for (let w = m.weights; y < last; y += PANEL * 4, w += panelBytes) {
    let a0 = v128.load(y);
    let a1 = v128.load(y, 16);
    let a2 = v128.load(y, 32);
    let a3 = v128.load(y, 48);
    let a4 = v128.load(y, 64);
    let a5 = v128.load(y, 80);
    let a6 = v128.load(y, 96);
    let a7 = v128.load(y, 112);
    let at = indices;
    let v = values;
    do {
      const value = v128.load32_splat(v);
      const row = w + <usize>load<i32>(at) * PANEL * 4;
      a0 = fma(value, v128.load(row), a0);
      a1 = fma(value, v128.load(row, 16), a1);
      a2 = fma(value, v128.load(row, 32), a2);
      a3 = fma(value, v128.load(row, 48), a3);
      a4 = fma(value, v128.load(row, 64), a4);
      a5 = fma(value, v128.load(row, 80), a5);
      a6 = fma(value, v128.load(row, 96), a6);
      a7 = fma(value, v128.load(row, 112), a7);
      v += 4;
      at += 4;
    } while (at < end);
    v128.store(y, a0);
    v128.store(y, a1, 16);
    v128.store(y, a2, 32);
    v128.store(y, a3, 48);
    v128.store(y, a4, 64);
    v128.store(y, a5, 80);
    v128.store(y, a6, 96);
    v128.store(y, a7, 112);
  }
}

/**
 * As {@link multiplyAdd}, in int16: W is packed [columns / PANEL][groups of rows] of { PANEL scales, [rows / 2][PANEL][2]
 * integers }. It is as fast as int8, which would have to be widened first, and sixteen times as fine.
 * @param q scratch of 2 bytes for each value of x and 4 for each vector
 */
export function multiplyAddInt16(matrix: usize, x: usize, count: i32, y: usize, q: usize): void {
  const m = changetype<Matrix>(matrix);
  const qBytes = <usize>m.rows * 2;
  const yBytes = <usize>m.columns * 4;
  const units = q + <usize>count * qBytes;
  for (let row: usize = 0; row < <usize>count; row++) {
    store<f32>(units + row * 4, quantise(x + row * qBytes * 2, qBytes * 2, q + row * qBytes));
  }
  let w = m.weights;
  for (let panel: usize = 0; panel < yBytes; panel += PANEL * 4) {
    for (let from: usize = 0; from < qBytes; from += GROUP * 2) {
      const bytes = min<usize>(GROUP * 2, qBytes - from);
      let vector = q + from;
      let sums = y + panel;
      let unit = units;
      let row = 1;
      for (; row < count; row += 2, vector += 2 * qBytes, sums += 2 * yBytes, unit += 8) {
        addGroup2(vector, qBytes, bytes, w, w + PANEL * 4, unit, sums, yBytes);
        addGroup2(vector, qBytes, bytes, w + 64, w + PANEL * 4 + 64, unit, sums + 64, yBytes);
      }
      if (row == count) addGroup(vector, bytes, w, v128.load32_splat(unit), sums);
      w += PANEL * 4 + bytes * PANEL;
    }
  }
}

// @ts-ignore: decorator
@inline
function addGroup(x: usize, bytes: usize, scales: usize, unit: v128, y: usize): void {
  const end = x + bytes;
  let w = scales + PANEL * 4;
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let a2 = i32x4.splat(0);
  let a3 = i32x4.splat(0);
  let a4 = i32x4.splat(0);
  let a5 = i32x4.splat(0);
  let a6 = i32x4.splat(0);
  let a7 = i32x4.splat(0);
  do {
    const pair = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load(w)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load(w, 16)));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, v128.load(w, 32)));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, v128.load(w, 48)));
    a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, v128.load(w, 64)));
    a5 = i32x4.add(a5, i32x4.dot_i16x8_s(pair, v128.load(w, 80)));
    a6 = i32x4.add(a6, i32x4.dot_i16x8_s(pair, v128.load(w, 96)));
    a7 = i32x4.add(a7, i32x4.dot_i16x8_s(pair, v128.load(w, 112)));
    w += PANEL * 4;
    x += 4;
  } while (x < end);
  addScaled(y, scales, a0, unit);
  addScaled(y + 16, scales + 16, a1, unit);
  addScaled(y + 32, scales + 32, a2, unit);
  addScaled(y + 48, scales + 48, a3, unit);
  addScaled(y + 64, scales + 64, a4, unit);
  addScaled(y + 80, scales + 80, a5, unit);
  addScaled(y + 96, scales + 96, a6, unit);
  addScaled(y + 112, scales + 112, a7, unit);
}

// @ts-ignore: decorator
@inline
function addGroup2(
  x: usize, xStride: usize, bytes: usize, scales: usize, w: usize, units: usize, y: usize, yStride: usize,
): void {
  const end = x + bytes;
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let a2 = i32x4.splat(0);
  let a3 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let b2 = i32x4.splat(0);
  let b3 = i32x4.splat(0);
  do {
    const first = v128.load32_splat(x);
    const second = v128.load32_splat(x + xStride);
    const w0 = v128.load(w);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(first, w0));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(second, w0));
    const w1 = v128.load(w, 16);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(first, w1));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(second, w1));
    const w2 = v128.load(w, 32);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(first, w2));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(second, w2));
    const w3 = v128.load(w, 48);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(first, w3));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(second, w3));
    w += PANEL * 4;
    x += 4;
  } while (x < end);
  const unit = v128.load32_splat(units);
  addScaled(y, scales, a0, unit);
  addScaled(y + 16, scales + 16, a1, unit);
  addScaled(y + 32, scales + 32, a2, unit);
  addScaled(y + 48, scales + 48, a3, unit);
  const next = v128.load32_splat(units, 4);
  y += yStride;
  addScaled(y, scales, b0, next);
  addScaled(y + 16, scales + 16, b1, next);
  addScaled(y + 32, scales + 32, b2, next);
  addScaled(y + 48, scales + 48, b3, next);
}

// @ts-ignore: decorator
@inline
export function addScaled(y: usize, scales: usize, sum: v128, unit: v128): void {
  const scale = f32x4.mul(v128.load(scales), unit);
  v128.store(y, fma(scale, f32x4.convert_i32x4_s(sum), v128.load(y)));
}

/** Writes x as int16 multiples of a unit that makes its largest magnitude LEVELS. @returns the unit, 0 if x is zero */
export function quantise(x: usize, bytes: usize, q: usize): f32 {
  let largest = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    largest = f32x4.pmax(largest, f32x4.abs(v128.load(x + at)));
  }
  const low = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  const high = max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3));
  const limit = max(low, high);
  if (limit == 0) {
    memory.fill(q, 0, bytes >> 1);
    return 0;
  }
  const factor = f32x4.splat(LEVELS / limit);
  for (let at: usize = 0; at < bytes; at += 32) {
    const first = f32x4.nearest(f32x4.mul(factor, v128.load(x + at)));
    const second = f32x4.nearest(f32x4.mul(factor, v128.load(x + at, 16)));
    const narrow = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(first), i32x4.trunc_sat_f32x4_s(second));
    v128.store(q + (at >> 1), narrow);
  }
  return limit / LEVELS;
}

/** Copies `from`, `bytes` long, `count` times: the bias that sums begin with. */
export function repeat(from: usize, bytes: usize, count: i32, to: usize): void {
  for (let i = 0; i < count; i++, to += bytes) memory.copy(to, from, bytes);
}
