/** Which implementation of the network runs: the kernels, or the plain reference. */
import type { WeightPrecision } from '../load-options.js';
import type { RecurrentNetwork, RecurrentWeights } from '../../ops/lstm/network.js';
import { ReferenceNetwork } from '../../ops/lstm/reference.js';
import { createWasmNetwork, loadLSTMModule } from '../../ops/lstm/wasm.js';
import { readKernelFile } from '../kernel-files.js';

/** The kernels lie beside the worker's script; bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'lstm.simd.wasm': new URL('./lstm.simd.wasm', import.meta.url),
  'lstm.relaxed.wasm': new URL('./lstm.relaxed.wasm', import.meta.url),
};

/** @throws WASM_UNAVAILABLE */
export async function createNetwork(
  backend: 'wasm' | 'cpu',
  weights: RecurrentWeights,
  precision: WeightPrecision,
): Promise<RecurrentNetwork> {
  if (backend === 'cpu') return new ReferenceNetwork(weights);
  return createWasmNetwork(await loadLSTMModule((name) => readKernelFile(KERNELS[name])), weights, precision);
}
