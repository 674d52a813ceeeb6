import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, gaussianVector, hashSeed } from './random.js';

test('the hash is FNV-1a of 32 bits', () => {
  // Published vectors, http://www.isthe.com/chongo/tech/comp/fnv/
  assert.equal(hashSeed(''), 0x811c9dc5);
  assert.equal(hashSeed('a'), 0xe40c292c);
  assert.equal(hashSeed('foobar'), 0xbf9cf968);
});

test('numbers are uniform in [0, 1)', () => {
  const random = createRandom(1);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100000; i++) counts[Math.floor(random() * 10)]++;
  for (const count of counts) assert.ok(Math.abs(count - 10000) < 500, String(counts));
});

test('a seed that is a number and one that is its text are the same', () => {
  assert.deepEqual(gaussianVector(12, 4), gaussianVector('12', 4));
});

test('a state that was kept brings back the numbers after it', () => {
  const random = createRandom('state');
  random();
  const { state } = random;
  const numbers = [random(), random()];
  random.state = state;
  assert.deepEqual([random(), random()], numbers);
});

test('what is no seed is refused', () => {
  for (const seed of [NaN, Infinity, {}, null, undefined]) {
    assert.throws(() => createRandom(seed as number), { code: 'OPTION_INVALID', message: /^seed is / });
  }
});
