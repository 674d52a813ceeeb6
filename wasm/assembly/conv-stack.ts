/**
 * Three 3 x 3 convolutions over a spectrogram that grows, and the dense layer behind them: src/ops/conv-stack calls them.
 * A frame is a row [bins + 2][channels] with a zero at both ends; the two frames before the new ones lie in front of them.
 *
 * Along frequency the convolution is Winograd's F(4, 3): 6 products for 4 bins. Along time it is direct: the planes of three
 * frames lie one behind the other, so that their products are one sum of 3 x channels. Each frame is then computed from the same
 * numbers in the same order, in whatever parts the spectrogram comes.
 */
import { gemm } from './gemm';
import {
  kernelSliding8,
  kernelSliding16,
  kernelSliding24,
  kernelSliding32,
  kernelSliding48,
  kernelSliding64,
  kernelSliding96,
  kernelSlidingOther,
} from './gemm-kernels.generated';
import { add, fma } from './simd';
import { outputs6, transform6, weights } from './winograd';

export { packMatrix } from './network';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}

/** Planes at powers of two of each other would share one set of the cache. */
const PLANE_PADDING: usize = 64;

const column = memory.data(6 * 16, 16);

/**
 * A convolution and where everything of it lies, as src/ops/conv-stack/wasm.ts writes it down. Addresses are in bytes; channels are
 * multiples of 8.
 */
@unmanaged
class Layer {
  /** New frames, a multiple of 4. */
  frames: i32;
  inputs: i32;
  outputs: i32;
  /** [2 + frames][line] of the inputs. */
  x: usize;
  /** Bytes from frame to frame of x. */
  xLine: i32;
  kernel: usize;
  bias: usize;
  /** The first bin of the first frame. */
  y: usize;
  yLine: i32;
  /** Bins of the output that are wanted, after pooling. */
  yBins: i32;
  /** Planes of data and of products of a strip of tiles. */
  v: usize;
  m: usize;
}

/** The first convolution: one channel in, ReLU, no pooling; `kernel` is [9][outputs]. `bins` of the frames are computed. */
export function firstConvolution(record: usize, bins: i32): void {
  const layer = changetype<Layer>(record);
  const line = layer.xLine;
  const bytes = <usize>layer.outputs * 4;
  const kernel = layer.kernel;
  const bias = layer.bias;
  const zero = f32x4.splat(0);
  for (let t = 0; t < layer.frames; t++) {
    let from = layer.x + <usize>(t * line);
    let to = layer.y + <usize>(t * layer.yLine);
    for (let bin = 0; bin < bins; bin++, from += 4) {
      const second = from + line;
      const third = second + line;
      const x0 = v128.load32_splat(from);
      const x1 = v128.load32_splat(from, 4);
      const x2 = v128.load32_splat(from, 8);
      const x3 = v128.load32_splat(second);
      const x4 = v128.load32_splat(second, 4);
      const x5 = v128.load32_splat(second, 8);
      const x6 = v128.load32_splat(third);
      const x7 = v128.load32_splat(third, 4);
      const x8 = v128.load32_splat(third, 8);
      for (let c: usize = 0; c < bytes; c += 16, to += 16) {
        let w = kernel + c;
        let sum = fma(x0, v128.load(w), v128.load(bias + c));
        w += bytes;
        sum = fma(x1, v128.load(w), sum);
        w += bytes;
        sum = fma(x2, v128.load(w), sum);
        w += bytes;
        sum = fma(x3, v128.load(w), sum);
        w += bytes;
        sum = fma(x4, v128.load(w), sum);
        w += bytes;
        sum = fma(x5, v128.load(w), sum);
        w += bytes;
        sum = fma(x6, v128.load(w), sum);
        w += bytes;
        sum = fma(x7, v128.load(w), sum);
        w += bytes;
        sum = fma(x8, v128.load(w), sum);
        v128.store(to, f32x4.pmax(zero, sum));
      }
    }
  }
}

/** A later convolution, ReLU, and the maximum of each two bins, for `count` tiles of 4 bins from `first` on. */
export function pooledConvolution(record: usize, first: i32, count: i32): void {
  const layer = changetype<Layer>(record);
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const frames = layer.frames;
  const vTile = <usize>((frames + 2) * inputs) * 4;
  const vPlane = <usize>count * vTile + PLANE_PADDING;
  const mTile = <usize>(frames * outputs) * 4;
  const mPlane = <usize>count * mTile + PLANE_PADDING;
  transformFrames(layer, first, count, vTile, vPlane);
  const panel = <usize>inputs * 96;
  let u = layer.kernel;
  for (let p: usize = 0; p < 6; p++) {
    for (let o = 0; o < outputs; o += 8, u += panel) {
      let v = layer.v + p * vPlane;
      let m = layer.m + p * mPlane + <usize>o * 4;
      for (let tile = 0; tile < count; tile++, v += vTile, m += mTile) multiply(v, u, m, frames, inputs, outputs * 4);
    }
  }
  for (let tile = 0; tile < count; tile++) poolTile(layer, first + tile, layer.m + <usize>tile * mTile, mPlane);
}

