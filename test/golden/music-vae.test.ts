/** MusicVAE on the plain reference and in the kernels, against the vectors of magenta.js. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { BUILDS, readKernels } from '../../src/ops/built-kernels.testing.js';
import { ReferenceLayers } from '../../src/ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../src/ops/layers/wasm.js';
import {
  VECTOR_NAMES,
  compareCase,
  networkOf,
  vectorModel,
  type VAEVectors,
  type VectorName,
} from './music-vae-vectors.js';

/** Of music_vae.md, section 4, where the sizes of the vectors are there. */
const PARAMETERS: Readonly<Partial<Record<VectorName, number>>> = {
  mel_2bar_small: 4423770,
  drums_2bar_lokl_small: 4636672,
  drums_2bar_nade: 13819273,
  mel_16bar_small: 11771994,
  trio_4bar: 17636532,
  groovae_2bar_humanize: 4085019,
  tap2drum_2bar: 4085019,
};

for (const name of VECTOR_NAMES) {
  describe(name, () => {
    const vectors = JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as VAEVectors;
    const model = vectorModel(vectors);

    const parameters = PARAMETERS[name];
    if (parameters) {
      test('has as many parameters as the specification says', () => {
        assert.equal(model.weights.parameterCount, parameters);
      });
    }

    for (const build of BUILDS) {
      vectors.cases.forEach((vector, i) => {
        test(`case ${i}, ${vector.kind}, ${build}`, async () => {
          const layers = await createWasmLayers(await loadLSTMModule(readKernels, build), 'float32');
          assert.deepEqual(await compareCase(model, networkOf(model, layers), vector), []);
        });
      });
    }

    vectors.cases.forEach((vector, i) => {
      test(`case ${i}, ${vector.kind}, reference`, async () => {
        assert.deepEqual(await compareCase(model, networkOf(model, new ReferenceLayers()), vector), []);
      });
    });
  });
}
