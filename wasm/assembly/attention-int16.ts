/**
 * As attention.ts, keys and values in int16: half the memory to read, and twice as many products in an instruction. Each row of a
 * head has a unit of its own, so it is as fine as its largest value allows.
 */
import { exponentials } from './attention';
import { quantise } from './products';
import { fma, sums4 } from './simd';

/** As src/ops/transformer/keepers.ts writes it down. Depths are multiples of 8 up to 128, so a sum of a head's products fits 32 bits. */
@unmanaged
class NarrowAttention {
  heads: i32;
  keyDepth: i32;
  valueDepth: i32;
  /** Even: values of two neighbours lie together. */
  slots: i32;
  /** [heads, slots, keyDepth] */
  keys: usize;
  /** [heads, slots] */
  keyUnits: usize;
  /** [heads, slots / 2, valueDepth, 2] */
  values: usize;
  /** [heads, slots] */
  valueUnits: usize;
  /** [heads, reach, keyDepth], the last row is distance 0; 0 where content alone counts. */
  distances: usize;
  /** [heads, reach] */
  distanceUnits: usize;
  reach: i32;
  /** Scratch for a score of each slot, and of 16 more. */
  scores: usize;
  /** Scratch for an integer of each slot and of 16 more, or of a row. */
  narrow: usize;
}

/** Pairs of positions whose products are added up before they become floats: 16 products below 2^26 each. */
const PAIRS: usize = 8;

/** Writes the keys and values of one position, [heads, depth] floats each, to its slot. */
export function keepInt16(attention: usize, position: i32, keys: usize, values: usize): void {
  const a = changetype<NarrowAttention>(attention);
  const slot = <usize>(position % a.slots);
  const keyBytes = <usize>a.keyDepth * 2;
  const valueBytes = <usize>a.valueDepth * 2;
  let row = slot;
  for (let head = 0; head < a.heads; head++, row += <usize>a.slots) {
    store<f32>(a.keyUnits + row * 4, quantise(keys, keyBytes * 2, a.keys + row * keyBytes));
    store<f32>(a.valueUnits + row * 4, quantise(values, valueBytes * 2, a.narrow));
    let to = a.values + (row & ~1) * valueBytes + (row & 1) * 2;
    for (let from: usize = 0; from < valueBytes; from += 2, to += 4) store<i16>(to, load<i16>(a.narrow + from));
    keys += keyBytes * 2;
    values += valueBytes * 2;
  }
}

/** As `attend` of attention.ts. */
export function attendInt16(attention: usize, q: usize, first: i32, last: i32, y: usize): void {
  const a = changetype<NarrowAttention>(attention);
  const slots = <usize>a.slots;
  const count = <usize>(last - first + 1);
  const start = <usize>(first % a.slots);
  const early = min(count, slots - start);
  const late = count - early;
  const keyBytes = <usize>a.keyDepth * 2;
  const valueBytes = <usize>a.valueDepth * 2;
  const known = min(count, <usize>a.reach);
  // Values lie in pairs: where the first slot is the second of its pair, the other one has no weight.
  const odd = start & 1;
  const scores = a.scores + odd * 4;
  for (let head: usize = 0; head < <usize>a.heads; head++, q += keyBytes * 2, y += valueBytes * 2) {
    const row = head * slots;
    const unit = quantise(q, keyBytes * 2, a.narrow);
    memory.fill(a.scores, 0, (count + odd) * 4);
    addDots(a.narrow, unit, a.keys + (row + start) * keyBytes, a.keyUnits + (row + start) * 4, keyBytes, early, scores);
    addDots(a.narrow, unit, a.keys + row * keyBytes, a.keyUnits + row * 4, keyBytes, late, scores + early * 4);
    if (a.distances != 0) {
      const from = (head + 1) * <usize>a.reach - known;
      const at = scores + (count - known) * 4;
      addDots(a.narrow, unit, a.distances + from * keyBytes, a.distanceUnits + from * 4, keyBytes, known, at);
    }
    const sum = exponentials(scores, count);
    scale(scores, a.valueUnits + (row + start) * 4, early);
    scale(scores + early * 4, a.valueUnits + row * 4, late);
    memory.fill(scores + count * 4, 0, 32);
    const weights = a.narrow;
    const own = quantise(a.scores, ((count + odd + 7) & ~7) * 4, weights);
    memory.fill(y, 0, valueBytes * 2);
    const pairs = (early + odd + 1) >> 1;
    mix(weights, a.values + (row + start - odd) * valueBytes, valueBytes * 2, pairs, y);
    mix(weights + pairs * 4, a.values + row * valueBytes, valueBytes * 2, (late + 1) >> 1, y);
    const share = f32x4.splat(own / sum);
    for (let at: usize = 0; at < valueBytes * 2; at += 16) v128.store(y + at, f32x4.mul(share, v128.load(y + at)));
  }
}

