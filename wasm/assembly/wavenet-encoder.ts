/**
 * NSynth's encoder: residual layers of dilated convolutions that look to both sides, over a whole piece of sound at once, as matrix
 * products (gemm.ts). Layouts are those of src/ops/nsynth/wasm-encoder.ts: activations are [samples][width].
 */
import { gemm } from './gemm';
import { add, scaleAdd } from './simd';

/** Rows that pass through a layer together: their products stay in the second-level cache. */
const BLOCK: i32 = 64;

@unmanaged
class Layer {
  width: i32;
  taps: i32;
  dilation: i32;
  /** Packed matrices, one a tap. */
  dilated: usize;
  dilatedBias: usize;
  residual: usize;
  residualBias: usize;
  /** The residual stream, which the layer adds to. */
  stream: usize;
  /** The stream as the layer reads it, rectified; zeros stand before and behind. */
  rectified: usize;
  /** 64 rows for each tap, and 64 more. */
  products: usize;
}

/** stream[t] = b + sum over taps of w[j] x[t + j], from the stream's first row; x begins `reach` samples before. */
export function startEncoder(
  x: usize, samples: i32, taps: i32, weights: usize, bias: usize, width: i32, stream: usize,
): void {
  const bytes = <usize>width * 4;
  for (let t = 0; t < samples; t++, x += 4, stream += bytes) {
    memory.copy(stream, bias, bytes);
    let w = weights;
    for (let tap: usize = 0; tap < <usize>taps; tap++, w += bytes) {
      const value = load<f32>(x + tap * 4);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(stream + at, scaleAdd(value, v128.load(w + at), v128.load(stream + at)));
      }
    }
  }
}

/** to = max(x, 0), `bytes` of them. */
export function rectify(x: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.pmax(f32x4.splat(0), v128.load(x + at)));
  }
}

/** Takes `rows` rows of the stream, from `first`, through a layer. Rows come in fours. */
export function encodeLayer(record: usize, first: i32, rows: i32): void {
  const layer = changetype<Layer>(record);
  const width = layer.width;
  const taps = layer.taps;
  const row = <usize>width * 4;
  const plane = <usize>BLOCK * row;
  const matrix = row * <usize>width;
  const end = first + rows;
  const before = ((taps - 1) >> 1) * layer.dilation;
  const activated = layer.products + plane * <usize>taps;
  for (let from = first; from < end; from += BLOCK) {
    const count = min(BLOCK, end - from);
    let products = layer.products;
    let weights = layer.dilated;
    let x = layer.rectified + <usize>(from - before) * row;
    for (let tap = 0; tap < taps; tap++) {
      gemm(x, weights, products, count, width, width);
      x += <usize>layer.dilation * row;
      weights += matrix;
      products += plane;
    }
    activate(layer.products, taps, plane, count, row, layer.dilatedBias, activated);
    gemm(activated, layer.residual, layer.products, count, width, width);
    const stream = layer.stream + <usize>from * row;
    for (let at: usize = 0; at < <usize>count * row; at += row) {
      for (let c: usize = 0; c < row; c += 16) {
        const sum = add(v128.load(layer.products + at + c), v128.load(layer.residualBias + c));
        v128.store(stream + at + c, add(v128.load(stream + at + c), sum));
      }
    }
  }
}

/** to = max(0, bias + the products of all taps) */
function activate(products: usize, taps: i32, plane: usize, rows: i32, row: usize, bias: usize, to: usize): void {
  for (let at: usize = 0; at < <usize>rows * row; at += row) {
    for (let c: usize = 0; c < row; c += 16) {
      let sum = v128.load(bias + c);
      let from = products + at + c;
      for (let tap = 0; tap < taps; tap++, from += plane) sum = add(sum, v128.load(from));
      v128.store(to + at + c, f32x4.pmax(f32x4.splat(0), sum));
    }
  }
}

/** The means of `frames` times `hop` rows. */
export function pool(stream: usize, frames: i32, hop: i32, width: i32, to: usize): void {
  const row = <usize>width * 4;
  const factor = f32x4.splat(1 / <f32>hop);
  for (let frame = 0; frame < frames; frame++, to += row) {
    for (let c: usize = 0; c < row; c += 16) {
      let sum = f32x4.splat(0);
      let from = stream + c;
      for (let i = 0; i < hop; i++, from += row) sum = add(sum, v128.load(from));
      v128.store(to + c, f32x4.mul(sum, factor));
    }
    stream += <usize>hop * row;
  }
}
