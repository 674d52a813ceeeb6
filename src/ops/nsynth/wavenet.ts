/**
 * NSynth's networks: a WaveNet encoder that makes a few numbers of every frame of sound, and a WaveNet decoder that draws sound from
 * them sample by sample (Engel et al. 2017, arXiv 1704.01279; magenta/models/nsynth/wavenet/h512_bo16.py, fastgen.py).
 *
 * A convolution's kernel is [taps * inputs, outputs], the oldest tap first; layer i = 0, 1, ... has dilation 2^(i mod stages). Levels
 * are classes of mu-law, 0 to levels - 1, and enter the networks as (class - levels / 2) / (levels / 2).
 *
 * A small decoder may draw several samples a step: its layers go from step to step, and read the levels of a step side by side. A step's samples
 * are drawn one after the other, each by a head of its own; before it is rectified, the vector that the heads read gets a row for each sample that the
 * step has drawn already, chosen by how far back it lies and by its class. The original has one sample a step, and no such rows. Nor has it a carrier
 * (carrier.ts), which is added to what the first convolution makes of a step.
 * Implementations: wasm-encoder.ts and wasm-decoder.ts (SIMD kernels), webgpu-encoder.ts and webgpu-decoder.ts, reference.ts (plain TypeScript in float64).
 */
import { muLawSample } from '../../audio/mu-law.js';
import type { Linear, Matrix } from '../matrix.js';

export interface EncoderWeights {
  readonly taps: number;
  readonly stages: number;
  readonly start: Linear;
  readonly layers: readonly { readonly dilated: Linear; readonly residual: Linear }[];
  readonly bottleneck: Linear;
}

export interface DecoderLayer {
  /** To gates, then filters. */
  readonly dilated: Linear;
  /** From a frame's embedding to what is added to them. */
  readonly conditioning: Linear;
  readonly residual: Linear;
  readonly skip: Linear;
}

export interface DecoderWeights {
  readonly taps: number;
  readonly stages: number;
  readonly start: Linear;
  readonly skipStart: Linear;
  readonly layers: readonly DecoderLayer[];
  readonly out: Linear;
  readonly outConditioning: Linear;
  /** 1 in the original. */
  readonly samplesPerStep: number;
  /** To the levels of the step's first sample, then of its second, ... */
  readonly logits: Linear;
  /** [2 * octaves, width], of a decoder that is told the phase of its pitch (carrier.ts). */
  readonly carrier?: Matrix;
  /** [(samplesPerStep - 1) * levels, skip] rows of samples of the same step: the farthest sample's first, by its class. */
  readonly earlier: Matrix;
}

export const levelsOf = ({ logits, samplesPerStep }: DecoderWeights): number =>
  logits.bias.length / samplesPerStep;

/** The samples of the classes, ascending: a mean is one of these. */
export const samplesOf = (levels: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: levels }, (_, index) => muLawSample(index, levels));

/** Numbers of a step's carrier. */
export const carrierSize = ({ carrier }: DecoderWeights): number => carrier?.rows ?? 0;

/** The convolution that a step begins with: from the levels of the last steps, and below them from its carrier. */
export function beginningOf({ start, carrier }: DecoderWeights): Linear {
  if (!carrier) return start;
  const { rows, columns, data } = start.kernel;
  const both = new Float32Array(data.length + carrier.data.length);
  both.set(data);
  both.set(carrier.data, data.length);
  return { kernel: { rows: rows + carrier.rows, columns, data: both }, bias: start.bias };
}

/** The heads of a step, each to the levels of one sample. */
export function headsOf(weights: DecoderWeights): Linear[] {
  const { kernel, bias } = weights.logits;
  const columns = levelsOf(weights);
  return Array.from({ length: weights.samplesPerStep }, (_, head) => {
    const data = new Float32Array(kernel.rows * columns);
    for (let row = 0; row < kernel.rows; row++) {
      const from = row * kernel.columns + head * columns;
      data.set(kernel.data.subarray(from, from + columns), row * columns);
    }
    return {
      kernel: { rows: kernel.rows, columns, data },
      bias: bias.slice(head * columns, (head + 1) * columns),
    };
  });
}

