/** The original: two WaveNets. */
import { muLawClass, muLawLevel } from '../../../audio/mu-law.js';
import { createReferenceDecoder, createReferenceEncoder } from '../../../ops/nsynth/reference.js';
import { createWasmDecoder } from '../../../ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../../ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../../ops/nsynth/wasm-kernels.js';
import { decoderMacs, type WaveNetDecoder, type WaveNetEncoder } from '../../../ops/nsynth/wavenet.js';
import type { NSynthPrecision } from '../protocol.js';
import type { Autoencoder } from './autoencoder.js';
import { decodeVoices, scoreClasses } from './decode-voices.js';
import type { NSynthWeights } from './weights.js';

interface Options {
  readonly hopLength: number;
  readonly backend: 'wasm' | 'cpu';
  readonly precision: NSynthPrecision;
  readonly readKernels: (name: string) => Promise<BufferSource>;
}

/** @throws WASM_UNAVAILABLE */
export async function createWaveNetAutoencoder(
  weights: NSynthWeights,
  options: Options,
): Promise<Autoencoder> {
  const { hopLength, backend, precision } = options;
  const { encoder, decoder } = await createNetworks(weights, options);
  const { levels } = decoder;
  const macsPerSample = decoderMacs(weights.decoder);
  const pace = { hopLength, macsPerSample };
  return {
    facts: {
      model: 'NSynth',
      decoder: 'wavenet',
      embeddingSize: decoder.embeddingSize,
      frameSamples: hopLength,
      samplesPerStep: 1,
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
    decode: (embeddings, work) => decodeVoices(decoder, embeddings, { ...pace, ...work }),
    score(samples, embedding, { pause }) {
      const classes = Uint8Array.from(samples, (x) => muLawClass(x, levels));
      return scoreClasses(decoder, embedding, classes, { ...pace, pause });
    },
  };
}

async function createNetworks(
  { encoder, decoder }: NSynthWeights,
  { backend, precision, readKernels }: Options,
): Promise<{ readonly encoder: WaveNetEncoder; readonly decoder: WaveNetDecoder }> {
  if (backend === 'cpu')
    return { encoder: createReferenceEncoder(encoder), decoder: createReferenceDecoder(decoder) };
  const module = await loadNSynthModule(readKernels);
  return {
    encoder: await createWasmEncoder(module, encoder),
    decoder: await createWasmDecoder(module, decoder, precision),
  };
}
