/** The default to play: spectra in the place of the WaveNets, and notes in a fraction of their length. */
import { createReferenceConvolution } from '../../../ops/conv2d/reference.js';
import { createWasmConvolution } from '../../../ops/conv2d/wasm.js';
import { loadGANSynthModule } from '../../../ops/gansynth/wasm.js';
import { ReferenceLayers } from '../../../ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import { ColumnInversion } from '../../../ops/nsynth/inversion.js';
import { createSpectralDecoder, createSpectralEncoder } from '../../../ops/nsynth/spectral-networks.js';
import { BEFORE, BINS, HOP, decoderContext, spectralMacs } from '../../../ops/nsynth/spectral.js';
import type { Autoencoder } from './autoencoder.js';
import type { SpectralWeights } from './spectral-weights.js';

/** Frames that are computed at once at least: a note of four seconds. */
const FRAMES = 125;

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
  const module = wasm ? await loadGANSynthModule(readKernels) : undefined;
  const encode = createSpectralEncoder(layers, weights.encoder);
  const columnsOf = await createSpectralDecoder(
    layers,
    (convolution) =>
      module
        ? createWasmConvolution(module, convolution, 'normalised')
        : createReferenceConvolution(convolution, 'normalised'),
    weights.decoder,
  );
  const size = weights.embeddingSize;
  const context = decoderContext(weights.decoder);

  /** Columns of the frames from `first` to `last`, computed with as many of their neighbours as they depend on. */
  const columns = async (
    embedding: Float32Array,
    first: number,
    last: number,
    pause: () => Promise<void>,
  ) => {
    const from = Math.max(0, first - context);
    const to = Math.min(embedding.length / size, last + context);
    const all = await columnsOf(embedding.subarray(from * size, to * size), pause);
    return all.subarray(2 * BINS * (first - from), 2 * BINS * (last - from));
  };

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
      return layers.bytes + 4 * weights.parameterCount;
    },
    async encode(samples, { pause, onShare }) {
      await pause();
      const embedding = encode(samples);
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
        for (let first = 0; first < frames; first += FRAMES) {
          const last = Math.min(frames, first + FRAMES);
          take(inversion.write(await columns(embedding, first, last, pause)));
        }
        take(inversion.close());
      }
      return sounds;
    },
  };
}
