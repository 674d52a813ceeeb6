/** The kernels of transformers, which lie beside the worker's script, and the choice of what computes the network. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type {
  ImmediateTransformer,
  TransformerNetwork,
  TransformerWeights,
} from '../../../ops/transformer/network.js';
import { ReferenceTransformer } from '../../../ops/transformer/reference.js';
import { createWasmTransformer, loadTransformerModule } from '../../../ops/transformer/wasm.js';
import { readKernelFile } from '../../kernel-files.js';
import type { WeightPrecision } from '../../load-options.js';
import { hasWebGPU, isNear } from '../../../ops/webgpu/trial.js';
import type { MusicTransformerDescription, MusicTransformerMethods } from '../protocol.js';

/** Bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'transformer.simd.wasm': new URL('./transformer.simd.wasm', import.meta.url),
  'transformer.relaxed.wasm': new URL('./transformer.relaxed.wasm', import.meta.url),
};

export interface NetworkOptions {
  readonly memory: number;
  readonly precision: WeightPrecision;
}

/** A network, and where it is computed. */
export interface ChosenNetwork {
  readonly network: TransformerNetwork;
  readonly backend: MusicTransformerDescription['backend'];
  readonly precision: MusicTransformerDescription['precision'];
}

/** @throws WASM_UNAVAILABLE, and GPU_* and BACKEND_UNAVAILABLE where 'webgpu' was asked for */
export async function createNetwork(
  backend: MusicTransformerMethods['load']['args']['backend'],
  weights: TransformerWeights,
  options: NetworkOptions,
): Promise<ChosenNetwork> {
  const { memory, precision } = options;
  if (backend === 'cpu')
    return { network: new ReferenceTransformer(weights, memory), backend, precision: 'float32' };
  const module = await loadTransformerModule((name) => readKernelFile(KERNELS[name]));
  const network = await createWasmTransformer(module, weights, options);
  const trusted: ChosenNetwork = { network, backend: 'wasm', precision };
  if (backend === 'wasm') return trusted;
  try {
    const candidate = await gpuNetwork(weights, options, network, backend === 'auto');
    if (!candidate) return trusted;
    network.dispose();
    return candidate;
  } catch (error) {
    // That there is no GPU, or that it is lost or computes wrongly, is no failure of a model that runs without.
    if (backend === 'auto' && error instanceof TimbrelError && error.code.startsWith('GPU_')) return trusted;
    throw error;
  }
}

/** A network that needs less for a token in WebAssembly gains nothing: on a GPU each waits for its logits, ms. */
const QUICK = 2;
/** Tokens that are compared, and timed. */
const TRIED = [0, 60, 190, 300, 64, 200];

/**
 * @param trusted computes the same in WebAssembly
 * @param ifFaster gives undefined where there is no GPU, or none that is faster
 * @throws GPU_UNAVAILABLE, GPU_LOST, GPU_WRONG_RESULT, BACKEND_UNAVAILABLE for weights with an encoder
 */
async function gpuNetwork(
  weights: TransformerWeights,
  { memory, precision }: NetworkOptions,
  trusted: ImmediateTransformer,
  ifFaster: boolean,
): Promise<ChosenNetwork | undefined> {
  if (ifFaster && (!hasWebGPU() || weights.encoder)) return undefined;
  if (!hasWebGPU())
    throw new TimbrelError('GPU_UNAVAILABLE', "There is no WebGPU here; use 'auto' or 'wasm'");
  const expected = await tried(trusted);
  if (ifFaster && expected.milliseconds < QUICK) return undefined;
  const { acquireDevice } = await import('../../../ops/webgpu/device.js');
  const { createWebGPUTransformer } = await import('../../../ops/transformer/webgpu.js');
  const held = precision === 'float32' ? 'float32' : 'float16';
  const network = await createWebGPUTransformer(await acquireDevice(ifFaster), weights, {
    memory,
    precision: held,
  });
  try {
    // What is compiled or moved with the first tokens is not timed.
    await tried(network);
    const found = await tried(network);
    if (!isNear(found.logits, expected.logits))
      throw new TimbrelError('GPU_WRONG_RESULT', 'The GPU computes other tokens than WebAssembly does');
    if (!ifFaster || found.milliseconds < expected.milliseconds)
      return { network, backend: 'webgpu', precision: held };
  } catch (error) {
    network.dispose();
    throw error;
  }
  network.dispose();
  return undefined;
}

/** Reads some tokens, one after the other. @returns the last logits, and what a token took */
async function tried(network: TransformerNetwork) {
  network.begin();
  const before = performance.now();
  let logits = new Float32Array(0);
  for (const token of TRIED) {
    network.read([token]);
    logits = Float32Array.from(await network.logits(0));
  }
  const milliseconds = (performance.now() - before) / TRIED.length;
  network.begin();
  return { logits, milliseconds };
}
