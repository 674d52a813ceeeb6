/**
 * Products of matrices of 8-bit integers with some vectors at once: half the memory of int16, which is what a network that does not
 * fit into a cache spends its time on. Vectors are quantised as for int16, so nearly all of the error is that of the weights.
 */
import { GROUP, Matrix, PANEL, addScaled, quantise } from './products';

/**
 * As multiplyAddInt16, in int8: W is packed [columns / PANEL][groups of rows] of { PANEL scales, [rows / 2][PANEL][2] integers up to
 * 127 }. The sums of a group stay below 2^31.
 * @param q scratch of 2 bytes for each value of x and 4 for each vector
 */
export function multiplyAddInt8(matrix: usize, x: usize, count: i32, y: usize, q: usize): void {
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
      let row = 3;
      for (; row < count; row += 4, vector += 4 * qBytes, sums += 4 * yBytes, unit += 16) {
        for (let quarter: usize = 0; quarter < 4; quarter++) {
          const integers = w + PANEL * 4 + 16 * quarter;
          addGroup4(vector, qBytes, bytes, w + 32 * quarter, integers, unit, sums + 32 * quarter, yBytes);
        }
      }
      for (row -= 3; row < count; row++, vector += qBytes, sums += yBytes, unit += 4) {
        addGroup1(vector, bytes, w, v128.load32_splat(unit), sums);
      }
      w += PANEL * 4 + (bytes >> 1) * PANEL;
    }
  }
}

// @ts-ignore: decorator
@inline
function addGroup1(x: usize, bytes: usize, scales: usize, unit: v128, y: usize): void {
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
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 8)));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 16)));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 24)));
    a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 32)));
    a5 = i32x4.add(a5, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 40)));
    a6 = i32x4.add(a6, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 48)));
    a7 = i32x4.add(a7, i32x4.dot_i16x8_s(pair, v128.load_ext<i8>(w, 56)));
    w += PANEL * 2;
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

/** Four vectors and a quarter of a panel: integers are widened once for all four. */
// @ts-ignore: decorator
@inline
function addGroup4(
  x: usize, xStride: usize, bytes: usize, scales: usize, w: usize, units: usize, y: usize, yStride: usize,
): void {
  const end = x + bytes;
  const x2 = 2 * xStride;
  const x3 = 3 * xStride;
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0);
  let c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0);
  let d1 = i32x4.splat(0);
  do {
    const w0 = v128.load_ext<i8>(w);
    const w1 = v128.load_ext<i8>(w, 8);
    const a = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(a, w0));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(a, w1));
    const b = v128.load32_splat(x + xStride);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(b, w0));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(b, w1));
    const c = v128.load32_splat(x + x2);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(c, w0));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(c, w1));
    const d = v128.load32_splat(x + x3);
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(d, w0));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(d, w1));
    w += PANEL * 2;
    x += 4;
  } while (x < end);
  const unitA = v128.load32_splat(units);
  addScaled(y, scales, a0, unitA);
  addScaled(y + 16, scales + 16, a1, unitA);
  y += yStride;
  const unitB = v128.load32_splat(units, 4);
  addScaled(y, scales, b0, unitB);
  addScaled(y + 16, scales + 16, b1, unitB);
  y += yStride;
  const unitC = v128.load32_splat(units, 8);
  addScaled(y, scales, c0, unitC);
  addScaled(y + 16, scales + 16, c1, unitC);
  y += yStride;
  const unitD = v128.load32_splat(units, 12);
  addScaled(y, scales, d0, unitD);
  addScaled(y + 16, scales + 16, d1, unitD);
}
