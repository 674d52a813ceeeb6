/** MusicVAE in the kernels, against the reference vectors, in the browser. */
import { expect } from '@esm-bundle/chai';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmLayers, loadLSTMModule } from '../../src/ops/layers/wasm.js';
import { VECTOR_NAMES, compareCase, networkOf, vectorModel, type VAEVectors } from './music-vae-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('MusicVAE, in the browser', () => {
  for (const name of VECTOR_NAMES) {
    it(`${name}: codes, every label, logits and notes, in both builds`, async () => {
      const vectors = (await (await fetch(new URL(`./${name}.json`, import.meta.url))).json()) as VAEVectors;
      const model = vectorModel(vectors);
      expect(vectors.cases).to.not.have.length(0);
      for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
        const layers = await createWasmLayers(await loadLSTMModule(fetchBuilt, kind), 'float32');
        const network = networkOf(model, layers);
        for (const vector of vectors.cases)
          expect(await compareCase(model, network, vector), kind).to.deep.equal([]);
      }
    });
  }
});
