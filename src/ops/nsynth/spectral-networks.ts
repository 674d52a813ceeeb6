/** The spectral autoencoder over layers and convolutions of either kind: the SIMD kernels, or the plain reference. */
import type { Convolution, ConvWeights } from '../conv2d/conv2d.js';
import type { Layers } from '../layers/layers.js';
import { logBands } from './log-bands.js';
import { BINS, HOP, type SpectralDecoderWeights, type SpectralEncoderWeights } from './spectral.js';
import { overTime, rectified } from './time-convolution.js';

/** @param samples whole frames at 16 kHz @returns [frames, size] */
export type SpectralEncoder = (samples: Float32Array) => Float32Array<ArrayBuffer>;

/**
 * @param embedding [frames, size]
 * @param pause awaited between layers; it may throw to give up
 * @returns [frames, 1024, 2]
 */
export type SpectralDecoder = (
  embedding: Float32Array,
  pause: () => Promise<void> | void,
) => Promise<Float32Array<ArrayBuffer>>;

export function createSpectralEncoder(
  layers: Layers,
  { convolutions, output }: SpectralEncoderWeights,
): SpectralEncoder {
  const steps = convolutions.map((convolution) => overTime(layers, convolution));
  const last = overTime(layers, output);
  return (samples) => {
    const frames = samples.length / HOP;
    const hidden = steps.reduce<Float32Array>((x, step) => rectified(step(x, frames)), logBands(samples));
    return last(hidden, frames);
  };
}

/** @param convolve makes a convolution that leaky ReLU and pixel norm follow */
export async function createSpectralDecoder(
  layers: Layers,
  convolve: (weights: ConvWeights) => Convolution | Promise<Convolution>,
  weights: SpectralDecoderWeights,
): Promise<SpectralDecoder> {
  const input = overTime(layers, weights.input);
  const blocks = weights.blocks.map(({ first, second }) => [
    overTime(layers, first),
    overTime(layers, second),
  ]);
  const spread = overTime(layers, weights.spread);
  const levels = await Promise.all(weights.levels.map((level) => Promise.all(level.map(convolve))));
  const channels = weights.levels.map((level) => level.map(({ shape }) => shape[3]));
  const [firstChannels] = weights.levels[0].map(({ shape }) => shape[2]);
  const firstBins = BINS / 2 ** levels.length;
  const size = weights.input.kernel.rows / weights.input.taps;

  return async (embedding, pause) => {
    const frames = embedding.length / size;
    let x = input(embedding, frames);
    for (const [first, second] of blocks) {
      const change = second(rectified(first(rectified(x), frames)), frames);
      x = x.map((value, i) => value + change[i]);
    }
    let image = pixelNorm(rectified(spread(rectified(x), frames)), firstChannels);
    let bins = firstBins;
    let depth = firstChannels;
    for (const [i, level] of levels.entries()) {
      image = doubled(image, depth);
      bins *= 2;
      for (const [j, convolution] of level.entries()) {
        await pause();
        image = convolution(image, frames, bins);
        depth = channels[i][j];
      }
    }
    return magnitudeAndFrequency(image, depth, weights.output);
  };
}

/** x / sqrt(mean over channels of x^2 + 1e-8) */
function pixelNorm(x: Float32Array<ArrayBuffer>, channels: number): Float32Array<ArrayBuffer> {
  for (let from = 0; from < x.length; from += channels) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += x[from + c] ** 2;
    const factor = 1 / Math.sqrt(sum / channels + 1e-8);
    for (let c = 0; c < channels; c++) x[from + c] *= factor;
  }
  return x;
}

/** Every bin twice. */
function doubled(x: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(2 * x.length);
  for (let from = 0; from < x.length; from += channels) {
    const bin = x.subarray(from, from + channels);
    result.set(bin, 2 * from);
    result.set(bin, 2 * from + channels);
  }
  return result;
}

function magnitudeAndFrequency(
  x: Float32Array,
  channels: number,
  { kernel, bias }: SpectralDecoderWeights['output'],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array((2 * x.length) / channels);
  for (let from = 0, to = 0; from < x.length; from += channels, to += 2) {
    let [magnitude, frequency] = bias;
    for (let c = 0; c < channels; c++) {
      magnitude += x[from + c] * kernel.data[2 * c];
      frequency += x[from + c] * kernel.data[2 * c + 1];
    }
    result[to] = Math.tanh(magnitude);
    result[to + 1] = Math.tanh(frequency);
  }
  return result;
}
