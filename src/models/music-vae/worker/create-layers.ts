/** The choice of what computes the layers: the kernels, or the plain reference. */
import type { Layers } from '../../../ops/layers/layers.js';
import { ReferenceLayers } from '../../../ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import type { WeightPrecision } from '../../load-options.js';
import { readLSTMKernels } from '../../lstm-kernels.js';

/** @throws WASM_UNAVAILABLE */
export async function createLayers(backend: 'wasm' | 'cpu', precision: WeightPrecision): Promise<Layers> {
  if (backend === 'cpu') return new ReferenceLayers();
  return createWasmLayers(await loadLSTMModule(readLSTMKernels), precision);
}
