/**
 * A 3 x 3 convolution with zero padding ("same"), and a choice of what follows its bias. Implementations: reference.ts (plain
 * TypeScript in float64), wasm.ts (Winograd in SIMD kernels).
 */

/** Weights of a convolution as they are multiplied. */
export interface ConvWeights {
  /** HWIO, row-major: [kernelHeight, kernelWidth, in, out]. */
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** [out] */
  readonly bias: Float32Array;
}

/**
 * The functions that can follow the bias: nothing; ReLU; leaky ReLU of 0.2 and pixel norm, x / sqrt(mean over channels of x^2 + 1e-8).
 * The kernels know a fourth, `toRGB`, which is of use to GANSynth only.
 */
export const FOLLOWING = ['none', 'relu', 'normalised', 'toRGB'] as const;
export type Following = (typeof FOLLOWING)[number];

/**
 * Convolves one image.
 * @param x [height, width, in] row-major
 * @returns [height, width, out], a fresh array
 */
export type Convolution = (x: Float32Array, height: number, width: number) => Float32Array<ArrayBuffer>;
