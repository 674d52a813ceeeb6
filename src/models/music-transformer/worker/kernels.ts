/** The kernels of transformers, which lie beside the worker's script, and the choice of what computes the network. */
import type { TransformerNetwork, TransformerWeights } from '../../../ops/transformer/network.js';
import { ReferenceTransformer } from '../../../ops/transformer/reference.js';
import { createWasmTransformer, loadTransformerModule } from '../../../ops/transformer/wasm.js';
import { readKernelFile } from '../../kernel-files.js';
import type { WeightPrecision } from '../../load-options.js';

/** Bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'transformer.simd.wasm': new URL('./transformer.simd.wasm', import.meta.url),
  'transformer.relaxed.wasm': new URL('./transformer.relaxed.wasm', import.meta.url),
};

/** @throws WASM_UNAVAILABLE */
export async function createNetwork(
  backend: 'wasm' | 'cpu',
  weights: TransformerWeights,
  options: { readonly memory: number; readonly precision: WeightPrecision },
): Promise<TransformerNetwork> {
  if (backend === 'cpu') return new ReferenceTransformer(weights, options.memory);
  const module = await loadTransformerModule((name) => readKernelFile(KERNELS[name]));
  return createWasmTransformer(module, weights, options);
}
