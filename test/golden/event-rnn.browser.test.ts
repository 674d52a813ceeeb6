/** The event RNNs on our kernels, both builds, against the reference vectors, in the browser. */
import { expect } from '@esm-bundle/chai';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmNetwork, loadLSTMModule } from '../../src/ops/lstm/wasm.js';
import { compareCase, RUNS, weightsOf, type EventVectors, type VectorName } from './event-rnn-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('event RNNs, in the browser', () => {
  for (const name of Object.keys(RUNS) as VectorName[]) {
    it(`${name}: every label, and probabilities within 1e-3, in both builds`, async () => {
      const url = new URL(`./${name}.json`, import.meta.url);
      const vectors = (await (await fetch(url)).json()) as EventVectors;
      const weights = weightsOf(name, vectors);
      expect(vectors.cases).to.not.have.length(0);
      for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
        const network = await createWasmNetwork(await loadLSTMModule(fetchBuilt, kind), weights);
        for (const vector of vectors.cases) {
          expect(compareCase(name, network, vector), kind).to.deep.equal([]);
        }
      }
    });
  }
});