/** scores[j] += (unit q) . (units[j] rows[j]) */
function addDots(q: usize, unit: f32, rows: usize, units: usize, bytes: usize, count: usize, scores: usize): void {
  const end = q + bytes;
  const factor = f32x4.splat(unit);
  let left = count;
  for (; left >= 4; left -= 4, rows += 4 * bytes, units += 16, scores += 16) {
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let s3 = i32x4.splat(0);
    let row = rows;
    for (let at = q; at < end; at += 16, row += 16) {
      const value = v128.load(at);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(value, v128.load(row)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(value, v128.load(row + bytes)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(value, v128.load(row + 2 * bytes)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(value, v128.load(row + 3 * bytes)));
    }
    const dots = sums4(
      f32x4.convert_i32x4_s(s0), f32x4.convert_i32x4_s(s1), f32x4.convert_i32x4_s(s2), f32x4.convert_i32x4_s(s3),
    );
    v128.store(scores, fma(f32x4.mul(factor, v128.load(units)), dots, v128.load(scores)));
  }
  for (; left > 0; left--, rows += bytes, units += 4, scores += 4) {
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16)
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(q + at), v128.load(rows + at)));
    const lanes = f32x4.convert_i32x4_s(sum);
    const dot = f32x4.extract_lane(sums4(lanes, lanes, lanes, lanes), 0);
    store<f32>(scores, load<f32>(scores) + unit * load<f32>(units) * dot);
  }
}

/** values[j] *= units[j] */
function scale(values: usize, units: usize, count: usize): void {
  let left = count;
  for (; left >= 4; left -= 4, values += 16, units += 16)
    v128.store(values, f32x4.mul(v128.load(values), v128.load(units)));
  for (; left > 0; left--, values += 4, units += 4) store<f32>(values, load<f32>(values) * load<f32>(units));
}

/** y += weights[j] rows[j], in pairs of rows; `bytes` of a pair, a multiple of 32. */
function mix(weights: usize, rows: usize, bytes: usize, pairs: usize, y: usize): void {
  while (pairs > 0) {
    const some = min(PAIRS, pairs);
    const end = weights + some * 4;
    let from: usize = 0;
    for (; from + 128 <= bytes; from += 128) {
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let a2 = i32x4.splat(0);
      let a3 = i32x4.splat(0);
      let a4 = i32x4.splat(0);
      let a5 = i32x4.splat(0);
      let a6 = i32x4.splat(0);
      let a7 = i32x4.splat(0);
      let row = rows + from;
      for (let at = weights; at < end; at += 4, row += bytes) {
        const pair = v128.load32_splat(at);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load(row)));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load(row, 16)));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, v128.load(row, 32)));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, v128.load(row, 48)));
        a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, v128.load(row, 64)));
        a5 = i32x4.add(a5, i32x4.dot_i16x8_s(pair, v128.load(row, 80)));
        a6 = i32x4.add(a6, i32x4.dot_i16x8_s(pair, v128.load(row, 96)));
        a7 = i32x4.add(a7, i32x4.dot_i16x8_s(pair, v128.load(row, 112)));
      }
      addIntegers(y + from, a0);
      addIntegers(y + from + 16, a1);
      addIntegers(y + from + 32, a2);
      addIntegers(y + from + 48, a3);
      addIntegers(y + from + 64, a4);
      addIntegers(y + from + 80, a5);
      addIntegers(y + from + 96, a6);
      addIntegers(y + from + 112, a7);
    }
    for (; from < bytes; from += 32) {
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let row = rows + from;
      for (let at = weights; at < end; at += 4, row += bytes) {
        const pair = v128.load32_splat(at);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load(row)));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load(row, 16)));
      }
      addIntegers(y + from, a0);
      addIntegers(y + from + 16, a1);
    }
    rows += some * bytes;
    weights = end;
    pairs -= some;
  }
}

// @ts-ignore: decorator
@inline
function addIntegers(y: usize, sum: v128): void {
  v128.store(y, f32x4.add(v128.load(y), f32x4.convert_i32x4_s(sum)));
}
