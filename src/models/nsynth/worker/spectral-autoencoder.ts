/** The default to play: spectra in the place of the WaveNets, and notes in a fraction of their length. */
import { PartialsAndNoise } from '../../../ops/nsynth/partials-and-noise.js';
import { createSpectralDecoder, type Decoded } from '../../../ops/nsynth/spectral-networks.js';
import { HOP, spectralMacs } from '../../../ops/nsynth/spectral.js';
import type { Autoencoder } from './autoencoder.js';
import { createHearing, createSpectralLayers, type SpectralOptions } from './spectral-hearing.js';
import type { SpectralWeights } from './spectral-weights.js';

/** Frames between two pauses: half a second of sound, which takes some ten milliseconds. */
const FRAMES = 16;

/** @throws WASM_UNAVAILABLE */
export async function createSpectralAutoencoder(
  weights: SpectralWeights,
  options: SpectralOptions,
): Promise<Autoencoder> {
  const { backend } = options;
  const layers = await createSpectralLayers(options);
  const begin = createSpectralDecoder(layers, weights.decoder);
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
      return layers.bytes;
    },
    stream: begin,
    encode: createHearing(layers, weights.encoder),
    async decode(embeddings, { pause, onPart }) {
      const sounds = embeddings.map(({ length }) => new Float32Array((length / size) * HOP));
      for (const [voice, embedding] of embeddings.entries()) {
        const frames = embedding.length / size;
        const synthesizer = new PartialsAndNoise();
        let at = 0;
        const sound = ({ outputs, pitches }: Decoded) => {
          const samples = synthesizer.write(outputs, pitches);
          sounds[voice].set(samples, at);
          if (samples.length > 0) onPart({ voice, samples, at });
          at += samples.length;
        };
        const stream = begin();
        for (let first = 0; first < frames; first += FRAMES) {
          await pause();
          const last = Math.min(frames, first + FRAMES);
          sound(stream.write(embedding.subarray(first * size, last * size)));
        }
        sound(stream.close());
      }
      return sounds;
    },
  };
}
