/**
 * 3 x 3 convolutions with fewer products (Winograd: A. Lavin, S. Gray, arXiv 1509.09308), on NHWC data with a zero border of
 * one pixel. Data are transformed to planes V[p][tile][C], each plane is one matrix product with U[p][O / 8][C][8] to
 * M[p][tile][O], and M is transformed to 4 x 4 outputs a tile. All transforms are SIMD over channels.
 *
 * F(4, 3), for a convolution of its own size: 6 x 6 inputs, 36 products for 16 outputs. Points 0, 1, -1, 2, -2, infinity.
 * U(4, 3), for a convolution after nearest x2 upsampling: the upsampled signal x0 x1 x1 x2 x2 x3 has nothing at the point -1
 * and the same datum, up to a factor, at 2 and -2. So 4 data a row do, with 5 products:
 *
 *   D0 = 4 x0 - 5 x1 + x2    D1 = x2 - 4 x1    D2 = x2 - x1    D3 = 4 x1 - 5 x2 + x3
 *   m0 = D0 w0/4             m1 = -D1 (w0+w1+w2)/3              P = D2 (w0+4 w1+4 w2)/12
 *   Q  = D2 (w0+w1+4 w2)/3   m5 = D3 w2
 *   y0 = m0+m1+P   y1 = m1+Q   y2 = m1+4 P   y3 = m1+4 Q+m5
 */
import { add, fma, leakyReLU, scaleAdd, sub, sums4 } from './simd';

/** Planes of V at powers of two of each other would share one set of the cache. */
const PLANE_PADDING: usize = 64;

// Vectors of a transform in work: 6 x 6 of data, 6 x 4 half way.
const work = memory.data(36 * 16, 16);
const half = memory.data(24 * 16, 16);

export function vPlane(tiles: i32, channels: i32): usize {
  return <usize>tiles * channels * 4 + PLANE_PADDING;
}

/** Input step of U(4, 3) for `count` tiles from `first` on, numbered row by row, `across` in a row. */
export function upsampledInput(x: usize, width: i32, channels: i32, first: i32, count: i32, across: i32, v: usize): void {
  const pixel = <usize>channels * 4;
  const line = <usize>(width + 2) * pixel;
  const plane = vPlane(count, channels);
  for (let t = 0; t < count; t++) {
    const row = (first + t) / across;
    const column = (first + t) % across;
    let from = x + <usize>(2 * row) * line + <usize>(2 * column) * pixel;
    let to = v + <usize>t * pixel;
    for (let c = 0; c < channels; c += 4, from += 16, to += 16) {
      // Down the columns.
      for (let j: usize = 0; j < 4; j++) {
        const at = from + j * pixel;
        const x0 = v128.load(at);
        const x1 = v128.load(at + line);
        const x2 = v128.load(at + 2 * line);
        const x3 = v128.load(at + 3 * line);
        const out = work + (j << 4);
        v128.store(out, scaleAdd(4, x0, scaleAdd(-5, x1, x2)));
        v128.store(out, scaleAdd(-4, x1, x2), 64);
        v128.store(out, sub(x2, x1), 128);
        v128.store(out, scaleAdd(4, x1, scaleAdd(-5, x2, x3)), 192);
      }
      // Along the rows.
      let at = to;
      for (let i: usize = 0; i < 4; i++) {
        const row = work + (i << 6);
        const x0 = v128.load(row);
        const x1 = v128.load(row, 16);
        const x2 = v128.load(row, 32);
        const x3 = v128.load(row, 48);
        v128.store(at, scaleAdd(4, x0, scaleAdd(-5, x1, x2)));
        v128.store(at + plane, scaleAdd(-4, x1, x2));
        v128.store(at + 2 * plane, sub(x2, x1));
        v128.store(at + 3 * plane, scaleAdd(4, x1, scaleAdd(-5, x2, x3)));
        at += 4 * plane;
      }
    }
  }
}

/** Input step of F(4, 3). */
export function sameSizeInput(x: usize, width: i32, channels: i32, first: i32, count: i32, across: i32, v: usize): void {
  const pixel = <usize>channels * 4;
  const line = <usize>(width + 2) * pixel;
  const plane = vPlane(count, channels);
  for (let t = 0; t < count; t++) {
    const row = (first + t) / across;
    const column = (first + t) % across;
    let from = x + <usize>(4 * row) * line + <usize>(4 * column) * pixel;
    let to = v + <usize>t * pixel;
    for (let c = 0; c < channels; c += 4, from += 16, to += 16) {
      for (let j: usize = 0; j < 6; j++) {
        const at = from + j * pixel;
        transform6(
          v128.load(at),
          v128.load(at + line),
          v128.load(at + 2 * line),
          v128.load(at + 3 * line),
          v128.load(at + 4 * line),
          v128.load(at + 5 * line),
          work + (j << 4),
          96,
        );
      }
      let at = to;
      for (let i: usize = 0; i < 6; i++) {
        const row = work + i * 96;
        transform6(
          v128.load(row),
          v128.load(row, 16),
          v128.load(row, 32),
          v128.load(row, 48),
          v128.load(row, 64),
          v128.load(row, 80),
          at,
          plane,
        );
        at += 6 * plane;
      }
    }
  }
}

