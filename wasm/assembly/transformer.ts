/**
 * Layers of a transformer decoder that keeps its keys and values: what src/ops/transformer calls.
 *
 *   products.ts  matrices times vectors, float32 or int16: nearly all time goes there
 *   attention.ts attention over what is kept, and the norms between layers
 *   attention-int16.ts the same attention where keys and values are kept in int16
 */
export { multiplyAdd, multiplyAddInt16, repeat } from './products';
export { activate } from './cell';
export { addRow, attend, keep, normalise } from './attention';
export { attendInt16, keepInt16 } from './attention-int16';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
