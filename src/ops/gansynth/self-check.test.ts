import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAgainst, probeInput } from './self-check.js';

const right = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));

test('rounding passes', () => {
  checkAgainst(
    right,
    right.map((value) => value + 2e-5),
  );
});

describe('a backend that lies is caught:', () => {
  const lies: [string, Float32Array][] = [
    ['one wrong value', right.map((value, i) => (i === 500 ? value + 0.01 : value))],
    ['every value a little wrong', right.map((value) => value + 3e-4)],
    ['a NaN', right.map((value, i) => (i === 500 ? NaN : value))],
    ['a NaN at the end', right.map((value, i) => (i === 999 ? NaN : value))],
    ['zeros', new Float32Array(1000)],
    ['too few values', right.slice(1)],
  ];
  for (const [name, lie] of lies) {
    test(name, () => assert.throws(() => checkAgainst(right, lie), { code: 'GPU_WRONG_RESULT' }));
  }
});

test('the probe is a latent and one pitch', () => {
  const probe = probeInput(317, 256);
  assert.equal(
    probe.subarray(256).reduce((sum, value) => sum + value, 0),
    1,
  );
});
