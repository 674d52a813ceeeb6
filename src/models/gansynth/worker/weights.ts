/** From the tensors of a checkpoint to the weights of the generator. */
import type { Checkpoint, Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { ConvWeights, GeneratorWeights } from '../../../ops/gansynth/generator.js';
import { BLOCK_COUNT, LATENT_SIZE, PITCH_COUNT } from '../config.js';

const INPUT_SIZE = LATENT_SIZE + PITCH_COUNT;

/** Synthesis uses the exponential moving average; a converter may have dropped the suffix. */
const SUFFIXES = ['/ExponentialMovingAverage', ''];

export interface WeightOptions {
  /**
   * The constant of the output layer: Python, which trained the published weights, uses sqrt(1 / fan-in); magenta.js
   * sqrt(2 / fan-in) (docs/decisions/python-before-magenta-js.md).
   */
  readonly toRGBScale?: 'python' | 'magenta.js';
  /** Rounds of phase refinement; default 0. */
  readonly refinement?: number;
}

const PART = /^Generator\/.*\/(?:kernel|bias)(?:\/ExponentialMovingAverage)?$/;

/** Selects the generator's names in a checkpoint, each once; a training's also has a discriminator's and an optimiser's. */
export function generatorNames(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => PART.test(name) && !all.has(name + SUFFIXES[0]));
}

/**
 * The network's widths are those of the tensors. Kernels are stored unscaled (equalised learning rate,
 * magenta/models/gansynth/lib/layers.py) and multiplied by sqrt(2 / fan-in) here, the output layer's by sqrt(1 / fan-in).
 * @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE
 */
export function readGeneratorWeights(
  checkpoint: Pick<Checkpoint, 'tensors'>,
  { toRGBScale = 'python', refinement = 0 }: WeightOptions = {},
): GeneratorWeights {
  const read = (block: number, layer: string, height: number, width: number, inputs: number, gain: number) =>
    readConvolution(
      checkpoint.tensors,
      `Generator/progressive_gan_generator/progressive_gan_block_${block}/${layer}`,
      [height, width, inputs],
      gain,
    );
  const blocks: { conv0: ConvWeights; conv1: ConvWeights }[] = [];
  let channels = INPUT_SIZE;
  for (let block = 1; block <= BLOCK_COUNT; block++) {
    const conv0 =
      block === 1 ? read(1, 'conv0', 2, 16, channels, 2) : read(block, 'conv0', 3, 3, channels, 2);
    channels = conv0.shape[3];
    const conv1 = read(block, 'conv1', 3, 3, channels, 2);
    if (conv1.shape[3] !== channels)
      throw wrongShape(`block ${block} conv1 kernel`, conv1.shape, [3, 3, channels, channels]);
    blocks.push({ conv0, conv1 });
  }
  const toRGB = read(BLOCK_COUNT, 'to_rgb', 1, 1, channels, toRGBScale === 'python' ? 1 : 2);
  if (toRGB.shape[3] !== 2) throw wrongShape('to_rgb kernel', toRGB.shape, [1, 1, channels, 2]);
  return { inputSize: INPUT_SIZE, blocks, toRGB, refinement };
}

function readConvolution(
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
  [height, width, inputs]: readonly [number, number, number],
  gain: number,
): ConvWeights {
  const kernel = find(tensors, `${prefix}/conv2d/kernel`);
  const outputs = kernel.shape[3];
  if (
    kernel.shape.length !== 4 ||
    !sameShape(kernel.shape, [height, width, inputs, outputs]) ||
    !(outputs > 0)
  ) {
    throw wrongShape(`${prefix}/conv2d/kernel`, kernel.shape, [height, width, inputs, 'any number']);
  }
  const bias = find(tensors, `${prefix}/bias`);
  if (!sameShape(bias.shape, [outputs])) throw wrongShape(`${prefix}/bias`, bias.shape, [outputs]);
  const scale = Math.sqrt(gain / (height * width * inputs));
  return {
    kernel: Float32Array.from(kernel.data, (value) => value * scale),
    shape: [height, width, inputs, outputs],
    bias: Float32Array.from(bias.data),
  };
}

function find(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  for (const suffix of SUFFIXES) {
    const tensor = tensors.get(name + suffix);
    if (tensor) return tensor;
  }
  const some = [...tensors.keys()].slice(0, 3).join(', ');
  throw new TimbrelError(
    'CHECKPOINT_TENSOR_MISSING',
    `The checkpoint has no tensor ${name}: it is not a GANSynth generator, or not all of one (it has ${tensors.size} tensors: ${some} ...)`,
  );
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

function wrongShape(
  name: string,
  found: readonly number[],
  expected: readonly (number | string)[],
): TimbrelError {
  return new TimbrelError(
    'CHECKPOINT_SHAPE',
    `${name} is ${found.join(' x ')}; a GANSynth generator has ${expected.join(' x ')} there`,
  );
}
