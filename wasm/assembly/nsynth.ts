/**
 * NSynth: src/ops/nsynth calls it.
 *
 *   wavenet.ts           the decoder, sample by sample, over the products of products.ts and products-int8.ts
 *   wavenet-encoder.ts   the encoder, over the matrix product of gemm.ts
 */
export { condition, decode } from './wavenet';
export { encodeLayer, pool, rectify, startEncoder } from './wavenet-encoder';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
