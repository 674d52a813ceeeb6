import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { SamplingOptions } from './sampling.js';
import { createRandom } from '../random/random.js';
import { checkSampling, draw, logProbabilityOf } from './sampling.js';

/** Probabilities 0.5, 0.25, 0.15, 0.1, shifted: softmax does not mind. */
const LOGITS = Float32Array.from([0.15, 0.5, 0.1, 0.25], (p) => Math.log(p) + 7);

function frequencies(options: SamplingOptions, count = 20000): number[] {
  const random = createRandom('draws');
  const counts = new Array<number>(LOGITS.length).fill(0);
  for (let i = 0; i < count; i++) counts[draw(LOGITS, options, random).index]++;
  return counts.map((n) => n / count);
}

const assertClose = (actual: readonly number[], expected: readonly number[]) =>
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 0.012, `${actual.join(' ')}, expected ${expected.join(' ')}`),
  );

test('classes come as often as they are likely', () => {
  assertClose(frequencies({}), [0.15, 0.5, 0.1, 0.25]);
});

test('temperature is a power of the probabilities', () => {
  const powers = [0.15, 0.5, 0.1, 0.25].map((p) => p ** 2);
  const total = powers.reduce((a, b) => a + b);
  assertClose(
    frequencies({ temperature: 0.5 }),
    powers.map((p) => p / total),
  );
});

test('temperature 0, and towards 0, is the likeliest class', () => {
  assert.deepEqual(frequencies({ temperature: 0 }, 100), [0, 1, 0, 0]);
  assert.deepEqual(frequencies({ temperature: 1e-3 }, 100), [0, 1, 0, 0]);
});

test('top-k and top-p leave the likeliest', () => {
  assertClose(frequencies({ topK: 2 }), [0, 2 / 3, 0, 1 / 3]);
  assertClose(frequencies({ topP: 0.76 }), [0.15 / 0.9, 0.5 / 0.9, 0, 0.25 / 0.9]);
  assertClose(frequencies({ topP: 1e-6 }), [0, 1, 0, 0]);
});

test('log-probabilities: of the model, and of the distribution that was drawn from', () => {
  const { logProbability, drawnLogProbability } = draw(LOGITS, { topK: 2 }, () => 0.99);
  assert.ok(Math.abs(logProbability - Math.log(0.25)) < 1e-6);
  assert.ok(Math.abs(drawnLogProbability - Math.log(1 / 3)) < 1e-6);
  assert.ok(Math.abs(logProbabilityOf(LOGITS, 0) - Math.log(0.15)) < 1e-6);
});

test('a class of probability zero is never drawn, not even by the last draw below 1', () => {
  const logits = Float32Array.of(0, 0, -1e9);
  assert.equal(draw(logits, {}, () => 1 - 2 ** -32).index, 1);
});

test('options out of range are named', () => {
  for (const [options, name] of [
    [{ temperature: -1 }, 'temperature'],
    [{ temperature: NaN }, 'temperature'],
    [{ topK: 0 }, 'topK'],
    [{ topP: 1.5 }, 'topP'],
  ] as const) {
    assert.throws(
      () => checkSampling(options),
      (error) =>
        error instanceof TimbrelError && error.code === 'OPTION_INVALID' && error.message.startsWith(name),
    );
  }
});
