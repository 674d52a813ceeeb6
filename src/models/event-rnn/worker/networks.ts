/** The choice of what computes the network: the kernels, or the plain reference. */
import type { WeightPrecision } from '../../load-options.js';
import type { RecurrentNetwork, RecurrentWeights } from '../../../ops/lstm/network.js';
import { ReferenceNetwork } from '../../../ops/lstm/reference.js';
import { createWasmNetwork, loadLSTMModule } from '../../../ops/lstm/wasm.js';
import { readLSTMKernels } from '../../lstm-kernels.js';

/** @throws WASM_UNAVAILABLE */
export async function createNetwork(
  backend: 'wasm' | 'cpu',
  weights: RecurrentWeights,
  precision: WeightPrecision,
): Promise<RecurrentNetwork> {
  if (backend === 'cpu') return new ReferenceNetwork(weights);
  return createWasmNetwork(await loadLSTMModule(readLSTMKernels), weights, precision);
}
