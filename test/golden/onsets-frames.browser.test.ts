/** Onsets and Frames in the kernels, against the reference vectors, in the browser. */
import { expect } from '@esm-bundle/chai';
import { createWasmConvStacks, loadConvStackModule } from '../../src/ops/conv-stack/wasm.js';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmLayers, loadLSTMModule } from '../../src/ops/layers/wasm.js';
import {
  ONSETS_FRAMES_NAMES,
  compareTranscription,
  vectorTranscriber,
  type OnsetsFramesVectors,
} from './onsets-frames-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('Onsets and Frames, in the browser', () => {
  for (const name of ONSETS_FRAMES_NAMES) {
    it(`${name}: spectrograms, probabilities and notes, in both builds`, async () => {
      const vectors = (await (
        await fetch(new URL(`./${name}.json`, import.meta.url))
      ).json()) as OnsetsFramesVectors;
      for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
        const model = await vectorTranscriber(vectors, {
          convolutions: await createWasmConvStacks(await loadConvStackModule(fetchBuilt, kind)),
          layers: await createWasmLayers(await loadLSTMModule(fetchBuilt, kind), 'float32'),
        });
        // The shorter case: a slice is enough to see that the browser computes as Node does.
        expect(await compareTranscription(vectors, model, 1, { parts: [2000] }), kind).to.deep.equal([]);
      }
    });
  }
});
