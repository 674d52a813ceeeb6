import type { Checkpoint } from '../../checkpoints/checkpoint.js';
import type { ConvWeights, GeneratorWeights } from '../../ops/gansynth/generator.js';
export function readGeneratorWeights(checkpoint: Checkpoint): GeneratorWeights {
  const conv = (block: number, name: string, gain: number): ConvWeights => {
    const prefix = `Generator/progressive_gan_generator/progressive_gan_block_${block}/${name}`;
    const get = (n: string) => checkpoint.tensors.get(`${prefix}/${n}/ExponentialMovingAverage`)!;
    const kernel = get('conv2d/kernel'); const shape = kernel.shape as ConvWeights['shape'];
    const scale = Math.sqrt(gain / (shape[0] * shape[1] * shape[2]));
    return { kernel: kernel.data.map((v) => v * scale), shape, bias: get('bias').data };
  };
  return { inputSize: 317, blocks: [1, 2, 3, 4, 5, 6, 7].map((b) => ({ conv0: conv(b, 'conv0', 2), conv1: conv(b, 'conv1', 2) })), toRGB: conv(7, 'to_rgb', 1) };
}
