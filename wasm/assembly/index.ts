/**
 * GANSynth's generator and its inversion to audio, and 3 x 3 convolutions: src/ops/gansynth and src/ops/conv2d call them.
 *
 *   network.ts    the layers            gemm.ts   the matrix product that nearly all time goes into
 *   winograd.ts   3 x 3 convolutions with fewer products, and their transforms
 *   inversion.ts  image to audio        fft.ts    its inverse transform
 */
export {
  dense,
  directConvolution,
  normalise,
  packMatrix,
  sameSizeConvolution,
  transformWeights,
  upsampledConvolution,
} from './network';
export { invert, inversionBytes, prepareInversion } from './inversion';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
