/** The spectral autoencoder against what the network that is trained makes of the same weights (training/nsynth/vectors.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readKernels } from '../../src/ops/built-kernels.testing.js';
import { FEATURES, spectralFeatures } from '../../src/ops/nsynth/spectral-features.js';
import { createSpectralAutoencoder } from '../../src/models/nsynth/worker/spectral-autoencoder.js';
import { readSpectralWeights } from '../../src/models/nsynth/worker/spectral-weights.js';
import { createRandom } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

interface Vectors {
  readonly weights: WeightRecipe;
  /** Every fifth frame. */
  readonly features: readonly (readonly number[])[];
  readonly free: readonly (readonly number[])[];
  readonly embeddingSeed: string;
  readonly frames: number;
  /** Every 97th sample. */
  readonly audio: readonly number[];
  readonly audioRms: number;
}

const vectors = JSON.parse(
  readFileSync(new URL('./nsynth_spectral.json', import.meta.url), 'utf8'),
) as Vectors;
const weights = readSpectralWeights(syntheticTensors(vectors.weights), {
  decoder: { stages: 1, lookAhead: 1 },
});

const sound = Float32Array.from({ length: 16 * 512 }, (_, n) => {
  const t = n / 16000;
  let sum = 0;
  for (let h = 1; h <= 6; h++) sum += Math.sin(2 * Math.PI * h * 220 * t + h) / h;
  return 0.3 * Math.exp(-2 * t) * sum;
});
const random = createRandom(vectors.embeddingSeed);
const embedding = Float32Array.from({ length: vectors.frames * 16 }, () => 2 * random() - 1);
const work = { pause: async () => {}, onShare: () => {}, onPart: () => {}, seeds: [0], temperature: 1 };

const worst = (actual: ArrayLike<number>, expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  return expected.reduce((most, value, i) => {
    const error = Math.abs(actual[i] - value);
    // Not `error > most`: NaN is a failure.
    return error <= most ? most : error;
  }, 0);
};

test('hears what the network learnt from', () => {
  const heard = spectralFeatures(sound, new Float32Array(16).fill(57));
  vectors.features.forEach((row, i) => {
    const error = worst(heard.subarray(5 * i * FEATURES, (5 * i + 1) * FEATURES), row);
    // The spectra of training are float32, and these numbers are logarithms of what is almost silent there.
    assert.ok(error < 1e-3, `frame ${5 * i}: ${error}`);
  });
});

for (const backend of ['wasm', 'cpu'] as const) {
  describe(backend, () => {
    test('makes the embedding, and the sound of another', async () => {
      const autoencoder = await createSpectralAutoencoder(weights, { backend, readKernels });
      const heard = await autoencoder.encode(sound, { ...work, pitches: new Float32Array(16).fill(57) });
      const free = heard.filter((_, i) => i % 16 > 0);
      const error = worst(free, vectors.free.flat());
      assert.ok(error < 1e-3, `${error}`);
      // Octaves from MIDI pitch 52: the A of 220 Hz is 57.
      for (let k = 0; k < 16; k++) assert.ok(Math.abs(heard[16 * k] - 5 / 12) < 0.01, `${heard[16 * k]}`);
      const [samples] = await autoencoder.decode([embedding], work);
      assert.equal(samples.length, vectors.frames * 512);
      const some = samples.filter((_, i) => i % 97 === 0);
      const off = Math.hypot(...vectors.audio.map((value, i) => value - some[i])) / Math.sqrt(some.length);
      assert.ok(off < 0.01 * vectors.audioRms, `${off} of ${vectors.audioRms}`);
    });
  });
}

test('a long embedding is decoded in pieces, each sample once and as it would be in one', async () => {
  const autoencoder = await createSpectralAutoencoder(weights, { backend: 'wasm', readKernels });
  const frames = 180;
  const long = Float32Array.from({ length: frames * 16 }, (_, i) => Math.sin(i * (i % 16)));
  let at = 0;
  const [whole] = await autoencoder.decode([long], {
    ...work,
    onPart: (part) => {
      assert.equal(part.at, at);
      at += part.samples.length;
    },
  });
  assert.equal(at, frames * 512);
  // What is decoded does not depend on what comes later than the next frame.
  const [first] = await autoencoder.decode([long.subarray(0, 61 * 16)], work);
  for (let i = 0; i < 60 * 512; i++) assert.ok(Math.abs(first[i] - whole[i]) < 1e-4, `sample ${i}`);
});
