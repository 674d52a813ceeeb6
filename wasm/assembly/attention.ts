/**
 * Attention of one position over keys and values that are kept, and layer norms. Keys and values of a head lie one behind the
 * other, so attention is two streams that are read from front to back; position p has slot p modulo the number of slots.
 */
import { exp4 } from './math';
import { add, fma, sums4 } from './simd';

/** As src/ops/transformer/wasm.ts writes it down. Depths are multiples of 8 floats. */
@unmanaged
class Attention {
  heads: i32;
  keyDepth: i32;
  valueDepth: i32;
  slots: i32;
  /** [heads, slots, keyDepth] */
  keys: usize;
  /** [heads, slots, valueDepth] */
  values: usize;
  /** [heads, reach, keyDepth], the last row is distance 0; 0 where content alone counts. */
  distances: usize;
  reach: i32;
  /** Scratch for a score of each slot, and of 4 more. */
  scores: usize;
}

/** Writes the keys and values of one position, [heads, depth] each, to its slot. */
export function keep(attention: usize, position: i32, keys: usize, values: usize): void {
  const a = changetype<Attention>(attention);
  const slot = <usize>(position % a.slots);
  const slots = <usize>a.slots;
  const keyBytes = <usize>a.keyDepth * 4;
  const valueBytes = <usize>a.valueDepth * 4;
  for (let head: usize = 0; head < <usize>a.heads; head++) {
    memory.copy(a.keys + (head * slots + slot) * keyBytes, keys + head * keyBytes, keyBytes);
    memory.copy(a.values + (head * slots + slot) * valueBytes, values + head * valueBytes, valueBytes);
  }
}

/**
 * y = softmax(q K + q E) V of each head, over the positions `first` to `last`. Where there are distances, they are those to `last`;
 * positions further back than they reach are told by their content alone.
 * @param q [heads, keyDepth], already scaled
 * @param y [heads, valueDepth]
 */
export function attend(attention: usize, q: usize, first: i32, last: i32, y: usize): void {
  const a = changetype<Attention>(attention);
  const slots = <usize>a.slots;
  const count = <usize>(last - first + 1);
  const start = <usize>(first % a.slots);
  const early = min(count, slots - start);
  const keyBytes = <usize>a.keyDepth * 4;
  const valueBytes = <usize>a.valueDepth * 4;
  const known = min(count, <usize>a.reach);
  const scores = a.scores;
  for (let head: usize = 0; head < <usize>a.heads; head++, q += keyBytes, y += valueBytes) {
    const keys = a.keys + head * slots * keyBytes;
    memory.fill(scores, 0, count * 4);
    addDots(q, keys + start * keyBytes, keyBytes, early, scores);
    addDots(q, keys, keyBytes, count - early, scores + early * 4);
    if (a.distances != 0) {
      const rows = a.distances + ((head + 1) * <usize>a.reach - known) * keyBytes;
      addDots(q, rows, keyBytes, known, scores + (count - known) * 4);
    }
    const share = f32x4.splat(1 / exponentials(scores, count));
    const values = a.values + head * slots * valueBytes;
    memory.fill(y, 0, valueBytes);
    mix(scores, values + start * valueBytes, valueBytes, early, y);
    mix(scores + early * 4, values, valueBytes, count - early, y);
    for (let at: usize = 0; at < valueBytes; at += 16) v128.store(y + at, f32x4.mul(share, v128.load(y + at)));
  }
}

/** scores[j] += q . rows[j] */
function addDots(q: usize, rows: usize, bytes: usize, count: usize, scores: usize): void {
  const end = q + bytes;
  let left = count;
  for (; left >= 4; left -= 4, rows += 4 * bytes, scores += 16) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let row = rows;
    for (let at = q; at < end; at += 16, row += 16) {
      const value = v128.load(at);
      s0 = fma(value, v128.load(row), s0);
      s1 = fma(value, v128.load(row + bytes), s1);
      s2 = fma(value, v128.load(row + 2 * bytes), s2);
      s3 = fma(value, v128.load(row + 3 * bytes), s3);
    }
    v128.store(scores, add(v128.load(scores), sums4(s0, s1, s2, s3)));
  }
  for (; left > 0; left--, rows += bytes, scores += 4) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) sum = fma(v128.load(q + at), v128.load(rows + at), sum);
    store<f32>(scores, load<f32>(scores) + f32x4.extract_lane(sums4(sum, sum, sum, sum), 0));
  }
}

