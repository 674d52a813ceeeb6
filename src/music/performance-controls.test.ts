import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PerformanceEvent } from './events.js';
import { noteDensities, pitchHistograms } from './performance-controls.js';

const on = (value: number): PerformanceEvent => ({ type: 'noteOn', value });
const off = (value: number): PerformanceEvent => ({ type: 'noteOff', value });
const wait = (value: number): PerformanceEvent => ({ type: 'timeShift', value });

describe('densities', () => {
  test('count the notes of three seconds, whole shifts at their end', () => {
    const events = [on(60), on(64), wait(100), on(67), wait(100), wait(100), on(72), wait(100)];
    // From 0: three notes in 300 steps. From 100: two in 300. From 200: one in 200. From 300: one in 100.
    assert.deepEqual(noteDensities(events), [1, 1, 1, 2 / 3, 2 / 3, 0.5, 1, 1]);
  });

  test('are zero where no time passes any more', () => {
    assert.deepEqual(noteDensities([on(60), off(60)]), [0, 0]);
  });
});

describe('histograms', () => {
  const rounded = (values: readonly number[]) => values.map((value) => Math.round(100 * value) / 100);

  test('weigh pitch classes by the time they sound, those of all octaves together', () => {
    const [first] = pitchHistograms([on(60), on(72), on(67), wait(50), off(60), off(67), wait(100)]);
    assert.deepEqual(rounded(first), [
      0.5 + 1.5 + 0.01,
      ...new Array(6).fill(0.01),
      0.51,
      0.01,
      0.01,
      0.01,
      0.01,
    ]);
  });

  test('know what has sounded since earlier, and reach five seconds', () => {
    const events = [on(62), ...Array.from({ length: 10 }, () => wait(100))];
    const all = pitchHistograms(events);
    assert.equal(rounded(all[1])[2], 5.01);
    assert.equal(rounded(all[8])[2], 3.01);
    // The shift at 0 belongs to the moment of the note.
    assert.equal(all[1], all[0]);
  });
});
