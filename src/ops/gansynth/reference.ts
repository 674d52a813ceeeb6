/** GANSynth's generator in plain tfjs ops, for WebGPU, for unknown backends, and for the benchmark, which times tfjs with it. */
import * as tf from '@tensorflow/tfjs-core';
import { spectrogramToAudio } from './spectrogram.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { ConvWeights, Generator, GeneratorWeights, PauseBetweenLayers } from './generator.js';

interface Layer {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

export interface ReferenceOptions {
  /** Runs before each call, and reports why the device cannot compute: a lost GPU. */
  readonly check?: () => void;
}

const layer = ({ kernel, shape, bias }: ConvWeights): Layer => ({
  kernel: tf.tensor4d(kernel, [...shape]),
  bias: tf.tensor1d(bias),
});

const pixelNorm = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 3, true), 1e-8)));

const activate = (x: tf.Tensor4D): tf.Tensor4D => pixelNorm(tf.leakyRelu(x, 0.2));

const convolve = (x: tf.Tensor4D, { kernel, bias }: Layer, padding: 'same' | 'valid'): tf.Tensor4D =>
  tf.add(tf.conv2d(x, kernel, 1, padding), bias);

function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]);
}

/**
 * On the backend that tfjs has at this moment (tf.setBackend).
 * @throws from its calls: DISPOSED, and whatever `check` throws
 */
export function createReferenceGenerator(
  weights: GeneratorWeights,
  { check = () => {} }: ReferenceOptions = {},
): Generator {
  const blocks = weights.blocks.map(({ conv0, conv1 }) => ({ conv0: layer(conv0), conv1: layer(conv1) }));
  const toRGB = layer(weights.toRGB);
  const layers = [...blocks.flatMap(({ conv0, conv1 }) => [conv0, conv1]), toRGB];
  const backend = tf.getBackend();
  let disposed = false;

  /** Another generator of this thread may have chosen another backend, also while this one let messages in. */
  function step<T extends tf.Tensor>(compute: () => T): T {
    check();
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
    return tf.tidy(compute);
  }

  async function spectrogram(input: Float32Array, pause?: PauseBetweenLayers): Promise<Float32Array> {
    if (disposed) throw new TimbrelError('DISPOSED', 'This generator was disposed');
    let x = step(() => {
      const vector = pixelNorm(tf.tensor4d(input, [1, 1, 1, input.length]));
      return tf.pad(vector, [
        [0, 0],
        [1, 1],
        [15, 15],
        [0, 0],
      ]) as tf.Tensor4D;
    });
    try {
      for (const [i, { conv0, conv1 }] of blocks.entries()) {
        if (i > 0) await pause?.();
        const next = step(() => {
          const first = i === 0 ? convolve(x, conv0, 'valid') : convolve(upsample(x), conv0, 'same');
          return activate(convolve(activate(first), conv1, 'same'));
        });
        x.dispose();
        x = next;
      }
      const image = step(() => tf.tanh(convolve(x, toRGB, 'same')));
      try {
        const data = await image.data<'float32'>();
        check();
        return Float32Array.from(data);
      } finally {
        image.dispose();
      }
    } finally {
      x.dispose();
    }
  }

  return {
    bytes: layers.reduce((sum, { kernel, bias }) => sum + 4 * (kernel.size + bias.size), 0),
    spectrogram,
    audio: async (input, pause) => spectrogramToAudio(await spectrogram(input, pause), weights.refinement),
    dispose() {
      disposed = true;
      for (const { kernel, bias } of layers.splice(0)) tf.dispose([kernel, bias]);
    },
  };
}
