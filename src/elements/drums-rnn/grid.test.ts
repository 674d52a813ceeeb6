import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strokesOf, toggleStroke } from './grid.js';

const EMPTY = { notes: [] };

describe('the grid of a beat', () => {
  test('sets a stroke at its sixteenth, in a bar of its own tempo', () => {
    const beat = toggleStroke(EMPTY, 38, 4, 120);
    assert.deepEqual(
      beat.notes.map(({ pitch, startTime, isDrum }) => ({ pitch, startTime, isDrum })),
      [{ pitch: 38, startTime: 0.5, isDrum: true }],
    );
    assert.deepEqual([beat.totalTime, beat.tempos?.[0].qpm], [2, 120]);
  });

  test('takes the same stroke away, and with the last one the bar', () => {
    const beat = toggleStroke(toggleStroke(EMPTY, 38, 4, 120), 36, 0, 120);
    assert.deepEqual([...strokesOf(toggleStroke(beat, 38, 4, 120))], ['36 0']);
    assert.equal(toggleStroke(toggleStroke(EMPTY, 38, 4, 120), 38, 4, 120).totalTime, 0);
  });

  test('keeps the tempo of a beat that is there, and what lies behind its first bar', () => {
    const given = {
      tempos: [{ time: 0, qpm: 60 }],
      notes: [{ pitch: 36, velocity: 100, startTime: 5, endTime: 5.1, isDrum: true }],
      totalTime: 8,
    };
    const beat = toggleStroke(given, 42, 2, 120);
    assert.deepEqual(
      beat.notes.map(({ startTime }) => startTime),
      [5, 0.5],
    );
    assert.equal(beat.totalTime, 8);
    assert.equal(given.notes.length, 1);
  });
});
