/** The choice of what computes a transcriber: the kernels, or the plain references. */
import type { ConvStacks } from '../../../ops/conv-stack/conv-stack.js';
import { ReferenceConvStacks } from '../../../ops/conv-stack/reference.js';
import { createWasmConvStacks, loadConvStackModule } from '../../../ops/conv-stack/wasm.js';
import type { Layers } from '../../../ops/layers/layers.js';
import { ReferenceLayers } from '../../../ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import { readKernelFile } from '../../kernel-files.js';
import type { WeightPrecision } from '../../load-options.js';
import { readLSTMKernels } from '../../lstm-kernels.js';

/** The kernels lie beside the worker's script; bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'conv-stack.simd.wasm': new URL('./conv-stack.simd.wasm', import.meta.url),
  'conv-stack.relaxed.wasm': new URL('./conv-stack.relaxed.wasm', import.meta.url),
};

export interface Ops {
  readonly convolutions: ConvStacks;
  readonly layers: Layers;
}

/** @throws WASM_UNAVAILABLE */
export async function createOps(backend: 'wasm' | 'cpu', precision: WeightPrecision): Promise<Ops> {
  if (backend === 'cpu') return { convolutions: new ReferenceConvStacks(), layers: new ReferenceLayers() };
  const [convolutions, layers] = await Promise.all([
    loadConvStackModule((name) => readKernelFile(KERNELS[name])).then(createWasmConvStacks),
    loadLSTMModule(readLSTMKernels).then((module) => createWasmLayers(module, precision)),
  ]);
  return { convolutions, layers };
}
