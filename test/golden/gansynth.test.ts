/** GANSynth on our kernels, both builds, against the reference vectors: full size, in Node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { BUILDS, compileKernels } from '../../src/ops/gansynth/built-kernels.testing.js';
import { createWasmGenerator, type WasmGenerator } from '../../src/ops/gansynth/wasm.js';
import { gaussianVector } from '../../src/random/random.js';
import { compareImage, compareSound, failures, type GANSynthVectors } from './gansynth-vectors.js';
import { generatorWeights, syntheticTensors } from './synthetic-weights.js';

const vectors = JSON.parse(
  readFileSync(new URL('./gansynth.json', import.meta.url), 'utf8'),
) as GANSynthVectors;
const tensors = syntheticTensors(vectors.weights);

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
        assert.deepEqual(failures(await compareImage(generator, expected)), []);
      });
      test(`latent ${expected.zSeed}, pitch ${expected.pitch}: the sound`, async () => {
        assert.deepEqual(failures(await compareSound(generator, expected)), []);
      });
    }
  });
}
