/** The two networks that are timed: Magenta's published size, and the size the package ships. */
import { GANSYNTH_FILTERS } from '../src/models/gansynth/config.js';
import type { ConvWeights, GeneratorWeights } from '../src/ops/gansynth/generator.js';
import { createRandom } from '../src/random/random.js';

export const FULL: readonly number[] = GANSYNTH_FILTERS;
export const DEFAULT: readonly number[] = [64, 64, 64, 64, 32, 16, 8];

/** Random weights of variance 2 / fan-in: activations keep their size through the network, as in a trained one. */
export function randomWeights(filters: readonly number[]): GeneratorWeights {
  const random = createRandom(filters.join());
  const conv = (shape: [number, number, number, number]): ConvWeights => {
    const [height, width, inputs, outputs] = shape;
    const scale = Math.sqrt(6 / (height * width * inputs));
    const kernel = Float32Array.from(
      { length: height * width * inputs * outputs },
      () => scale * (2 * random() - 1),
    );
    return { kernel, shape, bias: new Float32Array(outputs) };
  };
  const inputSize = 317;
  return {
    inputSize,
    blocks: filters.map((outputs, i) => ({
      conv0: conv(i === 0 ? [2, 16, inputSize, outputs] : [3, 3, filters[i - 1], outputs]),
      conv1: conv([3, 3, outputs, outputs]),
    })),
    toRGB: conv([1, 1, filters[filters.length - 1], 2]),
    refinement: 0,
  };
}

/** [317] A latent and the one-hot of pitch 60. */
export function randomInput(): Float32Array {
  const random = createRandom('input');
  const input = Float32Array.from({ length: 317 }, (_, i) => (i < 256 ? 2 * random() - 1 : 0));
  input[256 + 60 - 24] = 1;
  return input;
}
