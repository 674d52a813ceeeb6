/**
 * Recurrent networks one step at a time: products of one vector with a matrix, LSTM gates, attention over past outputs.
 * What src/ops/lstm/wasm.ts calls; the layouts are its packing.ts. A step reads every weight once, so memory bounds it:
 * matrices are streams, read from front to back, float32 or int16.
 *
 * Vectors are padded with zeros to multiples of 8 floats, products to multiples of PANEL columns.
 */
import { tanh4 } from './math';
import { add, fma } from './simd';

/** Columns that one pass over the vector computes: 8 accumulators. */
const PANEL = 32;
/** Products that are added up by themselves. */
const SEGMENT = 64;
/** Rows of a matrix of integers that share a scale per column. As in packing.ts. */
const GROUP = 128;
/** The largest integer of a vector; those of a matrix are up to 2047, so the sums of a group stay below 2^31. */
const LEVELS: f32 = 8191;

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}

/** y[n] = bias[n] + sum of values[i] * rows[indices[i]][n]: the product with a vector that is zero but at `count` places. */
export function lookUp(
  rows: usize,
  indices: usize,
  values: usize,
  count: i32,
  bias: usize,
  n: i32,
  y: usize,
): void {
  memory.copy(y, bias, <usize>n * 4);
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = v128.load32_splat(values + i * 4);
    const row = rows + <usize>load<i32>(indices + i * 4) * <usize>n * 4;
    for (let at: usize = 0; at < <usize>n * 4; at += 16) {
      v128.store(y + at, fma(value, v128.load(row + at), v128.load(y + at)));
    }
  }
}

/**
 * y[n] += sum over k of x[k] w[k, n]; w is packed [n / PANEL][k][PANEL]. Sums of SEGMENT products are added up each for itself:
 * one long sum in float32 rounds several times as much.
 */
export function multiplyAdd(x: usize, k: i32, w: usize, n: i32, y: usize): void {
  const end = x + <usize>k * 4;
  for (let panel = 0; panel < n; panel += PANEL, y += PANEL * 4) {
    let at = x;
    do {
      const segmentEnd = at + SEGMENT * 4 < end ? at + SEGMENT * 4 : end;
      let a0 = f32x4.splat(0);
      let a1 = f32x4.splat(0);
      let a2 = f32x4.splat(0);
      let a3 = f32x4.splat(0);
      let a4 = f32x4.splat(0);
      let a5 = f32x4.splat(0);
      let a6 = f32x4.splat(0);
      let a7 = f32x4.splat(0);
      do {
        const value = v128.load32_splat(at);
        a0 = fma(value, v128.load(w), a0);
        a1 = fma(value, v128.load(w, 16), a1);
        a2 = fma(value, v128.load(w, 32), a2);
        a3 = fma(value, v128.load(w, 48), a3);
        a4 = fma(value, v128.load(w, 64), a4);
        a5 = fma(value, v128.load(w, 80), a5);
        a6 = fma(value, v128.load(w, 96), a6);
        a7 = fma(value, v128.load(w, 112), a7);
        w += PANEL * 4;
        at += 4;
      } while (at < segmentEnd);
      v128.store(y, add(v128.load(y), a0));
      v128.store(y, add(v128.load(y, 16), a1), 16);
      v128.store(y, add(v128.load(y, 32), a2), 32);
      v128.store(y, add(v128.load(y, 48), a3), 48);
      v128.store(y, add(v128.load(y, 64), a4), 64);
      v128.store(y, add(v128.load(y, 80), a5), 80);
      v128.store(y, add(v128.load(y, 96), a6), 96);
      v128.store(y, add(v128.load(y, 112), a7), 112);
    } while (at < end);
  }
}

/**
 * As {@link multiplyAdd}, in int16: w is packed [n / PANEL][groups of k] of { PANEL scales, [rows / 2][PANEL][2] integers }.
 * As fast as int8, which would have to be widened first, and sixteen times as fine.
 * @param q 2 k bytes of scratch
 */
