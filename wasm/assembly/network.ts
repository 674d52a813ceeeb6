/**
 * The layers of GANSynth's generator. Activations are NHWC, float32, with a border of one zero pixel; channels are padded to a
 * multiple of 8 with zero weights. The caller (src/ops/gansynth/wasm.ts) owns the memory.
 */
import { gemm } from './gemm';
import { add, fma, leakyReLU, sums4 } from './simd';
import {
  finishTile,
  pixelNorm,
  plainTile,
  sameSizeInput,
  sameSizeOutput,
  upsampledInput,
  upsampledOutput,
  vPlane,
} from './winograd';
import { tanh4 } from './math';

export { transformWeights } from './winograd';

/**
 * A layer and where everything of it lies, as src/ops/conv2d/record.ts writes it down. Addresses are in bytes; channel counts are
 * multiples of 8, but the true one.
 */
@unmanaged
class Layer {
  /** Size of the input image. */
  height: i32;
  width: i32;
  inputs: i32;
  outputs: i32;
  /** Pixel norm divides by the channels there are. */
  trueOutputs: i32;
  /** One of the numbers below. */
  following: i32;
  x: usize;
  kernel: usize;
  bias: usize;
  y: usize;
  /** Planes of data and of products of a strip of tiles, or patches and products of a direct convolution. */
  v: usize;
  m: usize;
  /** 16 pixels of output. */
  tile: usize;
  /** [2][outputs] and then two biases, for TO_RGB. */
  rgb: usize;
}

/** What follows the bias of a convolution, in the order of FOLLOWING in src/ops/conv2d/conv2d.ts. */
const RELU = 1;
const NORMALISED = 2;
/** Leaky ReLU, pixel norm, 1 x 1 convolution to two channels, tanh. */
const TO_RGB = 3;

/** Pixel norm of a dense vector, in place (the network's input). */
export function normalise(x: usize, length: i32): void {
  let squares: f32 = 0;
  for (let i = 0; i < length; i++) {
    const value = load<f32>(x + ((<usize>i) << 2));
    squares += value * value;
  }
  const scale = <f32>1 / sqrt<f32>(squares / <f32>length + <f32>1e-8);
  for (let i = 0; i < length; i++) {
    const at = x + ((<usize>i) << 2);
    store<f32>(at, load<f32>(at) * scale);
  }
}

/**
 * Block 1 conv0. One pixel, padded to 3 x 31, meets each of the 2 x 16 taps once: y[r, c] = x W[1 - r, 15 - c]. `kernel` is HWIO;
 * zeros of x (60 of 61 pitches) are skipped.
 */
export function dense(record: usize): void {
  const layer = changetype<Layer>(record);
  const x = layer.x;
  const inputs = layer.inputs;
  const kernel = layer.kernel;
  const outputs = layer.outputs;
  const sums = layer.tile;
  const bytes = <usize>outputs * 4;
  for (let row: usize = 0; row < 2; row++) {
    for (let column: usize = 0; column < 16; column++) {
      memory.fill(sums, 0, bytes);
      let w = kernel + ((1 - row) * 16 + (15 - column)) * <usize>inputs * bytes;
      for (let i = 0; i < inputs; i++, w += bytes) {
        const value = load<f32>(x + ((<usize>i) << 2));
        if (value == 0) continue;
        const v = f32x4.splat(value);
        for (let o: usize = 0; o < bytes; o += 16) {
          v128.store(sums + o, fma(v, v128.load(w + o), v128.load(sums + o)));
        }
      }
      finishPixel(sums, layer.bias, bytes, layer.trueOutputs, layer.y + ((row + 1) * 18 + column + 1) * bytes);
    }
  }
}

/** Bias, leaky ReLU (in place) and pixel norm of one pixel. */
function finishPixel(from: usize, bias: usize, bytes: usize, trueChannels: i32, to: usize): void {
  let squares = f32x4.splat(0);
  for (let c: usize = 0; c < bytes; c += 16) {
    const y = leakyReLU(add(v128.load(from + c), v128.load(bias + c)));
    v128.store(from + c, y);
    squares = fma(y, y, squares);
  }
  const scale = pixelNorm(sums4(squares, squares, squares, squares), trueChannels);
  for (let c: usize = 0; c < bytes; c += 16) v128.store(to + c, f32x4.mul(v128.load(from + c), scale));
}

/** Packs a matrix [rows, columns] as gemm wants it: [columns / 8][rows][8]. */
export function packMatrix(matrix: usize, rows: i32, columns: i32, to: usize): void {
  for (let o = 0; o < columns; o += 8) {
    for (let r = 0; r < rows; r++, to += 32) {
      const from = matrix + <usize>(r * columns + o) * 4;
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  }
}

/** A 3 x 3 convolution, followed by leaky ReLU and pixel norm, of a small image as one matrix product (block 1 conv1: 2 x 16, no tile of 4 x 4 fits). */
export function directConvolution(record: usize): void {
  const layer = changetype<Layer>(record);
  const x = layer.x;
  const height = layer.height;
  const width = layer.width;
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const patches = layer.v;
  let products = layer.m;
  const pixel = <usize>inputs * 4;
  const line = <usize>(width + 2) * pixel;
  let to = patches;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      // The three taps of a kernel row are neighbours in memory.
      for (let row: usize = 0; row < 3; row++, to += 3 * pixel) {
        memory.copy(to, x + (<usize>i + row) * line + <usize>j * pixel, 3 * pixel);
      }
    }
  }
  gemm(patches, layer.kernel, products, height * width, 9 * inputs, outputs);
  const bytes = <usize>outputs * 4;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++, products += bytes) {
      finishPixel(products, layer.bias, bytes, layer.trueOutputs, layer.y + <usize>((i + 1) * (width + 2) + j + 1) * bytes);
    }
  }
}

