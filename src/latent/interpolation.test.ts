import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gaussianVector } from '../random/random.js';
import {
  addAttribute,
  attributeVector,
  interpolateLatents,
  meanLatent,
  similarLatent,
  walkLatent,
} from './interpolation.js';
import { slerp } from './latent.js';

const point = (seed: number) => gaussianVector(seed, 64);
const [a, b, c, d] = [1, 2, 3, 4].map(point);
const norm = (v: Float32Array) => Math.hypot(...v);
const near = (actual: Float32Array, expected: Float32Array) =>
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-5, `${i}: ${value}, not ${expected[i]}`),
  );

describe('between two points', () => {
  test('both ends are included, and the way is a slerp', () => {
    const way = interpolateLatents([a, b], 5);
    assert.equal(way.length, 5);
    near(way[0], a);
    near(way[1], slerp(a, b, 0.25));
    near(way[4], b);
    assert.ok(norm(way[2]) > 0.9 * Math.min(norm(a), norm(b)));
  });

  test('linear, as magenta.js: the middle is the mean, and shorter', () => {
    const [, middle] = interpolateLatents([a, b], 3, 'linear');
    near(middle, meanLatent([a, b]));
    assert.ok(norm(middle) < 0.85 * Math.min(norm(a), norm(b)));
  });

  test('one point is the middle', () => {
    near(interpolateLatents([a, b], 1)[0], slerp(a, b, 0.5));
  });
});

describe('a field of four', () => {
  for (const how of ['spherical', 'linear'] as const) {
    test(`${how}: A . C / B . D, row by row`, () => {
      const field = interpolateLatents([a, b, c, d], [3, 2], how);
      assert.equal(field.length, 6);
      near(field[0], a);
      near(field[2], c);
      near(field[3], b);
      near(field[5], d);
      near(field[1], interpolateLatents([a, c], 3, how)[1]);
    });
  }
});

test('what is no count, number of points or way is refused', () => {
  const refuse = (work: () => unknown, code: string) => assert.throws(work, { code });
  refuse(() => interpolateLatents([a], 3), 'OPTION_INVALID');
  refuse(() => interpolateLatents([], 3), 'OPTION_INVALID');
  refuse(() => interpolateLatents([a, b], 0), 'OPTION_INVALID');
  refuse(() => interpolateLatents([a, b], 2.5), 'OPTION_INVALID');
  refuse(() => interpolateLatents([a, b], [3, 2]), 'OPTION_INVALID');
  refuse(() => interpolateLatents([a, b], 3, 'cubic' as 'linear'), 'OPTION_INVALID');
  refuse(() => interpolateLatents([a, new Float32Array(3)], 3), 'LATENT_INVALID');
  refuse(() => similarLatent(a, b, 1.5), 'OPTION_INVALID');
  refuse(() => meanLatent([]), 'OPTION_INVALID');
  refuse(() => attributeVector([a], []), 'OPTION_INVALID');
  refuse(() => addAttribute(a, new Float32Array(3), 1), 'LATENT_INVALID');
  refuse(() => walkLatent(a, [b], 2), 'OPTION_INVALID');
});

test('similar: 1 is the point itself, 0 the noise', () => {
  near(similarLatent(a, b, 1), a);
  near(similarLatent(a, b, 0), b);
  near(similarLatent(a, b, 0.25), interpolateLatents([b, a], 5, 'linear')[1]);
});

test('an attribute: added to what lacks it, it makes what has it', () => {
  const attribute = attributeVector([a, b], [c, d]);
  near(addAttribute(meanLatent([c, d]), attribute, 1), meanLatent([a, b]));
  near(addAttribute(a, attribute, 0), a);
});

test('a walk begins at its beginning, goes on in small steps, and keeps the length of points of the prior', () => {
  const points = Array.from({ length: 400 }, (_, i) => point(100 + i));
  const walk = walkLatent(a, points, 0.2);
  assert.equal(walk.length, 401);
  assert.equal(walk[0], a);
  const mean = walk.reduce((sum, z) => sum + norm(z), 0) / walk.length;
  assert.ok(Math.abs(mean - 8) < 1, `mean length ${mean}; sqrt(64) is 8`);
  const step = norm(walk[1].map((value, i) => value - walk[0][i]));
  assert.ok(step < 0.5 * norm(a), `a step of ${step}`);
});
