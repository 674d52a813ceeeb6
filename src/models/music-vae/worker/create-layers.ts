/** Which implementation of the layers runs. */
import type { WeightPrecision } from '../../load-options.js';
import type { Layers } from './layers.js';
import { ReferenceLayers } from './reference-layers.js';

/** @throws WASM_UNAVAILABLE */
export async function createLayers(_backend: 'wasm' | 'cpu', _precision: WeightPrecision): Promise<Layers> {
  return new ReferenceLayers();
}
