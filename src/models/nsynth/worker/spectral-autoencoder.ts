/** The default to play: spectra in the place of the WaveNets, and notes in a fraction of their length. */
import { ReferenceLayers } from '../../../ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import { ColumnInversion } from '../../../ops/nsynth/inversion.js';
import { ReferenceBins } from '../../../ops/nsynth/reference-bins.js';
import {
  createSpectralDecoder,
  createSpectralEncoder,
  type Columns,
} from '../../../ops/nsynth/spectral-networks.js';
import { BEFORE, HOP, spectralMacs } from '../../../ops/nsynth/spectral.js';
import { createWasmBins } from '../../../ops/nsynth/wasm-bins.js';
import { loadNSynthModule } from '../../../ops/nsynth/wasm-kernels.js';
import type { Autoencoder } from './autoencoder.js';
import type { SpectralWeights } from './spectral-weights.js';

/** Frames between two pauses: half a second of sound, which takes some ten milliseconds. */
const FRAMES = 16;

interface Options {
  readonly backend: 'wasm' | 'cpu';
  readonly readKernels: (name: string) => Promise<BufferSource>;
}

/** @throws WASM_UNAVAILABLE */
export async function createSpectralAutoencoder(
  weights: SpectralWeights,
  { backend, readKernels }: Options,
): Promise<Autoencoder> {
  const wasm = backend === 'wasm';
  const layers = wasm
    ? await createWasmLayers(await loadLSTMModule(readKernels), 'float32')
    : new ReferenceLayers();
  const bins = wasm
    ? await createWasmBins(await loadNSynthModule(readKernels), weights.decoder.bins)
    : new ReferenceBins(weights.decoder.bins);
  const encode = createSpectralEncoder(layers, weights.encoder);
  const begin = createSpectralDecoder(layers, bins, weights.decoder);
  const size = weights.embeddingSize;

  return {
    facts: {
      model: 'NSynth',
      decoder: 'spectral',
      embeddingSize: size,
      frameSamples: HOP,
      samplesPerStep: HOP,
      backend,
      precision: 'float32',
      parameterCount: weights.parameterCount,
      macsPerSample: Math.round(spectralMacs(weights.decoder) / HOP),
    },
    get bytes() {
      return layers.bytes + bins.bytes;
    },
    async encode(samples, { pause, onShare, pitches }) {
      await pause();
      const embedding = encode(samples, pitches);
      onShare(1);
      return embedding;
    },
    async decode(embeddings, { pause, onPart }) {
      const sounds = embeddings.map(({ length }) => new Float32Array((length / size) * HOP));
      for (const [voice, embedding] of embeddings.entries()) {
        const frames = embedding.length / size;
        const inversion = new ColumnInversion();
        // Samples before the first frame's are those of its column alone, and are left out.
        let at = -BEFORE;
        const take = (samples: Float32Array) => {
          const heard = samples.subarray(Math.max(0, -at));
          const from = Math.max(0, at);
          at += samples.length;
          if (heard.length === 0) return;
          sounds[voice].set(heard, from);
          onPart({ voice, samples: heard.slice(), at: from });
        };
        const columns = begin();
        const sound = (some: Columns) => take(inversion.write(some.columns, some.pitches));
        for (let first = 0; first < frames; first += FRAMES) {
          await pause();
          const last = Math.min(frames, first + FRAMES);
          sound(columns.write(embedding.subarray(first * size, last * size)));
        }
        sound(columns.close());
        take(inversion.close());
      }
      return sounds;
    },
  };
}
