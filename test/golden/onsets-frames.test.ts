/** Onsets and Frames on the plain reference and in the kernels, against the vectors of magenta.js and of the float64 implementation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Ops } from '../../src/models/onsets-frames/worker/kernels.js';
import { BUILDS, readKernels } from '../../src/ops/built-kernels.testing.js';
import { ReferenceConvStacks } from '../../src/ops/conv-stack/reference.js';
import { createWasmConvStacks, loadConvStackModule } from '../../src/ops/conv-stack/wasm.js';
import { ReferenceLayers } from '../../src/ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../src/ops/layers/wasm.js';
import {
  ONSETS_FRAMES_NAMES,
  compareTranscription,
  vectorTranscriber,
  type OnsetsFramesVectors,
} from './onsets-frames-vectors.js';

/** Of the specification, where the file has the true sizes. */
const PARAMETERS = 15_635_248;
const MACS_PER_FRAME = 44_165_712;

const wasmOps = async (build: (typeof BUILDS)[number]): Promise<Ops> => ({
  convolutions: await createWasmConvStacks(await loadConvStackModule(readKernels, build)),
  layers: await createWasmLayers(await loadLSTMModule(readKernels, build), 'float32'),
});
const referenceOps = (): Promise<Ops> =>
  Promise.resolve({ convolutions: new ReferenceConvStacks(), layers: new ReferenceLayers() });

for (const name of ONSETS_FRAMES_NAMES) {
  describe(name, () => {
    const vectors = JSON.parse(
      readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
    ) as OnsetsFramesVectors;

    for (const [backend, ops] of [
      ...BUILDS.map((build) => [build, () => wasmOps(build)] as const),
      ['reference', referenceOps] as const,
    ]) {
      test(`${backend}: spectrograms, probabilities, velocities and notes`, async () => {
        const model = await vectorTranscriber(vectors, await ops());
        assert.equal(vectors.cases.length, 2);
        // The reference needs seconds for the true size: its shorter case does.
        const cases = backend === 'reference' && !vectors.config ? [1] : [0, 1];
        for (const i of cases) assert.deepEqual(await compareTranscription(vectors, model, i), []);
        for (const i of cases.slice(-1))
          assert.deepEqual(await compareTranscription(vectors, model, i, { parts: [1, 1500, 37, 512, 4000] }), []);
      });
    }

    test('says what it is', async () => {
      const model = await vectorTranscriber(vectors, await wasmOps('simd'));
      const { parameterCount, macsPerSecond, isStreaming, drums, heads, floor, lag, bytes } = model.describe();
      assert.equal(isStreaming, name === 'onsets_frames_uni');
      assert.equal(drums, name === 'onsets_frames_drums');
      assert.equal(floor, isStreaming ? 'frame' : 'recording');
      assert.equal(heads.includes('offsets'), name === 'onsets_frames_maestro');
      assert.equal(heads.includes('frames'), !drums);
      assert.ok(bytes > 1e5);
      if (name !== 'onsets_frames_uni') return;
      assert.equal(parameterCount, PARAMETERS);
      assert.equal(macsPerSecond, MACS_PER_FRAME * 31.25);
      assert.equal(lag, 0.192);
    });
  });
}
