/** Music Transformer on our kernels, both builds and both precisions, and on the plain reference, against the reference vectors. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { BUILDS, readKernels } from '../../src/ops/built-kernels.testing.js';
import { parameterCount } from '../../src/ops/transformer/network.js';
import { ReferenceTransformer } from '../../src/ops/transformer/reference.js';
import { createWasmTransformer, loadTransformerModule } from '../../src/ops/transformer/wasm.js';
import {
  compareCase,
  compareEvents,
  VECTORS,
  weightsOf,
  type EventsCase,
  type TransformerVectors,
} from './music-transformer-vectors.js';

const MEMORY = 512;

describe('tokens of performances and melodies', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('./music_transformer_events.json', import.meta.url), 'utf8'),
  ) as { readonly cases: readonly EventsCase[] };
  for (const vector of cases)
    test(`${vector.kind}: ${vector.name}`, () => assert.deepEqual(compareEvents(vector), []));
});

for (const name of VECTORS) {
  describe(`music transformer, ${name}`, () => {
    const vectors = JSON.parse(
      readFileSync(new URL(`./music_transformer_${name}.json`, import.meta.url), 'utf8'),
    ) as TransformerVectors;
    const weights = weightsOf(vectors);
    const isFull = name === '16x512';

    if (isFull) {
      test('has as many parameters as the specification says', () => {
        assert.equal(parameterCount(weights), 50_565_120);
      });
    }

    for (const build of BUILDS) {
      for (const precision of ['float32', 'int16'] as const) {
        // The full size once in each precision: packing it takes seconds.
        if (isFull && (build === 'simd') === (precision === 'float32')) continue;
        test(`${build}, ${precision}: logits, greedy and drawn tokens`, async () => {
          const module = await loadTransformerModule(readKernels, build);
          const network = await createWasmTransformer(module, weights, { memory: MEMORY, precision });
          const differences = vectors.cases.flatMap((vector, i) =>
            compareCase(network, vector, precision).map((text) => `case ${i}: ${text}`),
          );
          assert.deepEqual(differences, []);
        });
      }
    }

    if (!isFull) {
      test('reference: the same', () => {
        const network = new ReferenceTransformer(weights, MEMORY);
        const differences = vectors.cases.flatMap((vector, i) =>
          compareCase(network, vector, 'float32').map((text) => `case ${i}: ${text}`),
        );
        assert.deepEqual(differences, []);
      });
    }
  });
}
