/** The event RNNs on our kernels, both builds, and on the plain reference, against the reference vectors. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { BUILDS, readKernels } from '../../src/ops/built-kernels.testing.js';
import { parameterCount } from '../../src/ops/lstm/network.js';
import { ReferenceNetwork } from '../../src/ops/lstm/reference.js';
import { createWasmNetwork, loadLSTMModule } from '../../src/ops/lstm/wasm.js';
import { compareCase, RUNS, weightsOf, type EventVectors, type VectorName } from './event-rnn-vectors.js';

/** Of music_rnn.md, section 4, where the vectors' sizes are there. */
const PARAMETERS: Readonly<Partial<Record<VectorName, number>>> = {
  basic_rnn: 3247142,
  melody_rnn: 3482754,
  drum_kit_rnn: 2967850,
  chord_pitches_improv: 1400358,
  performance_rnn_lstm: 6242692,
};

for (const name of Object.keys(RUNS) as VectorName[]) {
  describe(name, () => {
    const vectors = JSON.parse(
      readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
    ) as EventVectors;
    const weights = weightsOf(name, vectors);

    const parameters = PARAMETERS[name];
    if (parameters) {
      test('has as many parameters as the specification says', () => {
        assert.equal(parameterCount(weights), parameters);
      });
    }

    vectors.cases.forEach((vector, i) => {
      for (const build of BUILDS) {
        test(`case ${i}, ${build}: every label, and probabilities within 1e-3`, async () => {
          const network = await createWasmNetwork(await loadLSTMModule(readKernels, build), weights);
          assert.deepEqual(compareCase(name, network, vector), []);
        });
      }
    });

    test('case 0, reference: the same', () => {
      assert.deepEqual(compareCase(name, new ReferenceNetwork(weights), vectors.cases[0]), []);
    });
  });
}
