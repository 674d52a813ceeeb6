/**
 * Layers of a transformer decoder that keeps its keys and values: what src/ops/transformer calls.
 *
 *   products.ts  matrices times vectors, float32 or int16: nearly all time goes there
 *   attention.ts attention over what is kept, and the norms between layers
 */
export { multiplyAdd, multiplyAddInt16, repeat } from './products';
export { activate } from './cell';
export { addRow, attend, keep, normalise } from './attention';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