/** B^T d of F(4, 3); results are `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function transform6(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, stride: usize): void {
  const even = scaleAdd(-4, d2, d4);
  const odd = scaleAdd(-4, d1, d3);
  const even2 = sub(d4, d2);
  const odd2 = sub(d3, d1);
  v128.store(to, scaleAdd(4, d0, scaleAdd(-5, d2, d4)));
  v128.store(to + stride, add(even, odd));
  v128.store(to + 2 * stride, sub(even, odd));
  v128.store(to + 3 * stride, scaleAdd(2, odd2, even2));
  v128.store(to + 4 * stride, scaleAdd(-2, odd2, even2));
  v128.store(to + 5 * stride, scaleAdd(4, d1, scaleAdd(-5, d3, d5)));
}

/** Output step of U(4, 3): 25 products to 16 outputs a tile, before bias, at `out` [16][channels]. */
export function upsampledOutput(m: usize, tile: i32, count: i32, channels: i32, out: usize): void {
  const plane = vPlane(count, channels);
  let from = m + <usize>tile * channels * 4;
  const pixel = <usize>channels * 4;
  for (let c = 0; c < channels; c += 4, from += 16, out += 16) {
    for (let j: usize = 0; j < 5; j++) {
      const at = from + j * plane;
      outputs5(
        v128.load(at),
        v128.load(at + 5 * plane),
        v128.load(at + 10 * plane),
        v128.load(at + 15 * plane),
        v128.load(at + 20 * plane),
        half + (j << 4),
        96,
      );
    }
    for (let i: usize = 0; i < 4; i++) {
      const row = half + i * 96;
      outputs5(
        v128.load(row),
        v128.load(row, 16),
        v128.load(row, 32),
        v128.load(row, 48),
        v128.load(row, 64),
        out + i * 4 * pixel,
        pixel,
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function outputs5(m0: v128, m1: v128, p: v128, q: v128, m5: v128, to: usize, stride: usize): void {
  v128.store(to, add(add(m0, m1), p));
  v128.store(to + stride, add(m1, q));
  v128.store(to + 2 * stride, scaleAdd(4, p, m1));
  v128.store(to + 3 * stride, add(scaleAdd(4, q, m1), m5));
}

/** Output step of F(4, 3): 36 products to 16 outputs a tile. */
export function sameSizeOutput(m: usize, tile: i32, count: i32, channels: i32, out: usize): void {
  const plane = vPlane(count, channels);
  let from = m + <usize>tile * channels * 4;
  const pixel = <usize>channels * 4;
  for (let c = 0; c < channels; c += 4, from += 16, out += 16) {
    for (let j: usize = 0; j < 6; j++) {
      const at = from + j * plane;
      outputs6(
        v128.load(at),
        v128.load(at + 6 * plane),
        v128.load(at + 12 * plane),
        v128.load(at + 18 * plane),
        v128.load(at + 24 * plane),
        v128.load(at + 30 * plane),
        half + (j << 4),
        96,
      );
    }
    for (let i: usize = 0; i < 4; i++) {
      const row = half + i * 96;
      outputs6(
        v128.load(row),
        v128.load(row, 16),
        v128.load(row, 32),
        v128.load(row, 48),
        v128.load(row, 64),
        v128.load(row, 80),
        out + i * 4 * pixel,
        pixel,
      );
    }
  }
}

/** A^T m of F(4, 3). */
// @ts-ignore: decorator
@inline
export function outputs6(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, to: usize, stride: usize): void {
  const sum1 = add(m1, m2);
  const difference1 = sub(m1, m2);
  const sum2 = add(m3, m4);
  const difference2 = sub(m3, m4);
  v128.store(to, add(add(m0, sum1), sum2));
  v128.store(to + stride, scaleAdd(2, difference2, difference1));
  v128.store(to + 2 * stride, scaleAdd(4, sum2, sum1));
  v128.store(to + 3 * stride, add(scaleAdd(8, difference2, difference1), m5));
}

/**
 * Adds the bias to [16][channels], applies leaky ReLU and pixel norm (over `trueChannels`), writes a 4 x 4 patch at `to`.
 * Four pixels at a time, so that narrow networks spend no scalar arithmetic on a pixel.
 */
export function finishTile(tile: usize, bias: usize, channels: i32, trueChannels: i32, to: usize, line: usize): void {
  const pixel = <usize>channels * 4;
  for (let i = 0; i < 4; i++, to += line) {
    let squares0 = f32x4.splat(0);
    let squares1 = squares0;
    let squares2 = squares0;
    let squares3 = squares0;
    for (let c: usize = 0; c < pixel; c += 16) {
      const b = v128.load(bias + c);
      let at = tile + c;
      const y0 = leakyReLU(add(v128.load(at), b));
      v128.store(at, y0);
      squares0 = fma(y0, y0, squares0);
      at += pixel;
      const y1 = leakyReLU(add(v128.load(at), b));
      v128.store(at, y1);
      squares1 = fma(y1, y1, squares1);
      at += pixel;
      const y2 = leakyReLU(add(v128.load(at), b));
      v128.store(at, y2);
      squares2 = fma(y2, y2, squares2);
      at += pixel;
      const y3 = leakyReLU(add(v128.load(at), b));
      v128.store(at, y3);
      squares3 = fma(y3, y3, squares3);
    }
    const scales = pixelNorm(sums4(squares0, squares1, squares2, squares3), trueChannels);
    tile = scaled(tile, to, pixel, v128.shuffle<f32>(scales, scales, 0, 0, 0, 0));
    tile = scaled(tile, to + pixel, pixel, v128.shuffle<f32>(scales, scales, 1, 1, 1, 1));
    tile = scaled(tile, to + 2 * pixel, pixel, v128.shuffle<f32>(scales, scales, 2, 2, 2, 2));
    tile = scaled(tile, to + 3 * pixel, pixel, v128.shuffle<f32>(scales, scales, 3, 3, 3, 3));
  }
}

/** Adds the bias to [16][channels], applies ReLU or nothing, writes a 4 x 4 patch at `to`. */
export function plainTile(tile: usize, bias: usize, channels: i32, relu: bool, to: usize, line: usize): void {
  const pixel = <usize>channels * 4;
  const least = f32x4.splat(relu ? 0 : -f32.MAX_VALUE);
  for (let i = 0; i < 4; i++, to += line) {
    let at = to;
    for (let j = 0; j < 4; j++) {
      for (let c: usize = 0; c < pixel; c += 16, tile += 16, at += 16) {
        v128.store(at, f32x4.pmax(least, add(v128.load(tile), v128.load(bias + c))));
      }
    }
  }
}

/** Copies one pixel times `scale`. @returns the address behind it */
// @ts-ignore: decorator
@inline
function scaled(from: usize, to: usize, bytes: usize, scale: v128): usize {
  for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, f32x4.mul(v128.load(from + c), scale));
  return from + bytes;
}

/** 1 / sqrt(mean square + 1e-8) of four pixels, from their sums of squares. */
// @ts-ignore: decorator
@inline
export function pixelNorm(squares: v128, trueChannels: i32): v128 {
  const mean = f32x4.mul(squares, f32x4.splat(<f32>1 / <f32>trueChannels));
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(add(mean, f32x4.splat(1e-8))));
}

/** Padded channels are zero in weights and bias: they stay zero. Transforms HWIO [3, 3, I, O] to U, packed [p][O / 8][I][8]. */
export function transformWeights(kernel: usize, inputs: i32, outputs: i32, upsampled: bool, u: usize): void {
  const tap = <usize>inputs * outputs * 4;
  const points: usize = upsampled ? 5 : 6;
  const plane = tap;
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o += 4) {
      const from = kernel + <usize>(i * outputs + o) * 4;
      const to = u + <usize>(((o >> 3) * inputs + i) * 8 + (o & 7)) * 4;
      for (let j: usize = 0; j < 3; j++) {
        const at = from + j * tap;
        weights(v128.load(at), v128.load(at + 3 * tap), v128.load(at + 6 * tap), upsampled, work + (j << 4), 48);
      }
      for (let p: usize = 0; p < points; p++) {
        const row = work + p * 48;
        weights(v128.load(row), v128.load(row, 16), v128.load(row, 32), upsampled, to + p * points * plane, plane);
      }
    }
  }
}

