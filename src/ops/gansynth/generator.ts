/**
 * The coarse op GANSynth is one call of: input vector -> spectrogram -> audio. Implementations:
 * reference.ts (tfjs ops; also runs on cpu and webgpu), wasm.ts (our SIMD kernels).
 */

/** A convolution with its weights already scaled (equalised learning rate applied). */
export interface ConvWeights {
  /** HWIO, row-major: [kernelHeight, kernelWidth, in, out]. */
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** [out] */
  readonly bias: Float32Array;
}

export interface GeneratorWeights {
  /** Latent values + pitches: 256 + 61 = 317 for every published model. */
  readonly inputSize: number;
  /** Blocks 1..7: block 1 conv0 is [2, 16, inputSize, C1], all others 3x3. */
  readonly blocks: readonly { readonly conv0: ConvWeights; readonly conv1: ConvWeights }[];
  /** [1, 1, C7, 2] */
  readonly toRGB: ConvWeights;
}

/** Called between layers; returns a promise when the implementation should let messages in. May throw ABORTED. */
export type Checkpoint = () => void | Promise<void>;

export interface Generator {
  /** Bytes of memory held. */
  readonly bytes: number;
  /**
   * @param input [inputSize] latent followed by the one-hot pitch
   * @returns [128 * 1024 * 2] row-major (time, mel bin, {log magnitude, instantaneous frequency}), in (-1, 1); a fresh array
   */
  spectrogram(input: Float32Array, between?: Checkpoint): Promise<Float32Array>;
  /** As {@link spectrogram}, then inverted to 64000 samples at 16 kHz; a fresh array. */
  audio(input: Float32Array, between?: Checkpoint): Promise<Float32Array>;
  dispose(): void;
}
