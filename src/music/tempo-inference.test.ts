import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inferTempo } from './tempo-inference.js';

const even = (gap: number, count = 8) => Array.from({ length: count }, (_, i) => i * gap);
const near = (found: number, expected: number, within = 0.01) =>
  assert.ok(Math.abs(found / expected - 1) <= within, `${found}; expected ${expected}`);

describe('the tempo of strokes', () => {
  for (const qpm of [88, 97, 111, 120, 133, 150, 168])
    test(`eighths at ${qpm} are eighths at ${qpm}`, () => near(inferTempo(even(30 / qpm)), qpm));

  test('quarters are quarters', () => near(inferTempo(even(60 / 104)), 104));

  test('a rhythm with sixteenths in it keeps them', () => {
    const places = [0, 3, 4, 6, 8, 11, 12, 14];
    for (const qpm of [92, 108, 126]) near(inferTempo(places.map((place) => (place * 15) / qpm)), qpm);
  });

  test('hands are not exact', () => {
    const off = [0, 0.012, -0.015, 0.008, -0.01, 0.014, -0.006, 0.01];
    near(inferTempo(even(0.27).map((time, i) => time + off[i])), 60 / 0.54, 0.02);
  });

  test('the expected tempo decides between two that explain the strokes', () => {
    near(inferTempo(even(0.4), 140), 150);
    near(inferTempo(even(0.4), 80), 75);
  });

  test('when it began does not matter, nor the order', () => {
    const times = even(0.29);
    near(inferTempo(times.map((time) => time + 7)), inferTempo(times), 1e-9);
    near(inferTempo(times.toReversed()), inferTempo(times), 1e-9);
  });

  test('the tempo stays where there is too little to tell one', () => {
    for (const onsets of [[], [1], [0, 0.31], [2, 2, 2]]) assert.equal(inferTempo(onsets, 97), 97);
  });
});
