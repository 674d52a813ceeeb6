import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAgainst, probeInput, selfCheck } from './self-check.js';

const right = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));

/** A generator whose image is `image`, whatever it is asked. */
const thatSays = (image: Float32Array) => ({ spectrogram: async () => image });

describe('a backend that lies is caught:', () => {
  const lies: [string, Float32Array, RegExp][] = [
    ['one wrong value', right.map((value, i) => (i === 500 ? value + 0.01 : value)), /up to 0\.0100 /],
    ['every value a little wrong', right.map((value) => value + 3e-4), /mean 0\.000300/],
    ['a NaN', right.map((value, i) => (i === 500 ? NaN : value)), /up to NaN/],
    ['a NaN at the end', right.map((value, i) => (i === 999 ? NaN : value)), /up to NaN/],
    ['infinity', right.map((value, i) => (i === 500 ? Infinity : value)), /up to Infinity/],
    ['zeros', new Float32Array(1000), /up to 1\.00 /],
    ['too few values', right.slice(1), /999 values, not 1000/],
    ['too many values', Float32Array.of(...right, 0), /1001 values, not 1000/],
  ];
  for (const [name, lie, message] of lies) {
    test(name, async () => {
      await assert.rejects(selfCheck(thatSays(lie), thatSays(right), probeInput(317, 256)), {
        code: 'GPU_WRONG_RESULT',
        message,
      });
    });
  }
});

test('rounding passes', () => {
  checkAgainst(
    right,
    right.map((value) => value + 2e-5),
  );
});

test('both are asked the same: a latent and one pitch', async () => {
  const asked: Float32Array[] = [];
  const honest = {
    spectrogram: async (input: Float32Array) => {
      asked.push(input);
      return right;
    },
  };
  await selfCheck(honest, honest, probeInput(317, 256));
  const [first, second] = asked;
  assert.deepEqual(first, second);
  assert.ok(first.subarray(0, 256).every((value) => value !== 0));
  assert.equal(
    first.subarray(256).reduce((sum, value) => sum + value, 0),
    1,
  );
});

test('what fails otherwise fails as it does', async () => {
  const lost = { spectrogram: () => Promise.reject(new Error('lost')) };
  await assert.rejects(selfCheck(lost, thatSays(right), probeInput(317, 256)), /lost/);
});