/** V[plane][tile][frame][channel] of tiles of 4 bins, which read one bin more at both sides. */
function transformFrames(layer: Layer, first: i32, count: i32, vTile: usize, vPlane: usize): void {
  const pixel = <usize>layer.inputs * 4;
  for (let tile = 0; tile < count; tile++) {
    let line = layer.x + <usize>(4 * (first + tile)) * pixel;
    let to = layer.v + <usize>tile * vTile;
    for (let t = 0; t < layer.frames + 2; t++, line += layer.xLine) {
      const end = line + pixel;
      for (let at = line; at < end; at += 16, to += 16) {
        transform6(
          v128.load(at),
          v128.load(at + pixel),
          v128.load(at + 2 * pixel),
          v128.load(at + 3 * pixel),
          v128.load(at + 4 * pixel),
          v128.load(at + 5 * pixel),
          to,
          vPlane,
        );
      }
    }
  }
}

/** Rows of one tile and plane, frame by frame, against 8 columns. */
function multiply(a: usize, b: usize, c: usize, rows: i32, k: i32, ldc: usize): void {
  if (k == 48) kernelSliding48(a, b, c, rows, ldc);
  else if (k == 16) kernelSliding16(a, b, c, rows, ldc);
  else if (k == 24) kernelSliding24(a, b, c, rows, ldc);
  else if (k == 32) kernelSliding32(a, b, c, rows, ldc);
  else if (k == 8) kernelSliding8(a, b, c, rows, ldc);
  else if (k == 64) kernelSliding64(a, b, c, rows, ldc);
  else if (k == 96) kernelSliding96(a, b, c, rows, ldc);
  else kernelSlidingOther(a, b, c, rows, ldc, k);
}

/** The maximum comes before bias and ReLU, which keep it: the four bins are never written. */
function poolTile(layer: Layer, tile: i32, m: usize, mPlane: usize): void {
  const pixel = <usize>layer.outputs * 4;
  const zero = f32x4.splat(0);
  const both = 2 * tile + 1 < layer.yBins;
  let line = layer.y + <usize>(2 * tile) * pixel;
  for (let t = 0; t < layer.frames; t++, line += layer.yLine) {
    for (let c: usize = 0; c < pixel; c += 16, m += 16) {
      outputs6(
        v128.load(m),
        v128.load(m + mPlane),
        v128.load(m + 2 * mPlane),
        v128.load(m + 3 * mPlane),
        v128.load(m + 4 * mPlane),
        v128.load(m + 5 * mPlane),
        column,
        16,
      );
      const bias = v128.load(layer.bias + c);
      const to = line + c;
      v128.store(to, f32x4.pmax(zero, add(bias, f32x4.pmax(v128.load(column), v128.load(column, 16)))));
      if (both) {
        const next = f32x4.pmax(v128.load(column, 32), v128.load(column, 48));
        v128.store(to + pixel, f32x4.pmax(zero, add(bias, next)));
      }
    }
  }
}

/** Transforms [3 frames, 3 bins, inputs, outputs] to U, packed [plane][outputs / 8][3 inputs][8]. */
export function transformBins(kernel: usize, inputs: i32, outputs: i32, u: usize): void {
  const tap = <usize>inputs * outputs * 4;
  const plane = 3 * tap;
  for (let row = 0; row < 3 * inputs; row++) {
    // Row = tap in time, then channel.
    const from = kernel + <usize>(row / inputs) * 3 * tap + <usize>(row % inputs) * <usize>outputs * 4;
    for (let o = 0; o < outputs; o += 4) {
      const at = from + <usize>o * 4;
      const to = u + <usize>(((o >> 3) * 3 * inputs + row) * 8 + (o & 7)) * 4;
      weights(v128.load(at), v128.load(at + tap), v128.load(at + 2 * tap), false, to, plane);
    }
  }
}

/** y = ReLU(x W + b) for rows in fours; W as packMatrix leaves it. */
export function denseReLU(x: usize, kernel: usize, bias: usize, rows: i32, inputs: i32, outputs: i32, y: usize): void {
  gemm(x, kernel, y, rows, inputs, outputs);
  const zero = f32x4.splat(0);
  const bytes = <usize>outputs * 4;
  for (let row = 0; row < rows; row++) {
    for (let c: usize = 0; c < bytes; c += 16, y += 16) {
      v128.store(y, f32x4.pmax(zero, add(v128.load(y), v128.load(bias + c))));
    }
  }
}
