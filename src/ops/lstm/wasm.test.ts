/** The kernels compute what the obvious network does, for every architecture, build and precision. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { parameterCount, type RecurrentNetwork, type SparseVector } from './network.js';
import { randomInputs, randomWeights, type Architecture } from './random-weights.testing.js';
import { ReferenceNetwork } from './reference.js';
import { createWasmNetwork, loadLSTMModule, type Precision } from './wasm.js';

/** Sizes that are no multiples of 8, one cell, cells of unequal size, attention around the first cell and around all. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  'one cell of 100': { inputSize: 38, sizes: [100], classes: 38 },
  'two cells, one-hot': { inputSize: 40, sizes: [64, 64], classes: 33 },
  'unequal cells': { inputSize: 21, sizes: [24, 150, 36], classes: 130 },
  'attention around the first cell': {
    inputSize: 74,
    sizes: [64, 48],
    classes: 40,
    attention: { wrappedCells: 1, length: 7 },
  },
  'attention around the only cell': {
    inputSize: 13,
    sizes: [20],
    classes: 5,
    attention: { wrappedCells: 1, length: 3 },
  },
  'attention around all cells': {
    inputSize: 50,
    sizes: [32, 40, 28],
    classes: 70,
    attention: { wrappedCells: 3, length: 5 },
  },
};

/** The number of steps is more than any history has slots. */
const STEPS = 20;

const create = async (
  architecture: Architecture,
  build: (typeof BUILDS)[number],
  precision: Precision = 'float32',
) =>
  createWasmNetwork(
    await loadLSTMModule(readKernels, build),
    randomWeights(architecture, 'weights'),
    precision,
  );

function run(network: RecurrentNetwork, inputs: readonly SparseVector[]): Float32Array[] {
  return inputs.map((input) => {
    network.step(input);
    return network.logits().slice();
  });
}

const largestDifference = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  Math.max(...a.map((row, i) => Math.max(...row.map((value, n) => Math.abs(value - b[i][n])))));

for (const [name, architecture] of Object.entries(ARCHITECTURES)) {
  const inputs = randomInputs(architecture.inputSize, STEPS, 'inputs');
  const expected = run(new ReferenceNetwork(randomWeights(architecture, 'weights')), inputs);
  const spread = Math.max(...expected[STEPS - 1]) - Math.min(...expected[STEPS - 1]);

  for (const build of BUILDS) {
    test(`${name}, ${build}, float32: logits within 1e-4`, async () => {
      const logits = run(await create(architecture, build), inputs);
      assert.ok(spread > 0.5, `the reference varies (${spread})`);
      assert.ok(largestDifference(logits, expected) < 1e-4, `${largestDifference(logits, expected)}`);
    });

    test(`${name}, ${build}, int16: logits within 0.005, and not those of float32`, async () => {
      const logits = run(await create(architecture, build, 'int16'), inputs);
      const difference = largestDifference(logits, expected);
      assert.ok(difference < 0.005 && difference > 2e-5, `${difference}`);
    });
  }
}

describe('a network', () => {
  const architecture = ARCHITECTURES['attention around all cells'];
  const inputs = randomInputs(architecture.inputSize, STEPS, 'inputs');
  const weights = randomWeights(architecture, 'weights');
  const networks = {
    reference: async () => new ReferenceNetwork(weights),
    wasm: () => create(architecture, 'simd'),
  };

  for (const [name, make] of Object.entries(networks)) {
    test(`${name}: begins anew after a reset`, async () => {
      const network = await make();
      const first = run(network, inputs);
      network.reset();
      assert.deepEqual(run(network, inputs), first);
    });

    test(`${name}: comes back to a saved state, its history included`, async () => {
      const network = await make();
      run(network, inputs.slice(0, 8));
      const logits = network.logits().slice();
      const state = network.saveState();
      const rest = run(network, inputs.slice(8));
      run(network, inputs);
      network.restoreState(state);
      assert.deepEqual(network.logits().slice(), logits);
      assert.ok(largestDifference(run(network, inputs.slice(8)), rest) < 1e-6);
    });
  }

  test('that was disposed says so', async () => {
    const network = await create(architecture, 'simd');
    network.dispose();
    assert.throws(
      () => network.step(inputs[0]),
      (error) => error instanceof TimbrelError && error.code === 'DISPOSED',
    );
  });

  test('refuses the state of another network', async () => {
    const weights = randomWeights(architecture, 'weights');
    for (const make of [() => create(architecture, 'simd'), async () => new ReferenceNetwork(weights)]) {
      const network = await make();
      const other = new ReferenceNetwork(randomWeights(architecture, 'weights'));
      assert.throws(() => network.restoreState(other.saveState()), { code: 'INTERNAL' });
    }
  });

  test('counts its parameters', () => {
    const melody = { inputSize: 38, sizes: [128, 128], classes: 38 };
    assert.equal(parameterCount(randomWeights(melody, '')), 221990);
  });
});

describe('attention', () => {
  /** A network whose logits are the attention, plus a constant: y does not matter. */
  function attentionAlone(length: number, constant: number) {
    const base = ARCHITECTURES['attention around the only cell'];
    const weights = randomWeights({ ...base, attention: { wrappedCells: 1, length } }, 'weights');
    const { attention, head } = weights;
    assert.ok(attention);
    const size = attention.v.length;
    attention.output.kernel.data.fill(0);
    for (let n = 0; n < size; n++) attention.output.kernel.data[(size + n) * size + n] = 1;
    attention.output.bias.fill(constant);
    head.kernel.data.fill(0);
    for (let n = 0; n < base.classes; n++) head.kernel.data[n * base.classes + n] = 1;
    head.bias.fill(0);
    return { weights, v: attention.v, inputs: randomInputs(base.inputSize, 4, 'attention') };
  }

  async function assertLogits(
    { weights, inputs }: ReturnType<typeof attentionAlone>,
    expected: readonly number[],
  ) {
    const module = await loadLSTMModule(readKernels, 'simd');
    for (const network of [new ReferenceNetwork(weights), await createWasmNetwork(module, weights)]) {
      const logits = run(network, inputs);
      expected.forEach((value, step) =>
        logits[step].forEach((logit) => assert.ok(Math.abs(logit - value) < 1e-6, `step ${step}: ${logit}`)),
      );
    }
  }

  test('over an empty history is zero', () => assertLogits(attentionAlone(3, 0), [0, 0, 0, 0]));

  test('over one row is that row, whatever its score', () =>
    assertLogits(attentionAlone(1, 0.25), [0.25, 0.5, 0.75, 1]));

  test('of equal scores is the mean of the rows, the empty ones among them', () => {
    const alone = attentionAlone(3, 0.75);
    alone.v.fill(0);
    return assertLogits(alone, [0.75, 1, 0.75 + 1.75 / 3, 0.75 + (1.75 + 0.75 + 1.75 / 3) / 3]);
  });
});
