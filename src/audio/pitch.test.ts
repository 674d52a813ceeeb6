import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { estimateFundamental } from './pitch.js';

const RATE = 16000;
const RANGE = { minHz: 20, maxHz: 4500 };
const cents = (a: number, b: number) => 1200 * Math.log2(a / b);

function harmonics(frequency: number, amplitudes: readonly number[], seconds = 1): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) =>
    amplitudes.reduce((sum, a, h) => {
      const f = (h + 1) * frequency;
      return f < RATE / 2 ? sum + a * Math.sin((2 * Math.PI * f * i) / RATE + h) : sum;
    }, 0),
  );
}

describe('the fundamental is found', () => {
  // A period of 8 samples is all that 2000 Hz has at 16 kHz: the parabola is then some cents off.
  for (const [frequency, tolerance] of [
    [32.7, 5],
    [55, 5],
    [110, 5],
    [261.63, 5],
    [440, 5],
    [1046.5, 5],
    [2000, 12],
  ]) {
    test(`at ${frequency} Hz, within ${tolerance} cents`, () => {
      const found = estimateFundamental(harmonics(frequency, [1, 0.5, 0.3, 0.2]), RATE, RANGE);
      assert.ok(Math.abs(cents(found.frequency, frequency)) < tolerance, `${found.frequency}`);
      assert.ok(found.confidence > 0.8);
    });
  }

  test('where the fundamental itself is missing', () => {
    const { frequency } = estimateFundamental(harmonics(200, [0, 1, 1, 1]), RATE, RANGE);
    assert.ok(Math.abs(cents(frequency, 200)) < 5, `${frequency}`);
  });
});

test('noise and silence have none', () => {
  const random = createRandom('noise');
  const noise = Float32Array.from({ length: RATE }, () => random() - 0.5);
  assert.ok(estimateFundamental(noise, RATE, RANGE).confidence < 0.5);
  const silence = estimateFundamental(new Float32Array(RATE), RATE, RANGE);
  assert.equal(silence.confidence, 0);
  assert.ok(Number.isNaN(silence.frequency));
});