export interface WaveNetEncoder {
  /** Memory that it holds. */
  readonly bytes: number;
  /**
   * @param x [frames * hopLength] levels as the networks read them; zeros stand outside
   * @param pause awaited now and then; it may throw to give up
   * @param onShare gets the share that is done, 0 to 1
   * @returns [frames, size of an embedding]
   */
  encode(
    x: Float32Array,
    hopLength: number,
    pause: () => Promise<void> | void,
    onShare?: (done: number) => void,
  ): Promise<Float32Array<ArrayBuffer>>;
}

/** Voices in lockstep. A voice is as it would be alone, to the last bit. What is computed elsewhere comes as a promise. */
export interface WaveNetDecoder {
  readonly bytes: number;
  readonly levels: number;
  readonly embeddingSize: number;
  /** The number of voices that are worth computing together. */
  readonly lockstep: number;
  /** Samples of each of so many voices that take some 20 ms: after so many, work can be given up. */
  piece(voices: number): number;
  /** Begins voices with nothing behind them. @param randoms the state of each one's random numbers (src/random) */
  begin(randoms: readonly number[]): void;
  /** Sets the embeddings of the first voices, [voices, embeddingSize], until they are set again. */
  condition(embeddings: Float32Array, voices: number): void;
  /**
   * Draws samples of the first `voices` voices.
   * @param temperature 0 takes the likeliest level
   * @param spread brings what is drawn so near to the mean of all that may be drawn: 1, the default, leaves it there, 0 takes the mean
   * @returns [voices, samples] classes
   */
  draw(
    voices: number,
    samples: number,
    temperature: number,
    spread?: number,
  ): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads levels that are given.
   * @param classes [voices, samples]
   * @returns [voices, samples] nats of each after those before it
   */
  score(voices: number, classes: Uint8Array): Float64Array<ArrayBuffer> | Promise<Float64Array<ArrayBuffer>>;
  /** [voices, levels] the logits that the last sample was drawn from. */
  logits(voices: number): Float32Array<ArrayBuffer> | Promise<Float32Array<ArrayBuffer>>;
}

/** A decoder of this thread. */
export interface ImmediateDecoder extends WaveNetDecoder {
  draw(voices: number, samples: number, temperature: number, spread?: number): Uint8Array<ArrayBuffer>;
  score(voices: number, classes: Uint8Array): Float64Array<ArrayBuffer>;
  logits(voices: number): Float32Array<ArrayBuffer>;
}

export const dilation = (layer: number, stages: number) => 2 ** (layer % stages);

/** Taps before and behind the present sample of a convolution that looks to both sides. */
export const tapsBefore = (taps: number) => (taps - 1) >> 1;

/** Samples that an embedding depends on beyond its frame, to the farther side. */
export function encoderReach({ taps, stages, layers }: EncoderWeights): number {
  const dilations = layers.reduce((sum, _, i) => sum + dilation(i, stages), 1);
  return (taps - 1 - tapsBefore(taps)) * dilations;
}

/** Multiply-accumulates of a core in some 20 ms. */
const WORK = 1e8;
/** Voices that share each reading of the weights: beyond so many it is no longer what takes the time. */
export const SHARING = 8;

/** Samples of each voice that a core computes in some 20 ms. */
export const coresPiece = (macsPerSample: number, voices: number) =>
  Math.max(1, Math.floor(WORK / (voices * macsPerSample)));

/** Multiply-accumulates of a sample; the embedding's part, which is computed once a frame, is left out. */
export function decoderMacs(weights: DecoderWeights): number {
  const { skipStart, layers, out, logits, samplesPerStep } = weights;
  const ofLayers = layers.flatMap(({ dilated, residual, skip }) => [dilated, residual, skip]);
  return (
    [beginningOf(weights), skipStart, out, logits, ...ofLayers]
      .map(({ kernel }) => kernel.rows * kernel.columns)
      .reduce((a, b) => a + b, 0) / samplesPerStep
  );
}
