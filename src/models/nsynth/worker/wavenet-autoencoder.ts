/** The original: two WaveNets. */
import { muLawClass, muLawLevel } from '../../../audio/mu-law.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { bestKind } from '../../../ops/kernels.js';
import { decoderMacs, levelsOf } from '../../../ops/nsynth/wavenet.js';
import type { NSynthPrecision } from '../protocol.js';
import type { Autoencoder, Work } from './autoencoder.js';
import { decodeVoices, scoreClasses } from './decode-voices.js';
import type { NoteMemory } from './note-memory.js';
import { createNetworks, type Networks } from './wavenet-networks.js';
import type { NSynthWeights } from './weights.js';

export interface WaveNetOptions {
  readonly hopLength: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
  readonly precision: NSynthPrecision;
  /** Notes are kept where that is possible, and kept ones taken. */
  readonly keep: boolean;
  readonly readKernels: (name: string) => Promise<BufferSource>;
  /** Hears sounds where the weights have no encoder of their own. */
  readonly encode?: Autoencoder['encode'];
}

/** @param create chooses where they are computed; another one in tests @throws WASM_UNAVAILABLE, and GPU_* where 'webgpu' was asked for */
export async function createWaveNetAutoencoder(
  weights: NSynthWeights,
  options: WaveNetOptions,
  create: typeof createNetworks = createNetworks,
): Promise<Autoencoder> {
  const { hopLength, keep } = options;
  let networks = await create(weights, options);
  const levels = levelsOf(weights.decoder);
  let memory: Promise<NoteMemory | undefined> | undefined;
  /** It comes with the first note: all weights are hashed for it. */
  const notesOf = ({ pause }: Work) =>
    (memory ??= openMemory(weights, networks, options, pause).catch((error: unknown) => {
      memory = undefined;
      throw error;
    }));
  /** Does work that was under way when the GPU was lost anew, in WebAssembly. */
  const onWhatIsThere = async <T>(work: (networks: Networks) => Promise<T>): Promise<T> => {
    try {
      return await work(networks);
    } catch (error) {
      if (!(error instanceof TimbrelError && error.code === 'GPU_LOST')) throw error;
      networks.dispose();
      networks = await create(weights, { ...options, backend: 'wasm' });
      memory = undefined;
      return work(networks);
    }
  };
  return {
    facts: {
      model: 'NSynth',
      decoder: 'wavenet',
      embeddingSize: networks.decoder.embeddingSize,
      frameSamples: hopLength,
      samplesPerStep: weights.decoder.samplesPerStep,
      backend: networks.backend,
      precision: networks.precision,
      parameterCount: weights.parameterCount,
      macsPerSample: decoderMacs(weights.decoder),
    },
    get bytes() {
      return (networks.encoder?.bytes ?? 0) + networks.decoder.bytes;
    },
    encode(samples, work) {
      if (options.encode) return options.encode(samples, work);
      const { pause, onShare } = work;
      const inputs = Float32Array.from(samples, (x) => muLawLevel(x, levels) / (levels / 2));
      return onWhatIsThere(({ encoder }) => encoder!.encode(inputs, hopLength, pause, onShare));
    },
    decode: (embeddings, work) =>
      onWhatIsThere(async ({ decoder }) => {
        const notes = keep ? await notesOf(work) : undefined;
        return decodeVoices(decoder, embeddings, { hopLength, ...work, notes });
      }),
    score(samples, embedding, { pause }) {
      const classes = Uint8Array.from(samples, (x) => muLawClass(x, levels));
      return onWhatIsThere(({ decoder }) => scoreClasses(decoder, embedding, classes, { hopLength, pause }));
    },
  };
}

/** Each kernel draws its own: what decides a note is what computes it. */
async function openMemory(
  { decoder: weights }: NSynthWeights,
  { backend, precision, adapter }: Networks,
  { hopLength, readKernels }: WaveNetOptions,
  pause: Work['pause'],
): Promise<NoteMemory | undefined> {
  const { openNoteMemory } = await import('./note-memory.js');
  if (backend === 'cpu') return openNoteMemory({ weights, hopLength, precision: 'float64' }, pause);
  if (backend === 'webgpu')
    return openNoteMemory({ weights, hopLength, precision: `${precision} on ${adapter}` }, pause);
  const kernels = await readKernels(`nsynth.${bestKind()}.wasm`);
  return openNoteMemory({ weights, hopLength, precision, kernels }, pause);
}
