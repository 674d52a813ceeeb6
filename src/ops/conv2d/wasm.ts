/** A 3 x 3 convolution in the SIMD kernels: Winograd's F(4 x 4, 3 x 3), 36 products for 16 pixels instead of 144. */
import { Arena } from '../arena.js';
import type { Kernels } from '../gansynth/wasm-kernels.js';
import type { Convolution, ConvWeights, Following } from './conv2d.js';
import { RECORD_BYTES, eachStrip, padKernel, padded, planesBytes, rewriteRecord } from './record.js';

/**
 * Each convolution has a memory of its own. The weights are copied.
 * @param module of loadGANSynthModule; several convolutions can share it
 * @throws WASM_UNAVAILABLE when there is not enough memory, from calls too
 */
export async function createWasmConvolution(
  module: WebAssembly.Module,
  weights: ConvWeights,
  following: Exclude<Following, 'toRGB'> = 'none',
): Promise<Convolution> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = exports as unknown as Kernels;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const [, , trueInputs, trueOutputs] = weights.shape;
  const [inputs, outputs] = [padded(trueInputs), padded(trueOutputs)];
  const kernel = arena.reserve(4 * 36 * inputs * outputs);
  const paddedBias = new Float32Array(outputs);
  paddedBias.set(weights.bias);
  const bias = arena.store(paddedBias);
  const record = arena.reserve(RECORD_BYTES);
  const [raw] = arena.scratch(4 * 9 * inputs * outputs);
  arena.floats(raw, 9 * inputs * outputs).set(padKernel(weights, inputs, outputs));
  kernels.transformWeights(raw, inputs, outputs, false, kernel);

  return (image, trueHeight, trueWidth) => {
    // Whole tiles: what lies beyond the image is zero like its border, and what comes of it is left out.
    const [height, width] = [trueHeight, trueWidth].map((size) => Math.ceil(size / 4) * 4);
    const tiles = (height * width) / 16;
    const floats = (channels: number) => (height + 2) * (width + 2) * channels;
    const [x, y, v, m, tile] = arena.scratch(
      4 * floats(inputs),
      4 * floats(outputs),
      planesBytes(tiles, inputs),
      planesBytes(tiles, outputs),
      4 * 16 * outputs,
    );
    const from = arena.floats(x, floats(inputs)).fill(0);
    const at = (row: number, column: number) => (row + 1) * (width + 2) + column + 1;
    for (let row = 0; row < trueHeight; row++) {
      for (let column = 0; column < trueWidth; column++) {
        const pixel = (row * trueWidth + column) * trueInputs;
        from.set(image.subarray(pixel, pixel + trueInputs), at(row, column) * inputs);
      }
    }
    const layer = {
      height,
      width,
      inputs,
      outputs,
      trueOutputs,
      following,
      x,
      kernel,
      bias,
      y,
      v,
      m,
      tile,
      rgb: 0,
    };
    rewriteRecord(arena, record, layer);
    eachStrip(tiles, (first, count) => kernels.sameSizeConvolution(record, first, count));
    const to = arena.floats(y, floats(outputs));
    const result = new Float32Array(trueHeight * trueWidth * trueOutputs);
    for (let row = 0; row < trueHeight; row++) {
      for (let column = 0; column < trueWidth; column++) {
        const pixel = at(row, column) * outputs;
        result.set(to.subarray(pixel, pixel + trueOutputs), (row * trueWidth + column) * trueOutputs);
      }
    }
    return result;
  };
}
