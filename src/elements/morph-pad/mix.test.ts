import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeMix, percents, shares } from './mix.js';

const NAMES = ['flute', 'marimba', 'organ', 'violin'];

describe('the mix at a point of the pad', () => {
  test('is one corner alone in that corner', () => {
    assert.deepEqual(shares(0, 0), [1, 0, 0, 0]);
    assert.deepEqual(shares(1, 0), [0, 1, 0, 0]);
    assert.deepEqual(shares(0, 1), [0, 0, 1, 0]);
    assert.deepEqual(shares(1, 1), [0, 0, 0, 1]);
  });

  test('adds up to 100 per cent in whole numbers', () => {
    for (let i = 0; i <= 20; i++) {
      for (let j = 0; j <= 20; j++) {
        const sum = percents(shares(i / 20, j / 20)).reduce((a, b) => a + b);
        assert.equal(sum, 100, `at ${i / 20}, ${j / 20}`);
      }
    }
    assert.deepEqual(percents([1 / 3, 1 / 3, 1 / 3, 0]), [34, 33, 33, 0]);
  });

  test('is told with the largest share first and without corners that have none', () => {
    assert.equal(describeMix(0, 0.4, NAMES), '60 % flute, 40 % organ');
    assert.equal(describeMix(0.9, 0.8, NAMES), '72 % violin, 18 % marimba, 8 % organ, 2 % flute');
    assert.equal(describeMix(1, 1, NAMES), '100 % violin');
  });

  test('names a timbre once that stands in two corners', () => {
    assert.equal(
      describeMix(0.5, 0.5, ['flute', 'flute', 'organ', 'violin']),
      '50 % flute, 25 % organ, 25 % violin',
    );
  });
});
