/** Chooses where a WaveNet is computed: by name, or by computing the same on WebGPU and in WebAssembly. */
import { createRandom } from '../../../random/random.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { createReferenceDecoder, createReferenceEncoder } from '../../../ops/nsynth/reference.js';
import { createWasmDecoder } from '../../../ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../../ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../../ops/nsynth/wasm-kernels.js';
import type { WaveNetDecoder, WaveNetEncoder } from '../../../ops/nsynth/wavenet.js';
import { hasWebGPU, isNear } from '../../../ops/webgpu/trial.js';
import type { NSynthDescription } from '../protocol.js';
import type { WaveNetOptions } from './wavenet-autoencoder.js';
import type { NSynthWeights } from './weights.js';

export interface Networks {
  /** Undefined where the weights have none. */
  readonly encoder?: WaveNetEncoder;
  readonly decoder: WaveNetDecoder;
  readonly backend: NSynthDescription['backend'];
  readonly precision: NSynthDescription['precision'];
  /** The name of the GPU; empty elsewhere. */
  readonly adapter: string;
  dispose(): void;
}

type NetworkOptions = Pick<WaveNetOptions, 'backend' | 'precision' | 'readKernels'>;

/** @throws WASM_UNAVAILABLE, and GPU_* where 'webgpu' was asked for */
export async function createNetworks(weights: NSynthWeights, options: NetworkOptions): Promise<Networks> {
  const { backend } = options;
  if (backend === 'cpu') {
    return {
      encoder: weights.encoder && createReferenceEncoder(weights.encoder),
      decoder: createReferenceDecoder(weights.decoder),
      ...{ backend, precision: 'float32', adapter: '', dispose() {} },
    };
  }
  const trusted = await createWasmNetworks(weights, options);
  if (backend === 'wasm') return trusted;
  if (backend === 'webgpu') return createCheckedGPUNetworks(weights, options, trusted);
  return (await fasterGPUNetworks(weights, options, trusted)) ?? trusted;
}

async function createWasmNetworks(
  { encoder, decoder }: NSynthWeights,
  { precision, readKernels }: NetworkOptions,
): Promise<Networks> {
  const module = await loadNSynthModule(readKernels);
  return {
    encoder: encoder && (await createWasmEncoder(module, encoder)),
    decoder: await createWasmDecoder(module, decoder, precision),
    ...{ backend: 'wasm', precision, adapter: '', dispose() {} },
  };
}

/** @throws GPU_UNAVAILABLE, GPU_LOST, GPU_WRONG_RESULT */
async function createCheckedGPUNetworks(
  weights: NSynthWeights,
  { precision }: NetworkOptions,
  trusted: Networks,
  hardwareOnly = false,
): Promise<Networks> {
  if (!hasWebGPU())
    throw new TimbrelError('GPU_UNAVAILABLE', "There is no WebGPU here; use 'auto' or 'wasm'");
  const { createWebGPUNetworks } = await import('../../../ops/nsynth/webgpu-networks.js');
  const held = precision === 'float32' ? 'float32' : 'float16';
  const made = await createWebGPUNetworks(weights, held, hardwareOnly);
  const networks: Networks = { ...made, backend: 'webgpu', precision: held };
  try {
    await compare(networks, trusted);
    return networks;
  } catch (error) {
    networks.dispose();
    throw error;
  }
}

/** Voices and samples that are timed. */
const TIMED = { voices: 4, samples: 16, onCore: 4 };

/** The GPU's, where there is one that computes the same sooner. */
async function fasterGPUNetworks(
  weights: NSynthWeights,
  options: NetworkOptions,
  trusted: Networks,
): Promise<Networks | undefined> {
  if (!hasWebGPU()) return undefined;
  try {
    const candidate = await createCheckedGPUNetworks(weights, options, trusted, true);
    // What is compiled or moved with the first samples is not timed.
    await drawingTime(candidate, TIMED.samples);
    const onGPU = (await drawingTime(candidate, TIMED.samples)) / TIMED.samples;
    if (onGPU < (await drawingTime(trusted, TIMED.onCore)) / TIMED.onCore) return candidate;
    candidate.dispose();
  } catch (error) {
    // That there is no GPU, or that it is lost or computes wrongly, is no failure of a model that runs without.
    if (!(error instanceof TimbrelError && error.code.startsWith('GPU_'))) throw error;
  }
  return undefined;
}

async function drawingTime({ decoder }: Networks, samples: number): Promise<number> {
  const { voices } = TIMED;
  decoder.begin(Array.from({ length: voices }, (_, voice) => voice));
  decoder.condition(new Float32Array(voices * decoder.embeddingSize), voices);
  const before = performance.now();
  await decoder.draw(voices, samples, 1);
  return performance.now() - before;
}

/** Samples that are compared. */
const COMPARED = 32;

/** @throws GPU_WRONG_RESULT, GPU_LOST */
async function compare(candidate: Networks, trusted: Networks): Promise<void> {
  const random = createRandom('compared');
  const { embeddingSize, levels } = trusted.decoder;
  const embedding = Float32Array.from({ length: embeddingSize }, () => 2 * random() - 1);
  const classes = Uint8Array.from({ length: COMPARED }, () => Math.floor(levels * random()));
  const sound = Float32Array.from({ length: 4 * COMPARED }, () => random() - 0.5);
  const [ours, theirs] = [await figuresOf(candidate), await figuresOf(trusted)];
  if (isNear(ours.nats, theirs.nats) && isNear(ours.embedding, theirs.embedding)) return;
  throw new TimbrelError('GPU_WRONG_RESULT', 'The GPU computes other sounds than WebAssembly does');

  async function figuresOf({ encoder, decoder }: Networks) {
    decoder.begin([0]);
    decoder.condition(embedding, 1);
    const nats = await decoder.score(1, classes);
    return { nats, embedding: (await encoder?.encode(sound, COMPARED, () => {})) ?? new Float32Array(0) };
  }
}
