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

/** More steps than any history has slots. */
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

  test('of zeros keeps c sigmoid(1) of its cell: the forget bias', () => {
    const zero = randomWeights({ inputSize: 1, sizes: [1], classes: 1 }, '');
    const clear = (values: Float32Array) => values.fill(0);
    [zero.cells[0].kernel.data, zero.cells[0].bias, zero.head.bias].forEach(clear);
    zero.head.kernel.data[0] = 1;
    const network = new ReferenceNetwork(zero);
    network.restoreState({ values: Float32Array.of(1, 0, 0), slot: 0 });
    network.step(inputs[0]);
    // c = sigmoid(1), h = tanh(c) / 2.
    assert.ok(Math.abs(network.logits()[0] - 0.3118563) < 1e-6);
  });

  test('counts its parameters', () => {
    const melody = { inputSize: 38, sizes: [128, 128], classes: 38 };
    assert.equal(parameterCount(randomWeights(melody, '')), 221990);
  });
});

test('attention over an empty history is zero, over equal rows that row, whatever the scores', async () => {
  const base = ARCHITECTURES['attention around the only cell'];
  const architecture = { ...base, attention: { wrappedCells: 1, length: 3 } };
  const weights = randomWeights(architecture, 'weights');
  const { attention } = weights;
  assert.ok(attention);
  // The output is the attention, and a constant: y and the biases do not matter.
  const size = attention.v.length;
  attention.output.kernel.data.fill(0);
  for (let n = 0; n < size; n++) attention.output.kernel.data[(size + n) * size + n] = 1;
  attention.output.bias.fill(0);
  weights.head.kernel.data.fill(0);
  for (let n = 0; n < architecture.classes; n++) weights.head.kernel.data[n * architecture.classes + n] = 1;
  weights.head.bias.fill(0);
  const inputs = randomInputs(architecture.inputSize, 1, 'one');
  const module = await loadLSTMModule(readKernels, 'simd');
  for (const network of [new ReferenceNetwork(weights), await createWasmNetwork(module, weights)]) {
    network.step(inputs[0]);
    assert.deepEqual([...network.logits()], Array(architecture.classes).fill(0));
  }
  attention.output.bias.fill(0.25);
  const network = await createWasmNetwork(module, weights);
  network.step(inputs[0]);
  // The first output is the bias alone; with three equal rows of r the next is r + bias.
  network.step(inputs[0]);
  const state = network.saveState();
  const rows = state.values.subarray(state.values.length - 2 * 3 * 24, state.values.length - 3 * 24);
  rows.fill(0.5);
  network.restoreState(state);
  network.step(inputs[0]);
  network.logits().forEach((logit) => assert.ok(Math.abs(logit - 0.75) < 1e-6, `${logit}`));
});
