import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { barStride, follow, lengthOf, rowsOf, spanOf } from './layout.js';

const note = (pitch: number, startTime = 0, endTime = 1) => ({ pitch, velocity: 80, startTime, endTime });
const pitches = (...list: number[]) =>
  rowsOf(
    list.map((pitch) => note(pitch)),
    false,
  );

describe('the rows of a piano roll', () => {
  test('show every note, pitch upwards, with air around them', () => {
    const { count, rowOf } = pitches(30, 90);
    assert.deepEqual([count, rowOf(90), rowOf(30)], [63, 1, 61]);
  });

  test('are two octaves at least', () => {
    const { count, rowOf } = pitches(60);
    assert.equal(count, 24);
    assert.ok(rowOf(60) > 0 && rowOf(60) < 23);
  });

  test('stay within the notes of MIDI', () => {
    const { count, rowOf } = pitches(0, 127);
    assert.deepEqual([count, rowOf(127), rowOf(0)], [128, 0, 127]);
  });

  test('have the names of octaves, and black keys where they are', () => {
    const { names, rowOf, isDark } = pitches(48, 72);
    assert.deepEqual(
      names.map(({ row, text }) => [row, text]),
      [
        [rowOf(72), 'C5'],
        [rowOf(60), 'C4'],
        [rowOf(48), 'C3'],
      ],
    );
    assert.deepEqual([60, 61, 62].map(rowOf).map(isDark), [false, true, false]);
  });

  test('are the nine drums for drums: each pitch in the row of what it is', () => {
    const { count, names, rowOf } = rowsOf([note(36)], true);
    const nameOf = (pitch: number) => names[rowOf(pitch)].text;
    assert.equal(count, 9);
    // Bass drum 2, rim shot, pedal hi-hat, low floor tom, low-mid tom, Chinese cymbal; the last is in no class.
    assert.deepEqual([35, 37, 44, 41, 47, 52, 27 - 7].map(nameOf), [
      'Kick',
      'Snare',
      'Closed hat',
      'Low tom',
      'Mid tom',
      'Crash',
      'Closed hat',
    ]);
    assert.equal(new Set([49, 51, 46, 42, 50, 48, 45, 38, 36].map(rowOf)).size, 9);
  });
});

describe('the window on a piano roll', () => {
  test('is all there is, up to what can be told apart', () => {
    assert.equal(spanOf(lengthOf([]), undefined), 4);
    assert.equal(spanOf(lengthOf([note(60, 4, 8)]), undefined), 8);
    assert.equal(spanOf(lengthOf([note(60, 4, 8)], 20), undefined), 20);
    assert.equal(spanOf(lengthOf([], 900), undefined), 40);
  });

  test('is what the player asks for, within what there is', () => {
    assert.equal(spanOf(900, 900), 900);
    assert.equal(spanOf(900, 0.01), 1);
    assert.equal(spanOf(20, 300), 20);
  });

  test('turns the page where the time leaves it, and stays where it does not', () => {
    assert.equal(follow(10, 20, 100, 25), 10);
    assert.equal(follow(10, 20, 100, 30), 28);
    assert.equal(follow(50, 20, 100, 0), 0);
    assert.equal(follow(10, 20, 100, 99), 80);
  });

  test('has numbers of bars as far apart as they need', () => {
    assert.equal(barStride(2, 30, 34), 1);
    assert.equal(barStride(2, 10, 34), 2);
    assert.equal(barStride(2, 1, 34), 32);
  });
});