/** Replaces scores by e^(score - largest), and writes over up to three behind them. @returns their sum */
export function exponentials(scores: usize, count: usize): f32 {
  const end = scores + count * 4;
  // What lies behind the last score, up to a whole vector, must not count.
  for (let at = end; at < scores + ((count + 3) & ~3) * 4; at += 4) store<f32>(at, -3e38);
  let largest = v128.load(scores);
  for (let at = scores + 16; at < end; at += 16) largest = f32x4.pmax(largest, v128.load(at));
  const low = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  const high = max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3));
  const top = f32x4.splat(max(low, high));
  let sum = f32x4.splat(0);
  for (let at = scores; at < end; at += 16) {
    // Below, exp4 has no exponent left; e^-87 is as good as nothing.
    const power = exp4(f32x4.pmax(f32x4.splat(-87), f32x4.sub(v128.load(at), top)));
    v128.store(at, power);
    sum = add(sum, power);
  }
  return f32x4.extract_lane(sums4(sum, sum, sum, sum), 0);
}

/** y += weights[j] rows[j] */
function mix(weights: usize, rows: usize, bytes: usize, count: usize, y: usize): void {
  const end = weights + count * 4;
  let from: usize = 0;
  for (; from + 64 <= bytes; from += 64) {
    let y0 = v128.load(y + from);
    let y1 = v128.load(y + from, 16);
    let y2 = v128.load(y + from, 32);
    let y3 = v128.load(y + from, 48);
    let row = rows + from;
    for (let at = weights; at < end; at += 4, row += bytes) {
      const weight = v128.load32_splat(at);
      y0 = fma(weight, v128.load(row), y0);
      y1 = fma(weight, v128.load(row, 16), y1);
      y2 = fma(weight, v128.load(row, 32), y2);
      y3 = fma(weight, v128.load(row, 48), y3);
    }
    v128.store(y + from, y0);
    v128.store(y + from, y1, 16);
    v128.store(y + from, y2, 32);
    v128.store(y + from, y3, 48);
  }
  for (; from < bytes; from += 16) {
    let sum = v128.load(y + from);
    let row = rows + from;
    for (let at = weights; at < end; at += 4, row += bytes) sum = fma(v128.load32_splat(at), v128.load(row), sum);
    v128.store(y + from, sum);
  }
}

/**
 * y = (x - mean) / sqrt(variance + 1e-6) * scale + bias for each of `count` rows of `size` floats.
 * @param bytes of a row; it is padded with zeros, as are scale and bias
 */
export function normalise(x: usize, count: i32, bytes: usize, size: i32, scale: usize, bias: usize, y: usize): void {
  const padding = <f32>((bytes >> 2) - <usize>size);
  for (let row = 0; row < count; row++, x += bytes, y += bytes) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) sum = add(sum, v128.load(x + at));
    const mean = f32x4.extract_lane(sums4(sum, sum, sum, sum), 0) / <f32>size;
    const means = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = f32x4.sub(v128.load(x + at), means);
      squares = fma(from, from, squares);
    }
    // The padding differs from the mean as well, and is no part of the row.
    const total = f32x4.extract_lane(sums4(squares, squares, squares, squares), 0) - padding * mean * mean;
    const factor = f32x4.splat(1 / sqrt<f32>(total / <f32>size + 1e-6));
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = f32x4.mul(factor, f32x4.sub(v128.load(x + at), means));
      v128.store(y + at, fma(from, v128.load(scale + at), v128.load(bias + at)));
    }
  }
}

/** y[r] += row for each of `count` rows. */
export function addRow(row: usize, bytes: usize, count: i32, y: usize): void {
  for (let i = 0; i < count; i++) {
    for (let at: usize = 0; at < bytes; at += 16, y += 16) v128.store(y, add(v128.load(y), v128.load(row + at)));
  }
}
