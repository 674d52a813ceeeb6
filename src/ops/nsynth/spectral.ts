/**
 * NSynth's embeddings with another sound: an autoencoder of spectra that takes the place of the WaveNets where notes must be there at
 * once. A frame of 512 samples becomes a few numbers by way of a log spectrum, and those become partials and noise, which are
 * synthesized (partials-and-noise.ts). The split of a sound into partials and filtered noise is that of Serra and Smith's spectral modeling
 * synthesis (1990), as in DDSP (Engel et al. 2020); training/nsynth makes the weights.
 *
 * The first number of a frame is the pitch, in octaves from MIDI pitch 52; the others are free.
 *
 * Frame k hears the samples 512 k - 1536 to 512 k + 512: it ends with its frame. The decoder reads the frames before its own and
 * `lookAhead` after it, so sound comes while frames come.
 */
import type { Linear } from '../matrix.js';

export const SAMPLE_RATE = 16000;
export const HOP = 512;
export const WINDOW = 2048;
/** Samples that the first frame hears before the first sample. */
export const BEFORE = WINDOW - HOP;
/** Bins of a spectrum, without that of 0 Hz. */
export const BINS = 1024;

/** A convolution over time: the kernel is [taps * inputs, outputs]. */
export interface Convolution1D extends Linear {
  readonly taps: number;
}

export interface SpectralEncoderWeights {
  /** Frames before and behind alike, from what it hears (spectral-features.ts); leaky ReLU follows each. */
  readonly convolutions: readonly Convolution1D[];
  /** The free numbers are the sum of what this gives of the convolutions, and `straight` of what is heard. */
  readonly output: Convolution1D;
  readonly straight: Convolution1D;
}

export interface SpectralDecoderWeights {
  /** Frames after its own that `input` reads. All other convolutions read their own frame and those before it. */
  readonly lookAhead: number;
  readonly input: Convolution1D;
  /** x + second(leaky(first(leaky(x)))) */
  readonly blocks: readonly { readonly first: Convolution1D; readonly second: Convolution1D }[];
  /** The numbers of partials and noise are the sum of what this gives of leaky(x), and `straight` of the frame. */
  readonly output: Convolution1D;
  readonly straight: Convolution1D;
}

export const inputsOf = ({ kernel, taps }: Convolution1D) => kernel.rows / taps;

/** Multiply-accumulates of a frame of the decoder, as the layers are defined. */
export const spectralMacs = ({ input, blocks, output, straight }: SpectralDecoderWeights): number =>
  [input, output, straight, ...blocks.flatMap(({ first, second }) => [first, second])].reduce(
    (sum, { kernel }) => sum + kernel.data.length,
    0,
  );

export const leaky = (value: number) => Math.max(value, 0.2 * value);
