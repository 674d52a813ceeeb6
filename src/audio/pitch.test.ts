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
  for (const frequency of [32.7, 55, 110, 261.63, 440, 1046.5, 2000, 2093, 3135.96, 4186.01]) {
    test(`at ${frequency} Hz, within 5 cents`, () => {
      const found = estimateFundamental(harmonics(frequency, [1, 0.5, 0.3, 0.2]), RATE, RANGE);
      assert.ok(Math.abs(cents(found.frequency, frequency)) < 5, `${found.frequency}`);
      assert.ok(found.confidence > 0.8);
    });
  }

  test('in a note that decays and has stretched partials', () => {
    const note = Float32Array.from(
      { length: RATE },
      (_, i) =>
        [1, 2.001, 3.004].reduce((sum, h) => sum + Math.sin((2 * Math.PI * 440 * h * i) / RATE) / h, 0) *
        Math.exp((-3 * i) / RATE),
    );
    const { frequency } = estimateFundamental(note, RATE, RANGE);
    assert.ok(Math.abs(cents(frequency, 440)) < 5, `${frequency}`);
  });

  test('and only within the range asked for', () => {
    const { frequency } = estimateFundamental(harmonics(440, [1]), RATE, { minHz: 100, maxHz: 300 });
    assert.ok(Math.abs(cents(frequency, 220)) < 5, `${frequency}`);
  });

  test('where the fundamental itself is missing', () => {
    const { frequency } = estimateFundamental(harmonics(200, [0, 1, 1, 1]), RATE, RANGE);
    assert.ok(Math.abs(cents(frequency, 200)) < 5, `${frequency}`);
  });
});

test('of a sound that changes its octave on the way the share is told that agrees', () => {
  const low = harmonics(220, [1, 0.5, 0.3], 1).subarray(0, 0.4 * RATE);
  const high = harmonics(440, [1, 0.5, 0.3], 1).subarray(0, 0.6 * RATE);
  const { frequency, confidence } = estimateFundamental(Float32Array.of(...low, ...high), RATE, RANGE);
  assert.ok(Math.abs(cents(frequency, 440)) < 5, `${frequency}`);
  assert.ok(confidence > 0.5 && confidence < 0.8, `${confidence}`);
});

test('noise and silence have none', () => {
  const random = createRandom('noise');
  const noise = Float32Array.from({ length: RATE }, () => random() - 0.5);
  assert.ok(estimateFundamental(noise, RATE, RANGE).confidence < 0.5);
  const silence = estimateFundamental(new Float32Array(RATE), RATE, RANGE);
  assert.equal(silence.confidence, 0);
  assert.ok(Number.isNaN(silence.frequency));
  assert.equal(estimateFundamental(new Float32Array(10), RATE, RANGE).confidence, 0);
});
