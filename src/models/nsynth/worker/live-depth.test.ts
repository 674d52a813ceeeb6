/** The depth to which notes are decoded ahead of what is heard, on a clock of the test's own. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LiveDepth } from './live-depth.js';

const SECOND = 1000;
/** In time for so long, looked at every 8 ms. @returns the time after */
function calm(depth: LiveDepth, from: number, seconds: number): number {
  const to = from + seconds * SECOND;
  for (let now = from; now < to; now += 8) depth.inTime(now);
  return to;
}

describe('the frames that are decoded ahead', () => {
  test('are few on a machine that is never late', () => {
    const depth = new LiveDepth();
    assert.equal(depth.frames, 4);
    calm(depth, 0, 100);
    assert.equal(depth.frames, 4);
  });

  test('are the most after the third time that samples came late', () => {
    const depth = new LiveDepth();
    const course = [0, 1, 2, 3].map((i) => (assert.equal(depth.late(i * SECOND), false), depth.frames));
    assert.deepEqual(course, [6, 9, 12, 12]);
  });

  test('are kept for the notes to come, the longer the more often it was late', () => {
    const once = new LiveDepth();
    once.late(0);
    let now = calm(once, 0, 19);
    assert.equal(once.frames, 6);
    now = calm(once, now, 2);
    assert.equal(once.frames, 5);
    calm(once, now, 100);
    assert.equal(once.frames, 4);

    const often = new LiveDepth();
    for (let i = 0; i < 4; i++) often.late(i * SECOND);
    calm(often, 3 * SECOND, 150);
    assert.equal(often.frames, 12);
    calm(often, 153 * SECOND, 20);
    assert.equal(often.frames, 11);
  });

  test('are not enough where it is late twice within ten seconds with the most of them', () => {
    const depth = new LiveDepth();
    for (let i = 0; i < 3; i++) depth.late(i * SECOND);
    assert.equal(depth.late(20 * SECOND), false);
    assert.equal(depth.late(40 * SECOND), false, 'longer ago does not count');
    assert.equal(depth.late(45 * SECOND), true);
    assert.equal(depth.late(46 * SECOND), false, 'it is counted anew');
    assert.equal(depth.late(47 * SECOND), true, 'and what it needed is not forgotten');
  });
});
