/** Music Transformer on our kernels, both builds, against the reference vectors, in the browser; and its tokens. */
import { expect } from '@esm-bundle/chai';
import type { SIMDKind } from '../../src/ops/kernels.js';
import { createWasmTransformer, loadTransformerModule } from '../../src/ops/transformer/wasm.js';
import {
  compareCase,
  compareEvents,
  weightsOf,
  type EventsCase,
  type TransformerVectors,
} from './music-transformer-vectors.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

const fetchVectors = async (name: string): Promise<unknown> =>
  (await fetch(new URL(`./music_transformer_${name}.json`, import.meta.url))).json();

describe('music transformer, in the browser', () => {
  for (const name of ['small', 'relative', 'melody']) {
    it(`${name}: logits, greedy and drawn tokens, in both builds`, async () => {
      const vectors = (await fetchVectors(name)) as TransformerVectors;
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

  it('16x512: the same of 50.6 million numbers, one build in each precision', async function () {
    // Drawing and packing them takes seconds, on a busy machine many.
    this.timeout(300_000);
    const vectors = (await fetchVectors('16x512')) as TransformerVectors;
    const weights = weightsOf(vectors);
    expect(vectors.cases).to.not.have.length(0);
    for (const [kind, precision] of [
      ['relaxed', 'float32'],
      ['simd', 'int16'],
    ] as const) {
      const module = await loadTransformerModule(fetchBuilt, kind);
      const network = await createWasmTransformer(module, weights, { memory: 64, precision });
      for (const vector of vectors.cases)
        expect(compareCase(network, vector, precision), `${kind}, ${precision}`).to.deep.equal([]);
      network.dispose();
    }
  });

  it('tokens of performances and melodies are those of the original', async () => {
    const { cases } = (await fetchVectors('events')) as { readonly cases: readonly EventsCase[] };
    expect(cases.length).to.be.above(20);
    expect(cases.flatMap(compareEvents)).to.deep.equal([]);
  });
});