/** Which plane of V each of the five products of U(4, 3) reads. */
// @ts-ignore: decorator
@inline
function datum(product: usize): usize {
  return product - <usize>(product > 2);
}

/** Tiles `first` to `first + count - 1` of an upsampled convolution: y is [2 height, 2 width, outputs]. */
export function upsampledConvolution(record: usize, first: i32, count: i32): void {
  const layer = changetype<Layer>(record);
  const width = layer.width;
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const v = layer.v;
  const m = layer.m;
  const u = layer.kernel;
  const across = width >> 1;
  upsampledInput(layer.x, width, inputs, first, count, across, v);
  const vBytes = vPlane(count, inputs);
  const mBytes = vPlane(count, outputs);
  const uBytes = <usize>(inputs * outputs) * 4;
  for (let i: usize = 0; i < 5; i++) {
    for (let j: usize = 0; j < 5; j++) {
      const product = i * 5 + j;
      gemm(v + (datum(i) * 4 + datum(j)) * vBytes, u + product * uBytes, m + product * mBytes, count, inputs, outputs);
    }
  }
  for (let t = 0; t < count; t++) {
    upsampledOutput(m, t, count, outputs, layer.tile);
    finish(layer, 4 * ((first + t) / across), 4 * ((first + t) % across), 2 * width);
  }
}

/** Tiles of a convolution of its own size: y is [height, width, outputs], or with TO_RGB [height, width, 2] without a border. */
export function sameSizeConvolution(record: usize, first: i32, count: i32): void {
  const layer = changetype<Layer>(record);
  const width = layer.width;
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const v = layer.v;
  const m = layer.m;
  const u = layer.kernel;
  const across = width >> 2;
  sameSizeInput(layer.x, width, inputs, first, count, across, v);
  const vBytes = vPlane(count, inputs);
  const mBytes = vPlane(count, outputs);
  const uBytes = <usize>(inputs * outputs) * 4;
  for (let p: usize = 0; p < 36; p++) gemm(v + p * vBytes, u + p * uBytes, m + p * mBytes, count, inputs, outputs);
  for (let t = 0; t < count; t++) {
    sameSizeOutput(m, t, count, outputs, layer.tile);
    finish(layer, 4 * ((first + t) / across), 4 * ((first + t) % across), width);
  }
}

/** Takes a tile from before the bias to the output image, at a row and a column. */
function finish(layer: Layer, row: i32, column: i32, width: i32): void {
  const outputs = layer.outputs;
  const following = layer.following;
  if (following == TO_RGB) {
    for (let i = 0; i < 4; i++) {
      const from = layer.tile + <usize>(i * outputs) * 16;
      colour(from, outputs, layer.trueOutputs, layer.bias, layer.rgb, layer.y + <usize>((row + i) * width + column) * 8);
    }
    return;
  }
  const line = <usize>(width + 2) * outputs * 4;
  const to = layer.y + <usize>(row + 1) * line + <usize>(column + 1) * outputs * 4;
  if (following == NORMALISED) finishTile(layer.tile, layer.bias, outputs, layer.trueOutputs, to, line);
  else plainTile(layer.tile, layer.bias, outputs, following == RELU, to, line);
}

/**
 * Four neighbouring pixels from before the bias to the image. Pixel norm is a factor of the pixel, so it is applied to
 * the two products with to_rgb.
 */
function colour(from: usize, channels: i32, trueChannels: i32, bias: usize, rgb: usize, to: usize): void {
  const pixel = <usize>channels * 4;
  let squares0 = f32x4.splat(0);
  let squares1 = squares0;
  let squares2 = squares0;
  let squares3 = squares0;
  let magnitude0 = squares0;
  let magnitude1 = squares0;
  let magnitude2 = squares0;
  let magnitude3 = squares0;
  let frequency0 = squares0;
  let frequency1 = squares0;
  let frequency2 = squares0;
  let frequency3 = squares0;
  for (let c: usize = 0; c < pixel; c += 16) {
    const b = v128.load(bias + c);
    const magnitude = v128.load(rgb + c);
    const frequency = v128.load(rgb + pixel + c);
    let y = leakyReLU(add(v128.load(from + c), b));
    squares0 = fma(y, y, squares0);
    magnitude0 = fma(y, magnitude, magnitude0);
    frequency0 = fma(y, frequency, frequency0);
    y = leakyReLU(add(v128.load(from + c + pixel), b));
    squares1 = fma(y, y, squares1);
    magnitude1 = fma(y, magnitude, magnitude1);
    frequency1 = fma(y, frequency, frequency1);
    y = leakyReLU(add(v128.load(from + c + 2 * pixel), b));
    squares2 = fma(y, y, squares2);
    magnitude2 = fma(y, magnitude, magnitude2);
    frequency2 = fma(y, frequency, frequency2);
    y = leakyReLU(add(v128.load(from + c + 3 * pixel), b));
    squares3 = fma(y, y, squares3);
    magnitude3 = fma(y, magnitude, magnitude3);
    frequency3 = fma(y, frequency, frequency3);
  }
  const scales = pixelNorm(sums4(squares0, squares1, squares2, squares3), trueChannels);
  const magnitudes = sums4(magnitude0, magnitude1, magnitude2, magnitude3);
  const frequencies = sums4(frequency0, frequency1, frequency2, frequency3);
  const a = tanh4(fma(magnitudes, scales, v128.load32_splat(rgb + 2 * pixel)));
  const b = tanh4(fma(frequencies, scales, v128.load32_splat(rgb + 2 * pixel, 4)));
  v128.store(to, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
}
