import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, shiftToKey, transpose } from './melody-range.js';

const RANGE = [48, 83] as const;

test('pitches outside of the range come in by octaves', () => {
  assert.deepEqual(
    [47, 84, 30, 100, 48, 83].map((pitch) => fold(pitch, RANGE)),
    [59, 72, 54, 76, 48, 83],
  );
});

test('a melody goes to C, to the octave whose middle is nearest that of the range', () => {
  // D major from D4, middle 68: down two semitones, middle 66 of a range around 65.5.
  const scale = [62, 64, 66, 67, 69, 71, 73, 74];
  assert.equal(shiftToKey(scale, RANGE, 0), -2);
  assert.equal(shiftToKey(transpose(scale, -24, [0, 127]), RANGE, 0), 22);
  assert.equal(shiftToKey(transpose(scale, 36, [0, 127]), RANGE, 0), -38);
});

test('halfway between two octaves, the even number of octaves is taken', () => {
  // E and G lie in C major; their middles are 6 below and 18 above that of the range, 65.5.
  assert.equal(shiftToKey([52, 67], RANGE, 0), 0);
  assert.equal(shiftToKey([76, 91], RANGE, 0), -24);
});

test('what is not a note stays; without notes nothing moves', () => {
  assert.deepEqual(transpose([60, -2, -1, 80], 12, RANGE), [72, -2, -1, 80]);
  assert.equal(shiftToKey([-2, -1], RANGE, 0), 0);
});
