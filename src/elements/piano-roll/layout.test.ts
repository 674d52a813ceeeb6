import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boxOf, extentOf } from './layout.js';

const note = (pitch: number, startTime: number, endTime: number) => ({
  pitch,
  velocity: 80,
  startTime,
  endTime,
});

describe('a piano roll', () => {
  test('shows every note, with air around them', () => {
    assert.deepEqual(extentOf([note(30, 0, 1), note(90, 8, 12)]), { low: 29, high: 91, seconds: 12 });
  });

  test('shows two octaves and four seconds at least', () => {
    const { low, high, seconds } = extentOf([note(60, 0, 1)]);
    assert.equal(high - low + 1, 24);
    assert.ok(low < 60 && high > 60);
    assert.equal(seconds, 4);
    assert.equal(extentOf([]).seconds, 4);
  });

  test('stays within the notes of MIDI', () => {
    const { low, high } = extentOf([note(0, 0, 1), note(127, 0, 1)]);
    assert.deepEqual([low, high], [0, 127]);
  });

  test('has time to the right and pitch upwards', () => {
    const extent = { low: 60, high: 69, seconds: 8 };
    assert.deepEqual(boxOf(note(69, 0, 2), extent), [0, 0, 0.25, 0.1]);
    assert.deepEqual(boxOf(note(60, 4, 8), extent), [0.5, 0.9, 0.5, 0.1]);
  });
});
