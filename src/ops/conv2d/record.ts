/** The description of a layer for the convolution kernels, in the order of the class Layer in wasm/assembly/network.ts. */
import type { Arena } from '../arena.js';
import { FOLLOWING, type ConvWeights, type Following } from './conv2d.js';

/** Addresses are in bytes; channel counts are padded to multiples of 8, but the true one. */
export interface LayerRecord {
  /** Size of the input image. */
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly trueOutputs: number;
  readonly following: Following;
  readonly x: number;
  /** The weights as the kernels read them: packed or transformed. */
  readonly kernel: number;
  readonly bias: number;
  readonly y: number;
  /** Planes of a strip of tiles, or patches and products of a direct convolution. */
  readonly v: number;
  readonly m: number;
  /** 16 pixels of output. */
  readonly tile: number;
  readonly rgb: number;
}

const fieldsOf = (layer: LayerRecord) => [
  layer.height,
  layer.width,
  layer.inputs,
  layer.outputs,
  layer.trueOutputs,
  FOLLOWING.indexOf(layer.following),
  layer.x,
  layer.kernel,
  layer.bias,
  layer.y,
  layer.v,
  layer.m,
  layer.tile,
  layer.rgb,
];

/** Writes a record of its own. @returns its address */
export const writeRecord = (arena: Arena, layer: LayerRecord): number => arena.record(...fieldsOf(layer));

/** Kernels exist for multiples of 8 channels. */
export const padded = (channels: number) => Math.ceil(channels / 8) * 8;

/** HWIO with both channel counts padded by zeros. */
export function padKernel({ kernel, shape }: ConvWeights, inputs: number, outputs: number): Float32Array {
  const [height, width, trueInputs, trueOutputs] = shape;
  if (trueInputs === inputs && trueOutputs === outputs) return kernel;
  const result = new Float32Array(height * width * inputs * outputs);
  for (let tap = 0; tap < height * width; tap++) {
    for (let i = 0; i < trueInputs; i++) {
      const from = (tap * trueInputs + i) * trueOutputs;
      result.set(kernel.subarray(from, from + trueOutputs), (tap * inputs + i) * outputs);
    }
  }
  return result;
}

/** Tiles in one go: enough that weights are seldom read again, few enough that the planes stay in the cache. */
const STRIP = 64;
/** The layout is that of wasm/assembly/winograd.ts. */
const PLANE_PADDING = 64;

/** Size of the planes of one strip of an image of so many tiles. */
export const planesBytes = (tiles: number, channels: number) =>
  36 * (Math.min(STRIP, tiles) * 4 * channels + PLANE_PADDING);

/** Calls `run` for each strip of tiles; the last may be shorter. */
export function eachStrip(tiles: number, run: (first: number, count: number) => void): void {
  for (let first = 0; first < tiles; first += STRIP) run(first, Math.min(STRIP, tiles - first));
}
