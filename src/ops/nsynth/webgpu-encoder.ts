/** The WaveNet encoder on WebGPU, in operations of tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import type { Linear } from '../matrix.js';
import type { SharedDevice } from '../webgpu/device.js';
import { encodeInPieces, type FrameRange } from './encode-pieces.js';
import { dilation, encoderReach, tapsBefore, type EncoderWeights, type WaveNetEncoder } from './wavenet.js';

type Pause = () => Promise<void> | void;

/** A convolution over time: [1, taps, inputs, outputs] and [outputs]. */
interface Convolution {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
  readonly taps: number;
  readonly dilation: number;
}

/** Calls reject with GPU_LOST once the device is lost. Nothing of `weights` is kept. */
export async function createWebGPUEncoder(
  shared: SharedDevice,
  weights: EncoderWeights,
): Promise<WaveNetEncoder & { dispose(): void }> {
  await tf.setBackend('webgpu');
  const { taps, stages, bottleneck } = weights;
  const convolution = ({ kernel, bias }: Linear, count: number, distance: number): Convolution => ({
    kernel: tf.tensor4d(kernel.data, [1, count, kernel.rows / count, kernel.columns]),
    bias: tf.tensor1d(bias),
    taps: count,
    dilation: distance,
  });
  const start = convolution(weights.start, taps, 1);
  const layers = weights.layers.map(({ dilated, residual }, i) => ({
    dilated: convolution(dilated, taps, dilation(i, stages)),
    residual: convolution(residual, 1, 1),
  }));
  const tensors = [start, ...layers.flatMap(({ dilated, residual }) => [dilated, residual])].flatMap(
    ({ kernel, bias }) => [kernel, bias],
  );

  const means = async (
    x: Float32Array,
    { hopLength, first, frames }: FrameRange,
    pause: Pause,
    afterLayer: (layer: number) => void,
  ) => {
    let stream = tf.tidy(() => convolve(tf.tensor4d(x, [1, 1, x.length, 1]), start));
    try {
      for (const [i, { dilated, residual }] of layers.entries()) {
        await pause();
        await tf.setBackend('webgpu');
        const before = stream;
        stream = tf.tidy(() =>
          tf.add(before, convolve(tf.relu(convolve(tf.relu(before), dilated)), residual)),
        );
        before.dispose();
        afterLayer(i);
      }
      const pooled = tf.tidy(() => {
        const width = stream.shape[3];
        const wanted = tf.slice(stream, [0, 0, first * hopLength, 0], [1, 1, frames * hopLength, width]);
        return tf.mean(tf.reshape(wanted, [frames, hopLength, width]), 1);
      });
      try {
        return Float32Array.from(await shared.untilLost(pooled.data()));
      } finally {
        pooled.dispose();
      }
    } finally {
      stream.dispose();
    }
  };
  const reach = encoderReach(weights);
  return {
    bytes: tensors.reduce((sum, { size }) => sum + 4 * size, 0),
    encode(x, hopLength, pause, onShare = () => {}) {
      shared.throwIfLost();
      const piecewise = (piece: Float32Array, range: FrameRange, afterLayer: (layer: number) => void) =>
        means(piece, range, pause, afterLayer);
      const encoder = { reach, layers: layers.length, bottleneck, means: piecewise };
      return shared.untilLost(encodeInPieces(x, hopLength, encoder, onShare));
    },
    dispose: () => tf.dispose(tensors),
  };
}

/** Zeros stand outside. */
function convolve(x: tf.Tensor4D, { kernel, bias, taps, dilation: distance }: Convolution): tf.Tensor4D {
  const before = tapsBefore(taps) * distance;
  const after = (taps - 1) * distance - before;
  const padded = tf.pad(x, [
    [0, 0],
    [0, 0],
    [before, after],
    [0, 0],
  ]);
  return tf.add(tf.conv2d(padded, kernel, 1, 'valid', 'NHWC', [1, distance]), bias);
}
