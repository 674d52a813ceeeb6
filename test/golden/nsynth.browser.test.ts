/** NSynth in the kernels, against the reference vectors of narrow networks, in the browser. */
import { expect } from '@esm-bundle/chai';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmDecoder } from '../../src/ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../src/ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../src/ops/nsynth/wasm-kernels.js';
import { compareCase, vectorModel, type NSynthVectors } from './nsynth-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('NSynth, in the browser', () => {
  for (const name of ['narrow', 'small_hop', 'two_taps']) {
    it(`${name}: embeddings, every label, logits and likelihoods, in both builds`, async () => {
      const address = new URL(`./nsynth_${name}.json`, import.meta.url);
      const vectors = (await (await fetch(address)).json()) as NSynthVectors;
      const model = vectorModel(vectors);
      expect(vectors.cases).to.not.have.length(0);
      for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
        const module = await loadNSynthModule(fetchBuilt, kind);
        const networks = {
          encoder: await createWasmEncoder(module, model.weights.encoder),
          decoder: await createWasmDecoder(module, model.weights.decoder),
        };
        for (const vector of vectors.cases)
          expect(await compareCase(model, networks, vector), `${kind}, ${vector.kind}`).to.deep.equal([]);
      }
    });
  }
});
