/** The network as a list of layers for the kernels, and the memory that each takes. */
import { padded, planesBytes } from '../conv2d/record.js';
import type { ConvWeights, GeneratorWeights } from './generator.js';

/**
 * The kernel of a layer: the dense map of block 1 conv0, a direct product for block 1 conv1 (2 x 16 pixels, no tile of
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

/** Matrices of inputs x outputs in the weights, by kind: taps, or products of a tile. */
const MATRICES: Readonly<Record<LayerKind, number>> = {
  dense: 32,
  direct: 9,
  upsampled: 25,
  same: 36,
  last: 36,
};

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

/** Size of the weights as the kernels read them. */
export const kernelBytes = ({ kind, inputs, outputs }: Layer) => 4 * MATRICES[kind] * inputs * outputs;

/** Size of a 3 x 3 kernel before its transform. */
export const rawKernelBytes = ({ inputs, outputs }: Layer) => 4 * 9 * inputs * outputs;

/** Size of the output with its border of one pixel. */
export function outputBytes({ kind, height, width, outputs }: Layer): number {
  if (kind === 'last') return 0;
  const scale = kind === 'upsampled' ? 2 : 1;
  return 4 * (height * scale + 2) * (width * scale + 2) * outputs;
}

/** Tiles of 4 x 4 pixels of the output. */
export const tilesOf = ({ kind, height, width }: Layer) => (height * width) / (kind === 'upsampled' ? 4 : 16);

/** Size of the planes V (`channels` = inputs) or M (outputs) of one strip, or of the patches or products of a direct product. */
export function planeBytes(layer: Layer, channels: 'inputs' | 'outputs'): number {
  const { kind, height, width } = layer;
  if (kind === 'dense') return 0;
  if (kind === 'direct') return 4 * height * width * layer[channels] * (channels === 'inputs' ? 9 : 1);
  return planesBytes(tilesOf(layer), layer[channels]);
}
