/** The kernels compute what the obvious stack does, and every stack the same in whatever parts the frames come. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import { binsOf, macsPerFrame, type ConvStackStream, type ConvStackWeights } from './conv-stack.js';
import { ReferenceConvStacks } from './reference.js';
import { createWasmConvStacks, loadConvStackModule } from './wasm.js';

const random = createRandom('conv-stack');
const uniform = (length: number, scale = 1) =>
  Float32Array.from({ length }, () => scale * (2 * random() - 1));

function stackWeights(
  bins: number,
  [a, b, c]: readonly number[],
  outputs: number,
  lookAhead?: readonly [number, number, number],
): ConvStackWeights {
  const convolution = (inputs: number, channels: number) => ({
    kernel: uniform(9 * inputs * channels, 1.4 / Math.sqrt(3 * inputs)),
    shape: [3, 3, inputs, channels] as const,
    bias: uniform(channels, 0.3),
  });
  const rows = binsOf(bins)[3] * c;
  const data = uniform(rows * outputs, 1 / Math.sqrt(rows));
  return {
    bins,
    convolutions: [convolution(1, a), convolution(a, b), convolution(b, c)],
    lookAhead,
    dense: { kernel: { rows, columns: outputs, data }, bias: uniform(outputs, 0.2) },
  };
}

/** Channels of all kernels and of none; bins of which pooling drops one, on either layer; every look-ahead. */
const STACKS: Readonly<Record<string, ConvStackWeights>> = {
  '229 bins, 8, 8, 16': stackWeights(229, [8, 8, 16], 24),
  '250 bins, 4, 4, 8': stackWeights(250, [4, 4, 8], 10),
  '31 bins, 16, 24, 32': stackWeights(31, [16, 24, 32], 48, [0, 1, 0]),
  '18 bins, 32, 48, 96': stackWeights(18, [32, 48, 96], 7, [0, 0, 0]),
  '19 bins, 64, 96, 40': stackWeights(19, [64, 96, 40], 16, [0, 0, 1]),
  '9 bins, 40, 12, 8': stackWeights(9, [40, 12, 8], 16, [1, 0, 1]),
};

/** Writes frames in parts of the given lengths, the last one as long as is left. */
function writeParts(stream: ConvStackStream, frames: Float32Array, bins: number, parts: readonly number[]) {
  const rows: number[] = [];
  let from = 0;
  for (const length of [...parts, frames.length / bins]) {
    rows.push(...stream.write(frames.subarray(from * bins, (from + length) * bins)));
    from += length;
  }
  return Float32Array.from([...rows, ...stream.close()]);
}

for (const [name, weights] of Object.entries(STACKS)) {
  describe(`a stack of ${name}`, () => {
    const { bins } = weights;
    const reference = new ReferenceConvStacks().stack(weights);
    for (const build of BUILDS) {
      test(`${build}: as the reference, for recordings from one frame to more than are computed at once`, async () => {
        const stacks = await createWasmConvStacks(await loadConvStackModule(readKernels, build));
        const stack = stacks.stack(weights);
        for (const count of bins > 100 ? [1, 2, 7] : [1, 2, 3, 70, 131]) {
          const frames = uniform(count * bins);
          const actual = writeParts(stack.begin(), frames, bins, []);
          const expected = writeParts(reference.begin(), frames, bins, []);
          assert.equal(actual.length, count * reference.outputSize);
          const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i] - value)), 0);
          assert.ok(largest < 3e-5, `${count} frames: ${largest}`);
          assert.ok(Math.max(...expected) > 0.1, 'the reference varies');
        }
      });

      test(`${build}: the same bit for bit in parts of any length`, async () => {
        const stacks = await createWasmConvStacks(await loadConvStackModule(readKernels, build));
        const stack = stacks.stack(weights);
        const frames = uniform(90 * bins);
        const whole = writeParts(stack.begin(), frames, bins, []);
        for (const parts of [Array<number>(90).fill(1), [0, 3, 1, 0, 17, 2, 40], [65], [1, 66], [89]])
          assert.deepEqual(writeParts(stack.begin(), frames, bins, parts), whole);
      });
    }

    test('the reference: the same in parts of any length', () => {
      const frames = uniform(12 * bins);
      const whole = writeParts(reference.begin(), frames, bins, []);
      assert.deepEqual(writeParts(reference.begin(), frames, bins, [1, 1, 0, 5, 2]), whole);
    });
  });
}

describe('streams', () => {
  const weights = STACKS['31 bins, 16, 24, 32'];
  const create = async () => createWasmConvStacks(await loadConvStackModule(readKernels, 'simd'));

  test('tell a frame as soon as what it depends on is there', async () => {
    for (const stacks of [new ReferenceConvStacks(), await create()]) {
      const stream = stacks.stack({ ...weights, lookAhead: [0, 1, 1] }).begin();
      const rows = (count: number) => stream.write(uniform(count * 31)).length / 48;
      assert.deepEqual([rows(1), rows(1), rows(1), rows(4)], [0, 0, 1, 4]);
      assert.equal(stream.close().length / 48, 2);
    }
  });

  test('go on side by side, and beside those of another stack', async () => {
    const stacks = await create();
    const [one, other] = [stacks.stack(weights), stacks.stack(STACKS['18 bins, 32, 48, 96'])];
    const frames = uniform(20 * 31);
    const alone = writeParts(one.begin(), frames, 31, []);
    const stream = one.begin();
    const beside = one.begin();
    const first = stream.write(frames.subarray(0, 31 * 9));
    beside.write(uniform(31 * 5));
    other.begin().write(uniform(18 * 30));
    const rest = stream.write(frames.subarray(31 * 9));
    assert.deepEqual(Float32Array.from([...first, ...rest, ...stream.close()]), alone);
  });

  test('of a stack that was disposed say so', async () => {
    const stacks = await create();
    const stream = stacks.stack(weights).begin();
    assert.ok(stacks.bytes > 1e5);
    stacks.dispose();
    assert.throws(() => stream.write(uniform(31)), { code: 'DISPOSED' });
  });
});

test('multiplications of a frame are those of the published stack', () => {
  const published = stackWeights(229, [48, 48, 96], 768);
  assert.equal(macsPerFrame(published), 13_777_776);
});
