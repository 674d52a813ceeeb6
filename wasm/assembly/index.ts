/** What src/ops/gansynth/wasm.ts calls. */
export {
  dense,
  directConvolution,
  lastConvolution,
  normalise,
  packMatrix,
  sameSizeConvolution,
  transformWeights,
  upsampledConvolution,
} from './network';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
export { invert, inversionBytes, prepareInversion } from './inversion';
