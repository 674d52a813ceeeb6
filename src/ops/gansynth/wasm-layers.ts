/** The network as a list of layers for the kernels, and the memory that each takes. */
import type { ConvWeights, GeneratorWeights } from './generator.js';

/**
 * What computes a layer: the dense map of block 1 conv0, a direct product for block 1 conv1 (2 x 16 pixels, no tile of
 * 4 x 4 fits), and Winograd for all others: U(4, 3) after upsampling, F(4, 3) without, and F(4, 3) with to_rgb.
 */
export type LayerKind = 'dense' | 'direct' | 'upsampled' | 'same' | 'last';

export interface Layer {
  readonly kind: LayerKind;
  /** Size of the input image in pixels. */
  readonly height: number;
  readonly width: number;
  /** Channels, padded to a multiple of 8 (but the network's input). */
  readonly inputs: number;
  readonly outputs: number;
  /** Pixel norm divides by the channels there are. */
  readonly trueOutputs: number;
}

/** Tiles in one go: enough that weights are seldom read again, few enough that the planes stay in the cache. */
const STRIP = 64;
/** As in wasm/assembly/winograd.ts. */
const PLANE_PADDING = 64;
/** Matrices of inputs x outputs in the weights, by kind: taps, or products of a tile. */
const MATRICES: Readonly<Record<LayerKind, number>> = {
  dense: 32,
  direct: 9,
  upsampled: 25,
  same: 36,
  last: 36,
};

export const padded = (channels: number) => Math.ceil(channels / 8) * 8;

/** Two layers a block: conv0, conv1. */
export function planLayers({ blocks, inputSize }: GeneratorWeights): Layer[] {
  return blocks.flatMap(({ conv0, conv1 }, i) => {
    const layer = (kind: LayerKind, scale: number, inputs: number, { shape }: ConvWeights): Layer => ({
      kind,
      height: 2 * scale,
      width: 16 * scale,
      inputs,
      outputs: padded(shape[3]),
      trueOutputs: shape[3],
    });
    const scale = 2 ** i;
    const conv1Kind = i === 0 ? 'direct' : i === blocks.length - 1 ? 'last' : 'same';
    return [
      i === 0
        ? layer('dense', 1, inputSize, conv0)
        : layer('upsampled', scale / 2, padded(conv0.shape[2]), conv0),
      layer(conv1Kind, scale, padded(conv1.shape[2]), conv1),
    ];
  });
}

/** Of the weights as the kernels read them. */
export const kernelBytes = ({ kind, inputs, outputs }: Layer) => 4 * MATRICES[kind] * inputs * outputs;

/** Of a 3 x 3 kernel before its transform. */
export const rawKernelBytes = ({ inputs, outputs }: Layer) => 4 * 9 * inputs * outputs;

/** Of the output with its border of one pixel. */
export function outputBytes({ kind, height, width, outputs }: Layer): number {
  if (kind === 'last') return 0;
  const scale = kind === 'upsampled' ? 2 : 1;
  return 4 * (height * scale + 2) * (width * scale + 2) * outputs;
}

/** Of the planes V (`channels` = inputs) or M (outputs) of one strip, or of the patches or products of a direct product. */
export function planeBytes({ kind, height, width, ...layer }: Layer, channels: 'inputs' | 'outputs'): number {
  if (kind === 'dense') return 0;
  const pixel = 4 * layer[channels];
  if (kind === 'direct') return height * width * pixel * (channels === 'inputs' ? 9 : 1);
  const tiles = Math.min(STRIP, (height * width) / (kind === 'upsampled' ? 4 : 16));
  return 36 * (tiles * pixel + PLANE_PADDING);
}

/** Calls `run` for each strip of tiles of a Winograd layer; the last may be shorter. */
export function eachStrip({ kind, height, width }: Layer, run: (first: number, count: number) => void): void {
  const tiles = (height * width) / (kind === 'upsampled' ? 4 : 16);
  for (let first = 0; first < tiles; first += STRIP) run(first, Math.min(STRIP, tiles - first));
}

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
