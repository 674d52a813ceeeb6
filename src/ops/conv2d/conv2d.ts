/** Two-dimensional convolutions with zero padding ("same"): their weights, and a choice of what follows the bias. */

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
