/**
 * The part of NSynth's spectral decoder that works along frequency, frame by frame: src/ops/nsynth/wasm-bins.ts calls it.
 *
 * A frame is a row [bins + 2][channels] with a zero at both ends, channels a multiple of 8. A convolution of three taps is a matrix
 * product whose rows overlap, so nothing is copied for it. On doubled bins each output reads two inputs: of the bins 2 b and 2 b + 1
 * one reads b - 1 and b, the other b and b + 1, by weights that are sums of the taps.
 */
import {
  kernelPair16,
  kernelPair32,
  kernelPair48,
  kernelPair64,
  kernelPair8,
  kernelPairOther,
  kernelSliding16,
  kernelSliding32,
  kernelSliding48,
  kernelSliding64,
  kernelSliding8,
  kernelSlidingOther,
} from './gemm-kernels.generated';
import { tanh4 } from './math';
import { add, fma, leakyReLU, sums4 } from './simd';
import { pixelNorm } from './winograd';

/** A convolution and where everything of it lies, as src/ops/nsynth/wasm-bins.ts writes it down. Addresses are in bytes. */
@unmanaged
class Layer {
  /** Bins of the input. */
  bins: i32;
  inputs: i32;
  outputs: i32;
  /** Pixel norm divides by the channels there are. */
  trueOutputs: i32;
  /** Packed [outputs / 8][rows][8]: of three taps, or of two for the even bins. */
  kernel: usize;
  /** Of two taps, for the odd bins. */
  oddKernel: usize;
  bias: usize;
}

/** Three taps, leaky ReLU and pixel norm. */
export function sameBins(record: usize, frames: i32, x: usize, y: usize): void {
  const layer = changetype<Layer>(record);
  const bins = layer.bins;
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const xLine = <usize>((bins + 2) * inputs) * 4;
  const yLine = <usize>((bins + 2) * outputs) * 4;
  const panel = <usize>inputs * 96;
  const pixel = <usize>outputs * 4;
  for (let frame = 0; frame < frames; frame++, x += xLine, y += yLine) {
    let kernel = layer.kernel;
    for (let o: usize = 0; o < pixel; o += 32, kernel += panel) {
      sliding(x, kernel, y + pixel + o, bins, inputs, pixel);
    }
    finish(y, bins, outputs, layer.trueOutputs, layer.bias);
  }
}

/** Every bin twice, three taps, leaky ReLU and pixel norm. */
export function doubledBins(record: usize, frames: i32, x: usize, y: usize): void {
  const layer = changetype<Layer>(record);
  const bins = layer.bins;
  const inputs = layer.inputs;
  const outputs = layer.outputs;
  const xLine = <usize>((bins + 2) * inputs) * 4;
  const yLine = <usize>((2 * bins + 2) * outputs) * 4;
  const panel = <usize>inputs * 64;
  const pixel = <usize>outputs * 4;
  for (let frame = 0; frame < frames; frame++, x += xLine, y += yLine) {
    let even = layer.kernel;
    let odd = layer.oddKernel;
    for (let o: usize = 0; o < pixel; o += 32, even += panel, odd += panel) {
      pair(x, even, y + pixel + o, bins, inputs, 2 * pixel);
      pair(x + <usize>inputs * 4, odd, y + 2 * pixel + o, bins, inputs, 2 * pixel);
    }
    finish(y, 2 * bins, outputs, layer.trueOutputs, layer.bias);
  }
}

function sliding(a: usize, b: usize, c: usize, rows: i32, k: i32, ldc: usize): void {
  if (k == 64) kernelSliding64(a, b, c, rows, ldc);
  else if (k == 48) kernelSliding48(a, b, c, rows, ldc);
  else if (k == 32) kernelSliding32(a, b, c, rows, ldc);
  else if (k == 16) kernelSliding16(a, b, c, rows, ldc);
  else if (k == 8) kernelSliding8(a, b, c, rows, ldc);
  else kernelSlidingOther(a, b, c, rows, ldc, k);
}

function pair(a: usize, b: usize, c: usize, rows: i32, k: i32, ldc: usize): void {
  if (k == 64) kernelPair64(a, b, c, rows, ldc);
  else if (k == 48) kernelPair48(a, b, c, rows, ldc);
  else if (k == 32) kernelPair32(a, b, c, rows, ldc);
  else if (k == 16) kernelPair16(a, b, c, rows, ldc);
  else if (k == 8) kernelPair8(a, b, c, rows, ldc);
  else kernelPairOther(a, b, c, rows, ldc, k);
}

/** Bias, leaky ReLU and pixel norm of a row, in place; the ends are zero after it. */
export function finish(row: usize, bins: i32, channels: i32, trueChannels: i32, bias: usize): void {
  const pixel = <usize>channels * 4;
  memory.fill(row, 0, pixel);
  let at = row + pixel;
  for (let bin = 0; bin < bins; bin++, at += pixel) {
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < pixel; c += 16) {
      const value = leakyReLU(add(v128.load(at + c), v128.load(bias + c)));
      squares = fma(value, value, squares);
      v128.store(at + c, value);
    }
    squares = add(squares, v128.shuffle<f32>(squares, squares, 1, 0, 3, 2));
    squares = add(squares, v128.shuffle<f32>(squares, squares, 2, 3, 0, 1));
    const scale = pixelNorm(squares, trueChannels);
    for (let c: usize = 0; c < pixel; c += 16) v128.store(at + c, f32x4.mul(scale, v128.load(at + c)));
  }
  memory.fill(at, 0, pixel);
}

/** tanh of a 1 x 1 convolution to magnitude and frequency: [frames][bins][2], whose bins are even. `kernel` is [2][channels], then two biases. */
export function columns(frames: i32, bins: i32, channels: i32, x: usize, kernel: usize, to: usize): void {
  const pixel = <usize>channels * 4;
  const bias = v128.load64_splat(kernel + 2 * pixel);
  for (let frame = 0; frame < frames; frame++) {
    x += pixel;
    for (let bin = 0; bin < bins; bin += 2, x += 2 * pixel, to += 16) {
      let m0 = f32x4.splat(0);
      let f0 = m0;
      let m1 = m0;
      let f1 = m0;
      for (let c: usize = 0; c < pixel; c += 16) {
        const toMagnitude = v128.load(kernel + c);
        const toFrequency = v128.load(kernel + pixel + c);
        const first = v128.load(x + c);
        const second = v128.load(x + pixel + c);
        m0 = fma(first, toMagnitude, m0);
        f0 = fma(first, toFrequency, f0);
        m1 = fma(second, toMagnitude, m1);
        f1 = fma(second, toFrequency, f1);
      }
      v128.store(to, tanh4(add(bias, sums4(m0, f0, m1, f1))));
    }
    x += pixel;
  }
}
