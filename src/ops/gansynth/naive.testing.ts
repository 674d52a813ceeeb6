/** GANSynth's generator written in the most obvious way, in float64: what the fast ones are compared with. */
import { createRandom } from '../../random/random.js';
import type { ConvWeights, GeneratorWeights } from './generator.js';

interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

const image = (height: number, width: number, channels: number): Image => ({
  height,
  width,
  channels,
  data: new Float64Array(height * width * channels),
});

/** Zero padding of `top` rows above, `left` columns on the left, and as many behind as the output needs. */
function convolve(
  x: Image,
  { kernel, shape, bias }: ConvWeights,
  top: number,
  left: number,
  height: number,
  width: number,
): Image {
  const [kernelHeight, kernelWidth, inputs, outputs] = shape;
  const y = image(height, width, outputs);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias[o];
        for (let a = 0; a < kernelHeight; a++) {
          for (let b = 0; b < kernelWidth; b++) {
            const [row, column] = [i + a - top, j + b - left];
            if (row < 0 || row >= x.height || column < 0 || column >= x.width) continue;
            for (let c = 0; c < inputs; c++) {
              sum +=
                x.data[(row * x.width + column) * inputs + c] *
                kernel[((a * kernelWidth + b) * inputs + c) * outputs + o];
            }
          }
        }
        y.data[(i * width + j) * outputs + o] = sum;
      }
    }
  }
  return y;
}

function pixelNorm(x: Image): Image {
  const y = image(x.height, x.width, x.channels);
  for (let p = 0; p < x.height * x.width; p++) {
    const pixel = x.data.subarray(p * x.channels, (p + 1) * x.channels);
    const mean = pixel.reduce((sum, value) => sum + value * value, 0) / x.channels;
    pixel.forEach((value, c) => (y.data[p * x.channels + c] = value / Math.sqrt(mean + 1e-8)));
  }
  return y;
}

const leakyReLU = (x: Image): Image => ({ ...x, data: x.data.map((value) => Math.max(value, 0.2 * value)) });

function upsample(x: Image): Image {
  const y = image(2 * x.height, 2 * x.width, x.channels);
  for (let i = 0; i < y.height; i++) {
    for (let j = 0; j < y.width; j++) {
      for (let c = 0; c < x.channels; c++) {
        y.data[(i * y.width + j) * x.channels + c] = x.data[((i >> 1) * x.width + (j >> 1)) * x.channels + c];
      }
    }
  }
  return y;
}

/** [height * width * 2] */
export function naiveSpectrogram(weights: GeneratorWeights, input: Float32Array): Float64Array {
  let x = pixelNorm({ height: 1, width: 1, channels: input.length, data: Float64Array.from(input) });
  weights.blocks.forEach(({ conv0, conv1 }, i) => {
    if (i === 0) {
      x = convolve(x, conv0, 1, 15, 2, 16);
    } else {
      x = upsample(x);
      x = convolve(x, conv0, 1, 1, x.height, x.width);
    }
    x = pixelNorm(leakyReLU(x));
    x = pixelNorm(leakyReLU(convolve(x, conv1, 1, 1, x.height, x.width)));
  });
  return convolve(x, weights.toRGB, 0, 0, x.height, x.width).data.map(Math.tanh);
}

/** Random weights of a network of seven blocks; activations keep their size from layer to layer. */
export function randomWeights(filters: readonly number[], inputSize = 317): GeneratorWeights {
  const random = createRandom(filters.join());
  const conv = (shape: readonly [number, number, number, number], gain: number): ConvWeights => {
    const [height, width, inputs, outputs] = shape;
    const scale = Math.sqrt((3 * gain) / (height * width * inputs));
    const draw = (length: number, size: number) =>
      Float32Array.from({ length }, () => size * (2 * random() - 1));
    return { kernel: draw(height * width * inputs * outputs, scale), shape, bias: draw(outputs, 0.1) };
  };
  return {
    inputSize,
    blocks: filters.map((outputs, i) => ({
      conv0: conv(i === 0 ? [2, 16, inputSize, outputs] : [3, 3, filters[i - 1], outputs], 2),
      conv1: conv([3, 3, outputs, outputs], 2),
    })),
    toRGB: conv([1, 1, filters[filters.length - 1], 2], 1),
    refinement: 0,
  };
}
