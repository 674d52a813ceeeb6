/**
 * Dense and LSTM layers, several sequences in lockstep, and attention over past outputs: what src/ops/layers and src/ops/lstm
 * call. The layouts are those of src/ops/layers/packing.ts.
 *
 *   products.ts  matrices times vectors, float32 or int16: nearly all time goes there      cell.ts  everything else
 */
export { multiplyAdd, multiplyAddInt16, multiplyAddSparse, repeat } from './products';
export { activate, attend, updateCells } from './cell';

/** First free byte. */
export function heapBase(): usize {
  return __heap_base;
}
