/**
 * NSynth's embeddings with another sound: an autoencoder of spectra that takes the place of the WaveNets where notes must be there at
 * once. A frame of 512 samples becomes a few numbers by way of a log-mel spectrum, and those become one column of GANSynth's image (log
 * magnitude and instantaneous frequency), which is inverted as GANSynth's is. training/nsynth makes its weights.
 *
 * Frame k hears the samples 512 k - 1536 to 512 k + 512, and sounds from 512 k - 1536 on: it ends with its frame.
 */
import type { ConvWeights } from '../conv2d/conv2d.js';
import type { Linear } from '../matrix.js';

export const HOP = 512;
export const WINDOW = 2048;
/** Samples that the first frame hears before the first sample. */
export const BEFORE = WINDOW - HOP;
/** Bins of a column. */
export const BINS = 1024;

/** A convolution over time, frames before and behind alike: the kernel is [taps * inputs, outputs]. */
export interface TimeConvolution extends Linear {
  readonly taps: number;
}

export interface SpectralEncoderWeights {
  /** From bands and level; leaky ReLU follows each. */
  readonly convolutions: readonly TimeConvolution[];
  readonly output: TimeConvolution;
}

export interface SpectralDecoderWeights {
  readonly input: TimeConvolution;
  /** x + second(leaky(first(leaky(x)))) */
  readonly blocks: readonly { readonly first: TimeConvolution; readonly second: TimeConvolution }[];
  /** To the bins of the lowest resolution, channels within each. */
  readonly spread: TimeConvolution;
  /** Two convolutions after each doubling of the bins, [3, 3, in, out]. */
  readonly levels: readonly (readonly ConvWeights[])[];
  /** To magnitude and frequency; tanh follows. */
  readonly output: Linear;
}

/** Frames that a column depends on, to either side. */
export function decoderContext({ input, blocks, levels }: SpectralDecoderWeights): number {
  const overTime = [input, ...blocks.flatMap(({ first, second }) => [first, second])];
  const reach = overTime.reduce((sum, { taps }) => sum + (taps >> 1), 0);
  return reach + levels.reduce((sum, level) => sum + level.length, 0);
}

/** Multiply-accumulates of a frame of the decoder. */
export function spectralMacs({ input, blocks, spread, levels, output }: SpectralDecoderWeights): number {
  const overTime = [input, spread, ...blocks.flatMap(({ first, second }) => [first, second])];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const firstBins = BINS / 2 ** levels.length;
  return (
    sum(overTime.map(({ kernel }) => kernel.data.length)) +
    sum(levels.map((level, i) => firstBins * 2 ** (i + 1) * sum(level.map(({ kernel }) => kernel.length)))) +
    BINS * output.kernel.data.length
  );
}

export const leaky = (value: number) => Math.max(value, 0.2 * value);
