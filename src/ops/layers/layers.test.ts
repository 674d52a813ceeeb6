/** The kernels compute what the obvious layers do, in every build and precision, for rows alone and in lockstep. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import type { Linear } from '../matrix.js';
import { ACTIVATIONS, type Layers, type LSTMStack, type StackWeights } from './layers.js';
import { ReferenceLayers } from './reference.js';
import { createWasmLayers, loadLSTMModule, type Precision } from './wasm.js';

const random = createRandom('layers');
const uniform = (length: number, scale = 1) =>
  Float32Array.from({ length }, () => scale * (2 * random() - 1));

function linear(rows: number, columns: number): Linear {
  const data = uniform(rows * columns, 2 / Math.sqrt(rows));
  return { kernel: { rows, columns, data }, bias: uniform(columns, 0.5) };
}

/** Kernels of cells upon each other. */
const cells = (inputs: number, sizes: readonly number[]) =>
  sizes.map((size, l) => linear((l === 0 ? inputs : sizes[l - 1]) + size, 4 * size));

/** Rows that are one-hot, zero, dense, and dense in places. */
function inputs(rows: number, size: number, density: number): Float32Array {
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) if (random() < density) values[row * size + i] = 2 * random() - 1;
    if (row % 3 !== 2) values[row * size + Math.floor(random() * size)] = 1;
  }
  return values;
}

const reference = new ReferenceLayers();

/** Both builds in float32, which is exact to rounding, and in int16, which is not. */
const BACKENDS = BUILDS.flatMap((build) =>
  (['float32', 'int16'] as const).map((precision) => ({
    name: `${build}, ${precision}`,
    create: async () => createWasmLayers(await loadLSTMModule(readKernels, build), precision),
    precision,
  })),
);

function assertClose(actual: Float32Array, expected: Float32Array, precision: Precision) {
  assert.equal(actual.length, expected.length);
  const largest = actual.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i])), 0);
  const spread = Math.max(...expected) - Math.min(...expected);
  assert.ok(spread > 0.1, `the reference varies (${spread})`);
  assert.ok(largest < (precision === 'float32' ? 2e-5 : 4e-3), `largest difference ${largest}`);
}

describe('a dense layer', () => {
  for (const { name, create, precision } of BACKENDS) {
    test(`${name}: every activation, widths that are no multiples of 8, one row and several`, async () => {
      const layers = await create();
      for (const activation of ACTIVATIONS) {
        for (const [rows, columns, count] of [
          [90, 33, 1],
          [256, 64, 4],
          [300, 130, 5],
          [17, 9, 3],
        ]) {
          const weights = linear(rows, columns);
          const x = uniform(rows * count);
          const options = { activation };
          assertClose(layers.dense(weights, options)(x), reference.dense(weights, options)(x), precision);
        }
      }
    });
  }

  test('keeps softplus finite, and positive, far from zero', async () => {
    const weights = { kernel: { rows: 1, columns: 1, data: Float32Array.of(1) }, bias: new Float32Array(1) };
    const softplus = (await BACKENDS[0].create()).dense(weights, { activation: 'softplus' });
    const [low, zero, high] = softplus(Float32Array.of(-60, 0, 200));
    assert.ok(low >= 0 && low < 1e-20);
    assert.ok(Math.abs(zero - Math.LN2) < 1e-6);
    assert.equal(high, 200);
  });

  test('returns a fresh array: the next call leaves it alone', async () => {
    const dense = (await BACKENDS[0].create()).dense(linear(8, 8));
    const first = dense(uniform(8));
    const copy = first.slice();
    dense(uniform(8));
    assert.deepEqual(first, copy);
  });
});

/** Stacks as models have them, narrower. */
const STACKS: Readonly<Record<string, StackWeights & { readonly density: number }>> = {
  'one cell, one-hot inputs': { cells: cells(90, [100]), density: 0 },
  'two cells, dense inputs, a head': { cells: cells(41, [64, 48]), density: 1, output: linear(48, 90) },
  'three unequal cells, some inputs': { cells: cells(20, [24, 150, 36]), density: 0.2 },
  'constant inputs in the middle': {
    cells: cells(30 + 50 + 12, [40, 40]),
    constant: { from: 30, size: 50 },
    output: linear(40, 30),
    density: 0.1,
  },
  'nothing but constant inputs and one zero': {
    cells: cells(1 + 33, [20]),
    constant: { from: 1, size: 33 },
    density: 0,
  },
  'no forget bias': { cells: cells(16, [32]), forgetBias: 0, density: 1 },
};

const STEPS = 12;
const BATCH = 5;

function start(stack: LSTMStack, { constant }: StackWeights) {
  const state = uniform(BATCH * stack.stateSize, 0.8);
  return { state, constant: constant && uniform(BATCH * constant.size) };
}

/** Steps with fewer and fewer rows, and the outputs of all. */
function play(stack: LSTMStack, begin: ReturnType<typeof start>, steps: readonly Float32Array[]) {
  stack.begin(BATCH, begin);
  const outputs = steps.map((input, step) => {
    stack.step(input, step < 8 ? BATCH : 2);
    return stack.output();
  });
  return Float32Array.from([...outputs.flatMap((row) => [...row]), ...stack.state()]);
}