export function multiplyAddInt16(x: usize, k: i32, w: usize, n: i32, y: usize, q: usize): void {
  const unit = quantise(x, k, q);
  if (unit == 0) return;
  const step = f32x4.splat(unit);
  const end = q + <usize>k * 2;
  for (let panel = 0; panel < n; panel += PANEL, y += PANEL * 4) {
    let at = q;
    do {
      const scales = w;
      w += PANEL * 4;
      const groupEnd = at + GROUP * 2 < end ? at + GROUP * 2 : end;
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let a2 = i32x4.splat(0);
      let a3 = i32x4.splat(0);
      let a4 = i32x4.splat(0);
      let a5 = i32x4.splat(0);
      let a6 = i32x4.splat(0);
      let a7 = i32x4.splat(0);
      do {
        const pair = v128.load32_splat(at);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load(w)));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load(w, 16)));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, v128.load(w, 32)));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, v128.load(w, 48)));
        a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, v128.load(w, 64)));
        a5 = i32x4.add(a5, i32x4.dot_i16x8_s(pair, v128.load(w, 80)));
        a6 = i32x4.add(a6, i32x4.dot_i16x8_s(pair, v128.load(w, 96)));
        a7 = i32x4.add(a7, i32x4.dot_i16x8_s(pair, v128.load(w, 112)));
        w += PANEL * 4;
        at += 4;
      } while (at < groupEnd);
      addScaled(y, scales, a0, step);
      addScaled(y + 16, scales + 16, a1, step);
      addScaled(y + 32, scales + 32, a2, step);
      addScaled(y + 48, scales + 48, a3, step);
      addScaled(y + 64, scales + 64, a4, step);
      addScaled(y + 80, scales + 80, a5, step);
      addScaled(y + 96, scales + 96, a6, step);
      addScaled(y + 112, scales + 112, a7, step);
    } while (at < end);
  }
}

// @ts-ignore: decorator
@inline
function addScaled(y: usize, scales: usize, sum: v128, step: v128): void {
  const scale = f32x4.mul(v128.load(scales), step);
  v128.store(y, fma(scale, f32x4.convert_i32x4_s(sum), v128.load(y)));
}

/** Writes x as int16 multiples of a unit that makes its largest magnitude LEVELS. @returns the unit, 0 if x is zero */
function quantise(x: usize, k: i32, q: usize): f32 {
  const bytes = <usize>k * 4;
  let largest = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    largest = f32x4.pmax(largest, f32x4.abs(v128.load(x + at)));
  }
  const low = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  const high = max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3));
  const limit = max(low, high);
  if (limit == 0) return 0;
  const factor = f32x4.splat(LEVELS / limit);
  for (let at: usize = 0; at < bytes; at += 32) {
    const first = f32x4.nearest(f32x4.mul(factor, v128.load(x + at)));
    const second = f32x4.nearest(f32x4.mul(factor, v128.load(x + at, 16)));
    const narrow = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(first), i32x4.trunc_sat_f32x4_s(second));
    v128.store(q + (at >> 1), narrow);
  }
  return limit / LEVELS;
}

// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return fma(half, tanh4(f32x4.mul(half, x)), half);
}

/**
 * The cell after its products: gates [i | j | f | o], each of `size` floats, the forget bias already in f.
 * c = c sigmoid(f) + sigmoid(i) tanh(j); h = tanh(c) sigmoid(o), both in place.
 */
export function updateCell(gates: usize, size: i32, c: usize, h: usize): void {
  const bytes = <usize>size * 4;
  for (let at: usize = 0; at < bytes; at += 16) {
    const i = sigmoid4(v128.load(gates + at));
    const j = tanh4(v128.load(gates + bytes + at));
    const f = sigmoid4(v128.load(gates + 2 * bytes + at));
    const o = sigmoid4(v128.load(gates + 3 * bytes + at));
    const cell = fma(f, v128.load(c + at), f32x4.mul(i, j));
    v128.store(c + at, cell);
    v128.store(h + at, f32x4.mul(o, tanh4(cell)));
  }
}

/**
 * Additive attention over `length` past outputs: s_k = v . tanh(keys_k + query), a = softmax(s), y = sum of a_k history_k.
 * Slots come in any order: the sum has none.
 * @param keys [length, size] the history times the key matrix
 * @param scores `length` floats of scratch
 */
export function attend(
  query: usize,
  keys: usize,
  history: usize,
  v: usize,
  length: i32,
  size: i32,
  scores: usize,
  y: usize,
): void {
  const bytes = <usize>size * 4;
  let largest: f32 = -f32.MAX_VALUE;
  for (let k = 0; k < length; k++, keys += bytes) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      sum = fma(v128.load(v + at), tanh4(add(v128.load(keys + at), v128.load(query + at))), sum);
    }
    const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    const score = low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(scores + (<usize>k << 2), score);
    largest = max(largest, score);
  }
  let total: f32 = 0;
  for (let at: usize = 0; at < <usize>length * 4; at += 4) {
    const weight = Mathf.exp(load<f32>(scores + at) - largest);
    store<f32>(scores + at, weight);
    total += weight;
  }
  memory.fill(y, 0, bytes);
  for (let k: usize = 0; k < <usize>length; k++, history += bytes) {
    const weight = f32x4.splat(load<f32>(scores + k * 4) / total);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(y + at, fma(weight, v128.load(history + at), v128.load(y + at)));
    }
  }
}
