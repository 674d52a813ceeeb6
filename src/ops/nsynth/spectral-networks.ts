/** The spectral autoencoder over layers of either kind: the SIMD kernels, or the plain reference. */
import { concatenateFloats } from '../../bytes/concatenate.js';
import { filledIn, heardPitches, trackPitch } from '../../audio/pitch-track.js';
import type { Layers } from '../layers/layers.js';
import { octavesOfPitch, pitchOfOctaves } from './octaves.js';
import { spectralFeatures } from './spectral-features.js';
import {
  HOP,
  SAMPLE_RATE,
  WINDOW,
  inputsOf,
  type Convolution1D,
  type SpectralDecoderWeights,
  type SpectralEncoderWeights,
} from './spectral.js';
import { forwards, overTime, rectified } from './time-convolution.js';

/**
 * @param samples whole frames at 16 kHz
 * @param pitches of the frames, MIDI; left out, they are heard in the sound
 * @returns [frames, size]
 */
export type SpectralEncoder = (
  samples: Float32Array,
  pitches?: ArrayLike<number>,
) => Float32Array<ArrayBuffer>;

/** Hears the MIDI pitch of each frame. @param samples whole frames at 16 kHz */
export const framePitches = (samples: Float32Array): Float32Array<ArrayBuffer> =>
  trackPitch(samples, SAMPLE_RATE, frameCentres(Math.floor(samples.length / HOP)));

/**
 * The encoder by parts, for long sounds: the same numbers.
 * @param pause is awaited before each part; it may throw to give up
 * @param onShare gets the share that is done, 0 to 1
 */
export async function encodeInParts(
  encode: SpectralEncoder,
  samples: Float32Array,
  {
    pitches,
    reach,
    pause,
    onShare,
  }: {
    readonly pitches?: ArrayLike<number>;
    /** Frames at either side that a frame of the encoder depends on, with what it hears. */
    readonly reach: number;
    readonly pause: () => Promise<void>;
    readonly onShare: (done: number) => void;
  },
): Promise<Float32Array<ArrayBuffer>> {
  const frames = samples.length / HOP;
  const known = pitches ?? (await framePitchesInParts(samples, pause));
  const parts: Float32Array[] = [];
  for (let from = 0; from < frames; from += PART) {
    await pause();
    const to = Math.min(frames, from + PART);
    const [first, last] = [Math.max(0, from - reach), Math.min(frames, to + reach)];
    const around = Float32Array.from({ length: last - first }, (_, k) => known[first + k]);
    const embedding = encode(samples.subarray(first * HOP, last * HOP), around);
    const size = embedding.length / (last - first);
    parts.push(embedding.subarray((from - first) * size, (to - first) * size));
    onShare(to / frames);
  }
  return concatenateFloats(parts);
}

/** Frames of a part: some 30 ms of work. */
const PART = 64;
/** Samples around a part that its frames may hear for their pitch. */
const AROUND = 2 * WINDOW;

async function framePitchesInParts(
  samples: Float32Array,
  pause: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const found: Float32Array[] = [];
  const frames = Math.floor(samples.length / HOP);
  for (let from = 0; from < frames; from += PART) {
    await pause();
    const start = Math.max(0, from * HOP - AROUND);
    const part = samples.subarray(start, (from + PART) * HOP + AROUND);
    const centres = frameCentres(Math.min(PART, frames - from), from);
    found.push(
      heardPitches(
        part,
        SAMPLE_RATE,
        centres.map((centre) => centre - start),
      ),
    );
  }
  return filledIn(concatenateFloats(found));
}

const frameCentres = (frames: number, from = 0) =>
  Array.from({ length: frames }, (_, k) => (from + k + 1) * HOP - WINDOW / 2);

/** Frames at either side that a frame of an encoder depends on; those before it for what they hear, too. */
export const reachOf = ({ convolutions, output, straight }: SpectralEncoderWeights): number => {
  const half = ({ taps }: Convolution1D) => taps >> 1;
  const deep = convolutions.reduce((sum, convolution) => sum + half(convolution), 0) + half(output);
  return Math.max(deep, half(straight)) + WINDOW / HOP - 1;
};

/** The pitch is heard in the sound itself (src/audio/pitch-track.ts); the network gives the free numbers. */
export function createSpectralEncoder(
  layers: Layers,
  { convolutions, output, straight }: SpectralEncoderWeights,
): SpectralEncoder {
  const steps = convolutions.map((convolution) => overTime(layers, convolution));
  const last = overTime(layers, output);
  const across = overTime(layers, straight);
  const size = 1 + output.bias.length;
  return (samples, pitches = framePitches(samples)) => {
    const frames = samples.length / HOP;
    const heard = spectralFeatures(samples, pitches);
    const hidden = steps.reduce((x, step) => rectified(step(x, frames)), heard);
    const free = sums(last(hidden, frames), across(heard, frames));
    const embedding = new Float32Array(frames * size);
    for (let k = 0; k < frames; k++) {
      embedding[k * size] = octavesOfPitch(pitches[k]);
      embedding.set(free.subarray(k * (size - 1), (k + 1) * (size - 1)), k * size + 1);
    }
    return embedding;
  };
}

const sums = (x: Float32Array, y: Float32Array) => Float32Array.from(x, (value, i) => value + y[i]);

/** The decoder writes these numbers of frames (partials-and-noise.ts), [count, OUTPUTS], and hands their pitches on. */
export interface Decoded {
  readonly outputs: Float32Array<ArrayBuffer>;
  readonly pitches: Float32Array<ArrayBuffer>;
}

/** A sound on its way from embedding to partials and noise. */
export interface SpectralStream {
  /**
   * @param embedding [frames, size]: the next ones
   * @returns the frames that no later one changes
   */
  write(embedding: Float32Array): Decoded;
  /** @returns the rest; nothing may be written after */
  close(): Decoded;
}

/** @returns begins a sound; several can be under way */
export function createSpectralDecoder(layers: Layers, weights: SpectralDecoderWeights): () => SpectralStream {
  const { lookAhead } = weights;
  const size = inputsOf(weights.input);
  const width = weights.input.bias.length;
  const beginInput = forwards(layers, weights.input);
  const beginBlocks = weights.blocks.map(({ first, second }) => [
    forwards(layers, first),
    forwards(layers, second),
  ]);
  const output = layers.dense(weights.output);
  const straight = layers.dense(weights.straight);

  return () => {
    const input = beginInput();
    const blocks = beginBlocks.map(([first, second]) => [first(), second()]);
    // What reads a frame too late by `lookAhead` leaves as many out at the front, and reads as many zeros at the end.
    let early = lookAhead;
    // What was written and is not decoded yet.
    let coming = new Float32Array(0);
    const write = (embedding: Float32Array): Decoded => {
      const written = embedding.length / size;
      const skipped = Math.min(early, written);
      early -= skipped;
      const frames = written - skipped;
      let x: Float32Array = input(embedding, written).subarray(skipped * width);
      for (const [first, second] of blocks)
        x = sums(x, second(rectified(first(rectified(x), frames)), frames));
      const all = concatenateFloats([coming, embedding]);
      const now = all.subarray(0, frames * size);
      coming = all.slice(frames * size);
      const outputs =
        frames > 0 ? sums(output(rectified(x), frames), straight(now, frames)) : new Float32Array(0);
      const pitches = Float32Array.from({ length: frames }, (_, k) => pitchOfOctaves(now[k * size]));
      return { outputs, pitches };
    };
    return { write, close: () => write(new Float32Array(lookAhead * size)) };
  };
}
