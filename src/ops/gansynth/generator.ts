/**
 * The coarse op GANSynth is one call of: input vector -> spectrogram -> audio. Implementations:
 * reference.ts (tfjs ops; also runs on cpu and webgpu), wasm.ts (our SIMD kernels).
 */
import type { ConvWeights } from '../conv2d/conv2d.js';

/** Its weights are already scaled (the equalised learning rate is applied). */
export type { ConvWeights } from '../conv2d/conv2d.js';

export interface GeneratorWeights {
  /** Latent values + pitches: 256 + 61 = 317 for every published model. */
  readonly inputSize: number;
  /** Blocks 1..7: block 1 conv0 is [2, 16, inputSize, C1], all others 3x3. */
  readonly blocks: readonly { readonly conv0: ConvWeights; readonly conv1: ConvWeights }[];
  /** [1, 1, C7, 2] */
  readonly toRGB: ConvWeights;
  /** Rounds of phase refinement in the inversion to audio (refinement.ts); 0 is Magenta's inversion. */
  readonly refinement: number;
}

/** A pause that is called between layers: it returns a promise when it lets messages in, and may throw ABORTED. */
export type PauseBetweenLayers = () => void | Promise<void>;

export interface Generator {
  /** Bytes of memory held. */
  readonly bytes: number;
  /**
   * @param input [inputSize] latent followed by the one-hot pitch
   * @returns [128 * 1024 * 2] row-major (time, mel bin, {log magnitude, instantaneous frequency}), in (-1, 1); a fresh array
   */
  spectrogram(input: Float32Array, pause?: PauseBetweenLayers): Promise<Float32Array>;
  /** Computes as {@link spectrogram} does, and inverts it to 64000 samples at 16 kHz; a fresh array. */
  audio(input: Float32Array, pause?: PauseBetweenLayers): Promise<Float32Array>;
  dispose(): void;
}
