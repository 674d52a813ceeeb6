import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { fillWindow, playedPhrase } from './played-phrase.js';

const even = (gap: number, count = 8): PlayedNote[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ pitch: 42, velocity: 100, startTime: i * gap, endTime: i * gap + 0.1 },
  }));
/** Starts in sixteenths of the tempo that is set. */
const steps = ({ notes }: ReturnType<typeof playedPhrase>, qpm: number) =>
  notes.map(({ startTime = 0 }) => Math.round((startTime * qpm) / 0.15) / 100);
const eighths = [0, 2, 4, 6, 8, 10, 12, 14];

describe('a phrase that was played without a click', () => {
  for (const gap of [0.2, 0.23, 0.27, 0.3])
    test(`even strokes ${gap} s apart are eighths of the tempo that is set`, () =>
      assert.deepEqual(steps(playedPhrase(even(gap), { qpm: 120, heard: false }, true), 120), eighths));

  test('stays as it was played where music of the tempo sounded', () => {
    const late = playedPhrase(even(0.27), { qpm: 120, heard: true }, true);
    assert.deepEqual(
      steps(late, 120),
      even(2.16).map(({ startTime }) => Math.round(startTime * 100) / 100),
    );
  });

  test('keeps its accents and its lengths, in proportion', () => {
    const [, second] = playedPhrase(
      [0, 0.3, 0.6, 0.9].map((startTime, i) => ({
        ...{ pitch: 60 + i, velocity: 50 + i, startTime, endTime: startTime + 0.3 },
      })),
      { qpm: 120, heard: false },
      false,
    ).notes;
    assert.deepEqual([second.pitch, second.velocity], [61, 51]);
    assert.ok(Math.abs((second.endTime ?? 0) - 0.5) < 1e-9);
  });
});

describe('a rhythm that is shorter than the window', () => {
  test('of one bar is played twice in a window of two', () => {
    const filled = fillWindow(playedPhrase(even(0.25), { qpm: 120, heard: false }, true), 4);
    assert.deepEqual(steps(filled, 120), [...eighths, ...eighths.map((step) => step + 16)]);
    assert.equal(filled.totalTime, 4);
  });

  test('stays alone where the rest of the window is shorter than it', () => {
    const two = playedPhrase(even(0.25, 12), { qpm: 120, heard: false }, true);
    assert.equal(fillWindow(two, 4), two);
  });
});
