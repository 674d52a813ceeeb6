/** The original: two WaveNets. */
import { muLawClass, muLawLevel } from '../../../audio/mu-law.js';
import { createReferenceDecoder, createReferenceEncoder } from '../../../ops/nsynth/reference.js';
import { createWasmDecoder } from '../../../ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../../ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../../ops/nsynth/wasm-kernels.js';
import {
  decoderMacs,
  type DecoderWeights,
  type WaveNetDecoder,
  type WaveNetEncoder,
} from '../../../ops/nsynth/wavenet.js';
import { bestKind } from '../../../ops/kernels.js';
import type { NSynthPrecision } from '../protocol.js';
import type { Autoencoder, Work } from './autoencoder.js';
import { decodeVoices, scoreClasses } from './decode-voices.js';
import type { NoteMemory } from './note-memory.js';
import type { NSynthWeights } from './weights.js';

export interface WaveNetOptions {
  readonly hopLength: number;
  readonly backend: 'wasm' | 'cpu';
  readonly precision: NSynthPrecision;
  /** Notes are kept where that is possible, and kept ones taken. */
  readonly keep: boolean;
  readonly readKernels: (name: string) => Promise<BufferSource>;
}

/** @throws WASM_UNAVAILABLE */
export async function createWaveNetAutoencoder(
  weights: NSynthWeights,
  options: WaveNetOptions,
): Promise<Autoencoder> {
  const { hopLength, backend, precision, keep } = options;
  const { encoder, decoder } = await createNetworks(weights, options);
  const { levels } = decoder;
  const macsPerSample = decoderMacs(weights.decoder);
  const pace = { hopLength, macsPerSample };
  let memory: Promise<NoteMemory | undefined> | undefined;
  /** It comes with the first note: all weights are hashed for it. */
  const notesOf = ({ pause }: Work) =>
    (memory ??= openMemory(weights.decoder, options, pause).catch((error: unknown) => {
      memory = undefined;
      throw error;
    }));
  return {
    facts: {
      model: 'NSynth',
      decoder: 'wavenet',
      embeddingSize: decoder.embeddingSize,
      frameSamples: hopLength,
      samplesPerStep: weights.decoder.samplesPerStep,
      backend,
      precision: backend === 'wasm' ? precision : 'float32',
      parameterCount: weights.parameterCount,
      macsPerSample,
    },
    get bytes() {
      return encoder.bytes + decoder.bytes;
    },
    encode(samples, { pause, onShare }) {
      const inputs = Float32Array.from(samples, (x) => muLawLevel(x, levels) / (levels / 2));
      return encoder.encode(inputs, hopLength, pause, onShare);
    },
    async decode(embeddings, work) {
      const notes = keep ? await notesOf(work) : undefined;
      return decodeVoices(decoder, embeddings, { ...pace, ...work, notes });
    },
    score(samples, embedding, { pause }) {
      const classes = Uint8Array.from(samples, (x) => muLawClass(x, levels));
      return scoreClasses(decoder, embedding, classes, { ...pace, pause });
    },
  };
}

async function openMemory(
  weights: DecoderWeights,
  { hopLength, backend, precision, readKernels }: WaveNetOptions,
  pause: Work['pause'],
): Promise<NoteMemory | undefined> {
  const { openNoteMemory } = await import('./note-memory.js');
  if (backend === 'cpu') return openNoteMemory({ weights, hopLength, precision: 'float64' }, pause);
  const kernels = await readKernels(`nsynth.${bestKind()}.wasm`);
  return openNoteMemory({ weights, hopLength, precision, kernels }, pause);
}

async function createNetworks(
  { encoder, decoder }: NSynthWeights,
  { backend, precision, readKernels }: WaveNetOptions,
): Promise<{ readonly encoder: WaveNetEncoder; readonly decoder: WaveNetDecoder }> {
  if (backend === 'cpu')
    return { encoder: createReferenceEncoder(encoder), decoder: createReferenceDecoder(decoder) };
  const module = await loadNSynthModule(readKernels);
  return {
    encoder: await createWasmEncoder(module, encoder),
    decoder: await createWasmDecoder(module, decoder, precision),
  };
}
