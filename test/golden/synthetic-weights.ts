/**
 * Weights and latents of the reference vectors: no weights are stored, every tensor is drawn by a recipe from its
 * name. Tensor of name n: u = mulberry32(FNV-1a(prefix + n)), element i = fround(offset + scale * (2 u_i - 1)),
 * row-major. A latent: the Box-Muller transform of the same stream, seeded by its name. src/random is that
 * generator. No Node or DOM here: browser tests use it too.
 */
import type { ConvWeights, GeneratorWeights } from '../../src/ops/gansynth/generator.js';
import { createRandom } from '../../src/random/random.js';

/** An entry of `weights.tensors` of a file of vectors. */
export interface TensorRecipe {
  readonly name: string;
  readonly shape: readonly number[];
  readonly scale: number;
  readonly offset: number;
  /** The tensor's first and last element, to 9 digits: they check the recipe. */
  readonly first: number;
  readonly last: number;
}

export interface WeightRecipe {
  readonly seedPrefix: string;
  readonly tensors: readonly TensorRecipe[];
}

export interface SyntheticTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The stored tensors, as a checkpoint would hold them, by name. */
export function syntheticTensors({ seedPrefix, tensors }: WeightRecipe): Map<string, SyntheticTensor> {
  return new Map(
    tensors.map(({ name, shape, scale, offset }) => {
      const random = createRandom(seedPrefix + name);
      const length = shape.reduce((product, size) => product * size, 1);
      const data = new Float32Array(length);
      for (let i = 0; i < length; i++) data[i] = offset + scale * (2 * random() - 1);
      return [name, { shape, data }];
    }),
  );
}

/**
 * A checkpoint's tensors as the generator takes them, kernels scaled by sqrt(gain / fan-in): gain 2, but 1 for
 * to_rgb, as in Magenta's Python (lib/network_functions.py). magenta.js, which made the vectors, takes 2 for to_rgb as
 * well: `toRGBFactor` = sqrt(2) on its stored kernel gives the same product.
 */
export function generatorWeights(
  tensors: ReadonlyMap<string, SyntheticTensor>,
  { toRGBFactor = 1 } = {},
): GeneratorWeights {
  const find = (name: string): SyntheticTensor => {
    const path = `Generator/progressive_gan_generator/progressive_gan_block_${name}/ExponentialMovingAverage`;
    const tensor = tensors.get(path);
    if (!tensor) throw new Error(`The vectors have no tensor ${path}`);
    return tensor;
  };
  const conv = (name: string, gain: number, factor = 1): ConvWeights => {
    const { shape, data } = find(`${name}/conv2d/kernel`);
    const [height, width, inputs, outputs] = shape;
    const scale = factor * Math.sqrt(gain / (height * width * inputs));
    return {
      kernel: data.map((value) => value * scale),
      shape: [height, width, inputs, outputs],
      bias: find(`${name}/bias`).data,
    };
  };
  const blocks = [1, 2, 3, 4, 5, 6, 7].map((block) => ({
    conv0: conv(`${block}/conv0`, 2),
    conv1: conv(`${block}/conv1`, 2),
  }));
  return {
    inputSize: blocks[0].conv0.shape[2],
    blocks,
    toRGB: conv('7/to_rgb', 1, toRGBFactor),
    refinement: 0,
  };
}