/** G w in one dimension. */
// @ts-ignore: decorator
@inline
export function weights(w0: v128, w1: v128, w2: v128, upsampled: bool, to: usize, stride: usize): void {
  const ends = add(w0, w2);
  v128.store(to, f32x4.mul(w0, f32x4.splat(0.25)));
  if (upsampled) {
    v128.store(to + stride, f32x4.mul(add(ends, w1), f32x4.splat(-1.0 / 3)));
    v128.store(to + 2 * stride, f32x4.mul(scaleAdd(4, add(w1, w2), w0), f32x4.splat(1.0 / 12)));
    v128.store(to + 3 * stride, f32x4.mul(scaleAdd(4, w2, add(w0, w1)), f32x4.splat(1.0 / 3)));
    v128.store(to + 4 * stride, w2);
  } else {
    const far = scaleAdd(4, w2, w0);
    v128.store(to + stride, f32x4.mul(add(ends, w1), f32x4.splat(-1.0 / 6)));
    v128.store(to + 2 * stride, f32x4.mul(sub(ends, w1), f32x4.splat(-1.0 / 6)));
    v128.store(to + 3 * stride, f32x4.mul(scaleAdd(2, w1, far), f32x4.splat(1.0 / 24)));
    v128.store(to + 4 * stride, f32x4.mul(scaleAdd(-2, w1, far), f32x4.splat(1.0 / 24)));
    v128.store(to + 5 * stride, w2);
  }
}
