import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkLatent, mixCorners, sampleLatent, slerp } from './latent.js';

const norm = (v: Float32Array) => Math.hypot(...v);

describe('slerp', () => {
  const a = sampleLatent('a', 256);
  const b = sampleLatent('b', 256);

  test('gives its end points', () => {
    for (let i = 0; i < 256; i++) {
      assert.ok(Math.abs(slerp(a, b, 0)[i] - a[i]) < 1e-6);
      assert.ok(Math.abs(slerp(a, b, 1)[i] - b[i]) < 1e-6);
    }
  });

  test('stays on the circle between orthogonal unit vectors', () => {
    const middle = slerp(Float32Array.of(1, 0), Float32Array.of(0, 1), 0.5);
    assert.ok(Math.abs(middle[0] - Math.SQRT1_2) < 1e-7);
    assert.ok(Math.abs(norm(middle) - 1) < 1e-7);
  });

  test('keeps the norm of the prior, where a linear mix would lose it', () => {
    assert.ok(norm(slerp(a, b, 0.5)) > 0.97 * Math.min(norm(a), norm(b)));
  });

  test('mixes parallel, opposite and zero vectors without NaN', () => {
    for (const other of [a, a.map((v) => -v), new Float32Array(256)]) {
      assert.ok(slerp(a, other, 0.3).every(Number.isFinite));
    }
  });

  test('refuses vectors of different lengths', () => {
    assert.throws(() => slerp(a, new Float32Array(3), 0.5), { code: 'LATENT_INVALID' });
  });
});

test('the corners of a pad are the four latents themselves', () => {
  const corners = ['p', 'q', 'r', 's'].map((seed) => sampleLatent(seed, 8));
  const [p, q, r, s] = corners;
  for (const [corner, x, y] of [
    [p, 0, 0],
    [q, 1, 0],
    [r, 0, 1],
    [s, 1, 1],
  ] as const) {
    mixCorners([p, q, r, s], x, y).forEach((value, i) => assert.ok(Math.abs(value - corner[i]) < 1e-6));
  }
});

test('the same seed gives the same latent, another seed another', () => {
  assert.deepEqual(sampleLatent(7, 256), sampleLatent(7, 256));
  assert.notDeepEqual(sampleLatent(7, 256), sampleLatent(8, 256));
});

test('a latent is drawn from the standard normal distribution', () => {
  const z = sampleLatent('moments', 100000);
  const mean = z.reduce((sum, v) => sum + v, 0) / z.length;
  const variance = z.reduce((sum, v) => sum + (v - mean) ** 2, 0) / z.length;
  assert.ok(Math.abs(mean) < 0.02 && Math.abs(variance - 1) < 0.02);
});

test('a latent of the wrong length, or with a NaN inside, is refused by name', () => {
  assert.throws(() => checkLatent(new Float32Array(255), 256), /255 values; this model takes 256/);
  assert.throws(() => checkLatent(new Float32Array(256).fill(NaN, 9, 10), 256), /z\[9\] is NaN/);
  assert.throws(
    () => checkLatent(new Float32Array(256).fill(-1e30, 4, 5), 256),
    /z\[4\] is -1.*from -1000 to 1000/,
  );
  checkLatent(new Float32Array(256).fill(1000), 256);
});
