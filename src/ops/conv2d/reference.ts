/** A 3 x 3 convolution in the most obvious way, in float64. */
import type { Convolution, ConvWeights, Following } from './conv2d.js';

const PIXEL_NORM_EPSILON = 1e-8;

function follow(pixel: Float64Array, following: Exclude<Following, 'toRGB'>): Float64Array {
  if (following === 'none') return pixel;
  if (following === 'relu') return pixel.map((value) => Math.max(0, value));
  const leaky = pixel.map((value) => Math.max(value, 0.2 * value));
  const mean = leaky.reduce((sum, value) => sum + value * value, 0) / pixel.length;
  return leaky.map((value) => value / Math.sqrt(mean + PIXEL_NORM_EPSILON));
}

export function createReferenceConvolution(
  { kernel, bias, shape: [, , inputs, outputs] }: ConvWeights,
  following: Exclude<Following, 'toRGB'> = 'none',
): Convolution {
  return (x, height, width) => {
    const y = new Float32Array(height * width * outputs);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const pixel = Float64Array.from(bias);
        for (let tap = 0; tap < 9; tap++) {
          const [row, column] = [i + Math.floor(tap / 3) - 1, j + (tap % 3) - 1];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          for (let c = 0; c < inputs; c++) {
            const value = x[(row * width + column) * inputs + c];
            for (let o = 0; o < outputs; o++) pixel[o] += value * kernel[(tap * inputs + c) * outputs + o];
          }
        }
        y.set(follow(pixel, following), (i * width + j) * outputs);
      }
    }
    return y;
  };
}
