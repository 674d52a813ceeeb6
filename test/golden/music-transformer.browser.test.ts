/** Music Transformer on our kernels, both builds, against the reference vectors, in the browser. */
import { expect } from '@esm-bundle/chai';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmTransformer, loadTransformerModule } from '../../src/ops/transformer/wasm.js';
import { compareCase, weightsOf, type TransformerVectors } from './music-transformer-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('music transformer, in the browser', () => {
  for (const name of ['small', 'relative', 'melody']) {
    it(`${name}: logits, greedy and drawn tokens, in both builds`, async () => {
      const url = new URL(`./music_transformer_${name}.json`, import.meta.url);
      const vectors = (await (await fetch(url)).json()) as TransformerVectors;
      const weights = weightsOf(vectors);
      expect(vectors.cases).to.not.have.length(0);
      for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
        const module = await loadTransformerModule(fetchBuilt, kind);
        const network = await createWasmTransformer(module, weights, { memory: 512 });
        for (const vector of vectors.cases)
          expect(compareCase(network, vector, 'float32'), kind).to.deep.equal([]);
      }
    });
  }
});