for (const [name, weights] of Object.entries(STACKS)) {
  describe(`a stack of ${name}`, () => {
    const expected = reference.stack(weights);
    const begin = start(expected, weights);
    const steps = Array.from({ length: STEPS }, () => inputs(BATCH, expected.inputSize, weights.density));

    for (const { name: backend, create, precision } of BACKENDS) {
      test(`${backend}: steps in lockstep from a given state`, async () => {
        const stack = (await create()).stack(weights);
        assert.equal(stack.inputSize, expected.inputSize);
        assert.equal(stack.outputSize, expected.outputSize);
        assert.equal(stack.stateSize, expected.stateSize);
        assertClose(play(stack, begin, steps), play(expected, begin, steps), precision);
      });

      if (weights.constant) continue;
      test(`${backend}: reads sequences of any lengths, both ways`, async () => {
        const stack = (await create()).stack(weights);
        // More rows in all than are multiplied at once.
        const sequences = [9, 1, 50, 17, 3].map((length) => inputs(length, stack.inputSize, weights.density));
        for (const backwards of [false, true]) {
          const actual = stack.run(sequences, { backwards });
          const right = expected.run(sequences, { backwards });
          assertClose(actual.last, right.last, precision);
          actual.outputs.forEach((output, i) => assertClose(output, right.outputs[i], precision));
          assertClose(actual.state, right.state, precision);
        }
      });
    }
  });
}

describe('a stack', () => {
  const weights = STACKS['two cells, dense inputs, a head'];
  const each = (check: (layers: Layers) => void | Promise<void>) => async () => {
    await check(new ReferenceLayers());
    await check(await BACKENDS[0].create());
  };
  const steps = Array.from({ length: STEPS }, () => inputs(BATCH, 41, 1));
  const readSteps = (stack: LSTMStack, from: number, to: number) => {
    for (const input of steps.slice(from, to)) stack.step(input, BATCH);
    return stack.output();
  };

  test(
    'goes on from a state that it gave away, in another batch too',
    each((layers) => {
      const stack = layers.stack(weights);
      stack.begin(BATCH);
      readSteps(stack, 0, 6);
      const state = stack.state();
      const rest = readSteps(stack, 6, STEPS);
      stack.begin(BATCH, { state });
      // The reference rounds what it gives away.
      readSteps(stack, 6, STEPS).forEach((value, i) => assert.ok(Math.abs(value - rest[i]) < 1e-6));
      stack.begin(1, { state: state.subarray(0, stack.stateSize) });
      for (const input of steps.slice(6)) stack.step(input.subarray(0, 41), 1);
      const alone = stack.output();
      alone.forEach((value, i) => assert.ok(Math.abs(value - rest[i]) < 1e-6));
    }),
  );

  test(
    'is not disturbed by runs, by other layers, or by memory that grows',
    each((layers) => {
      const stack = layers.stack(weights);
      stack.begin(BATCH);
      const whole = readSteps(stack, 0, STEPS);
      stack.begin(BATCH);
      readSteps(stack, 0, 6);
      stack.run([inputs(100, 41, 1)]);
      layers.dense(linear(512, 2048))(uniform(512));
      layers.stack(weights).begin(300);
      assert.deepEqual(readSteps(stack, 6, STEPS), whole);
    }),
  );

  test(
    'reads in one run what it reads step by step',
    each((layers) => {
      const { cells: alone } = weights;
      const stack = layers.stack({ cells: alone });
      const sequence = inputs(STEPS, 41, 1);
      stack.begin(1);
      for (let step = 0; step < STEPS; step++) stack.step(sequence.subarray(41 * step, 41 * (step + 1)), 1);
      const { last } = stack.run([sequence]);
      stack.output().forEach((value, i) => assert.ok(Math.abs(value - last[i]) < 1e-6));
    }),
  );

  test(
    'goes on with a run where another ended, for sequences of any lengths, and both ways',
    each((layers) => {
      const { cells: alone } = weights;
      const stack = layers.stack({ cells: alone, input: 'dense' });
      const sequences = [inputs(70, 41, 0.1), inputs(3, 41, 1), inputs(9, 41, 0.5)];
      const cut = (row: number) => 41 * row;
      for (const backwards of [false, true]) {
        const whole = stack.run(sequences, { backwards });
        const [early, late] = [
          sequences.map((sequence) => sequence.subarray(0, cut(3))),
          sequences.map((sequence) => sequence.subarray(cut(3))),
        ];
        const first = stack.run(backwards ? late : early, { backwards });
        const second = stack.run(backwards ? early : late, { backwards, state: first.state });
        const [left, right] = backwards ? [second, first] : [first, second];
        whole.outputs.forEach((output, i) => {
          const parts = Float32Array.from([...left.outputs[i], ...right.outputs[i]]);
          // The reference rounds what it gives away; the kernels give away what they have.
          if (layers.backend === 'wasm') assert.deepEqual(parts, output);
          else assertClose(parts, output, 'float32');
        });
        assertClose(second.state, whole.state, 'float32');
      }
    }),
  );

  test(
    'of zeros keeps c sigmoid(1) of its cell: the forget bias',
    each((layers) => {
      const zero = { kernel: { rows: 2, columns: 4, data: new Float32Array(8) }, bias: new Float32Array(4) };
      const stack = layers.stack({ cells: [zero] });
      stack.begin(1, { state: Float32Array.of(1, 0) });
      stack.step(new Float32Array(1), 1);
      // c = sigmoid(1), h = tanh(c) / 2.
      const [c, h] = stack.state();
      assert.ok(Math.abs(c - 0.7310586) < 1e-6 && Math.abs(h - 0.3118563) < 1e-6, `${c}, ${h}`);
    }),
  );

  test('that was disposed says so, and so does a dense layer', async () => {
    const layers = await BACKENDS[0].create();
    const stack = layers.stack(weights);
    const dense = layers.dense(linear(8, 8));
    assert.ok(layers.bytes > 1e5);
    layers.dispose();
    for (const use of [() => stack.begin(1), () => stack.output(), () => dense(uniform(8))])
      assert.throws(use, { code: 'DISPOSED' });
  });
});
