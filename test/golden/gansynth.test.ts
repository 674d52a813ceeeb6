/**
 * GANSynth on our kernels against vectors made with @magenta/music 1.23.1 (pure JavaScript backend): the same weights
 * and inputs, so the same images and sound. Tolerances: raw image max 1e-3 and mean 1e-4; audio 0.5 % RMS (phase is a
 * sum over 128 frames).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { BUILDS, compileKernels } from '../../src/ops/gansynth/built-kernels.testing.js';
import { createWasmGenerator, type WasmGenerator } from '../../src/ops/gansynth/wasm.js';
import { gaussianVector } from '../../src/random/random.js';
import { generatorWeights, syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

interface Vectors {
  readonly weights: WeightRecipe;
  readonly cases: readonly {
    readonly zSeed: string;
    readonly zFirst: readonly number[];
    readonly pitch: number;
    readonly specShape: readonly number[];
    readonly magStats: Stats;
    readonly ifreqStats: Stats;
    /** Frames 0, 8, .., 120; mel bins 3, 35, .., 995; both channels. */
    readonly specSample: readonly number[];
    readonly audioLength: number;
    readonly audioRms: number;
    readonly audioPeak: number;
    /** Of 4000 samples each. */
    readonly segmentRms: readonly number[];
    /** Every 61st sample. */
    readonly audioSample: readonly number[];
  }[];
}
interface Stats {
  readonly mean: number;
  readonly rms: number;
  readonly min: number;
  readonly max: number;
}

const vectors = JSON.parse(
  readFileSync(new URL('./gansynth.json', import.meta.url), 'utf8'),
) as Vectors;
const tensors = syntheticTensors(vectors.weights);

const rootMeanSquare = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

/** [317] */
function inputOf(zSeed: string, pitch: number): Float32Array {
  const input = new Float32Array(317);
  input.set(gaussianVector(zSeed, 256));
  input[256 + pitch - 24] = 1;
  return input;
}

/** The places of `specSample` in [128][1024][2]. */
const sampled = Array.from({ length: 16 }, (_, frame) =>
  Array.from({ length: 32 }, (_, bin) => [0, 1].map((channel) => (8 * frame * 1024 + 32 * bin + 3) * 2 + channel)),
).flat(2);

test('the recipe gives the weights and latents that the vectors were made with', () => {
  const close = (value: number, expected: number, digits: number) =>
    assert.ok(Math.abs(value - expected) <= 10 ** -digits * Math.max(1, Math.abs(expected)), `${value}`);
  for (const { name, first, last } of vectors.weights.tensors) {
    const { data } = tensors.get(name)!;
    close(data[0], first, 7);
    close(data[data.length - 1], last, 7);
  }
  for (const { zSeed, zFirst } of vectors.cases) {
    zFirst.forEach((value, i) => close(gaussianVector(zSeed, 256)[i], value, 5));
  }
});

for (const build of BUILDS) {
  describe(`GANSynth, full size, ${build === 'relaxed' ? 'relaxed' : 'plain'} SIMD`, () => {
    let generator: WasmGenerator;
    before(async () => {
      // The vectors scale to_rgb as magenta.js does, our product as Magenta's Python.
      const weights = generatorWeights(tensors, { toRGBFactor: Math.SQRT2 });
      generator = await createWasmGenerator(await compileKernels(build), weights);
    });

    for (const expected of vectors.cases) {
      test(`latent ${expected.zSeed}, pitch ${expected.pitch}: the image`, async () => {
        const image = await generator.spectrogram(inputOf(expected.zSeed, expected.pitch));
        assert.equal(image.length, expected.specShape.reduce((product, size) => product * size));
        const differences = sampled.map((at, i) => Math.abs(image[at] - expected.specSample[i]));
        assert.equal(differences.length, expected.specSample.length);
        assert.ok(Math.max(...differences) <= 1e-3, `max ${Math.max(...differences)}`);
        const mean = differences.reduce((sum, value) => sum + value) / differences.length;
        assert.ok(mean <= 1e-4, `mean ${mean}`);
        // The statistics see every pixel.
        for (const [channel, stats] of [expected.magStats, expected.ifreqStats].entries()) {
          const values = image.filter((_, i) => i % 2 === channel);
          assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - stats.mean) <= 1e-4);
          assert.ok(Math.abs(rootMeanSquare(values) - stats.rms) <= 1e-4);
          assert.ok(Math.abs(values.reduce((a, b) => Math.min(a, b)) - stats.min) <= 1e-3);
          assert.ok(Math.abs(values.reduce((a, b) => Math.max(a, b)) - stats.max) <= 1e-3);
        }
      });

      test(`latent ${expected.zSeed}, pitch ${expected.pitch}: the sound`, async () => {
        const audio = await generator.audio(inputOf(expected.zSeed, expected.pitch));
        // The reference drops 3072 samples at both ends; only those in front are padding.
        assert.equal(audio.length, 64000);
        assert.equal(expected.audioLength, 64000 - 3072);
        const error = rootMeanSquare(expected.audioSample.map((value, i) => audio[61 * i] - value));
        assert.ok(error <= 0.005 * expected.audioRms, `${((100 * error) / expected.audioRms).toFixed(3)} % RMS`);
        const reference = audio.subarray(0, expected.audioLength);
        assert.ok(Math.abs(rootMeanSquare(reference) / expected.audioRms - 1) <= 0.005);
        expected.segmentRms.forEach((rms, i) => {
          const segment = rootMeanSquare(reference.subarray(4000 * i, 4000 * (i + 1)));
          assert.ok(Math.abs(segment - rms) <= 0.005 * expected.audioRms, `segment ${i}: ${segment}, not ${rms}`);
        });
        const peak = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        assert.ok(Math.abs(peak / expected.audioPeak - 1) <= 0.01, `peak ${peak}`);
      });
    }
  });
}
