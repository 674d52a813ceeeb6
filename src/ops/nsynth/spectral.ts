/**
 * NSynth's embeddings with another sound: an autoencoder of spectra that takes the place of the WaveNets where notes must be there at
 * once. A frame of 512 samples becomes a few numbers by way of a log spectrum, and those become one column of GANSynth's image (log
 * magnitude and instantaneous frequency), which is inverted as GANSynth's is. training/nsynth makes its weights.
 *
 * The first number of a frame is the pitch, in octaves from MIDI pitch 52; the others are free. Columns hold frequency beside that of the
 * nearest partial of the pitch (comb.ts).
 *
 * Frame k hears the samples 512 k - 1536 to 512 k + 512, and sounds from 512 k - 1536 on: it ends with its frame. The decoder reads
 * the frames before its own and `lookAhead` after it, so columns come while frames come.
 */
import type { Linear } from '../matrix.js';

export const SAMPLE_RATE = 16000;
export const HOP = 512;
export const WINDOW = 2048;
/** Samples that the first frame hears before the first sample. */
export const BEFORE = WINDOW - HOP;
/** Bins of a column. */
export const BINS = 1024;

/** A convolution over time or over frequency: the kernel is [taps * inputs, outputs]. */
export interface Convolution1D extends Linear {
  readonly taps: number;
}

export interface SpectralEncoderWeights {
  /** Over time, frames before and behind alike, from bands and level; leaky ReLU follows each. */
  readonly convolutions: readonly Convolution1D[];
  /** The free numbers. */
  readonly output: Convolution1D;
}

export interface SpectralDecoderWeights {
  /** Frames after its own that `input` reads. All other convolutions over time read their own frame and those before it. */
  readonly lookAhead: number;
  readonly input: Convolution1D;
  /** x + second(leaky(first(leaky(x)))) */
  readonly blocks: readonly { readonly first: Convolution1D; readonly second: Convolution1D }[];
  /** To the bins of the lowest resolution, channels within each; leaky ReLU and pixel norm follow. */
  readonly spread: Convolution1D;
  readonly bins: BinsWeights;
}

/** The part of the decoder that works along frequency, each frame by itself. */
export interface BinsWeights {
  /**
   * Two convolutions of three taps after each doubling of the bins; leaky ReLU and pixel norm follow each. A second one that reads
   * four channels more than the first one writes is told of the partials.
   */
  readonly levels: readonly (readonly [Convolution1D, Convolution1D])[];
  /** To magnitude and frequency; tanh follows. */
  readonly output: Linear;
}

/** Makes columns of frames. */
export interface BinsNetwork {
  readonly backend: 'wasm' | 'cpu';
  /** Memory that it holds. */
  readonly bytes: number;
  /**
   * @param x [frames, lowest bins, channels], as `spread` leaves it, before leaky ReLU
   * @param pitches [frames] MIDI pitches
   * @returns [frames, 1024, 2]
   */
  columns(x: Float32Array, pitches: ArrayLike<number>): Float32Array<ArrayBuffer>;
}

/** The bins before the first doubling. */
export const lowestBins = ({ levels }: BinsWeights) => BINS / 2 ** levels.length;

/** A level's second convolution is told of the partials. */
export const isTold = ([first, second]: BinsWeights['levels'][number]) =>
  inputsOf(second) > first.bias.length;

export const inputsOf = ({ kernel, taps }: Convolution1D) => kernel.rows / taps;

/** Multiply-accumulates of a frame of the decoder, as the layers are defined. */
export function spectralMacs({ input, blocks, spread, bins }: SpectralDecoderWeights): number {
  const overTime = [input, spread, ...blocks.flatMap(({ first, second }) => [first, second])];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const size = (layers: readonly Linear[]) => sum(layers.map(({ kernel }) => kernel.data.length));
  return (
    size(overTime) +
    sum(bins.levels.map((level, i) => lowestBins(bins) * 2 ** (i + 1) * size(level))) +
    BINS * size([bins.output])
  );
}

export const leaky = (value: number) => Math.max(value, 0.2 * value);
