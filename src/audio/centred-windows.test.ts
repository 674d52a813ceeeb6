/** Windows of a signal in parts are those of the whole signal, padded as numpy.pad(mode='reflect') does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CentredWindows } from './centred-windows.js';

const WINDOW = 8;
const HOP = 3;

function windowsOf(signal: readonly number[], parts: readonly number[]): number[][] {
  const windows: number[][] = [];
  const take = (samples: Float32Array, from: number) =>
    windows.push([...samples.subarray(from, from + WINDOW)]);
  const stream = new CentredWindows(WINDOW, HOP);
  let at = 0;
  for (const length of [...parts, signal.length]) {
    stream.write(Float32Array.from(signal.slice(at, at + length)), take);
    at += length;
  }
  stream.close(take);
  return windows;
}

/** In the most obvious way. */
function expectedWindows(signal: readonly number[]): number[][] {
  const at = (i: number): number => {
    if (signal.length === 1) return signal[0];
    if (i < 0) return at(-i);
    return i < signal.length ? signal[i] : at(2 * (signal.length - 1) - i);
  };
  return Array.from({ length: 1 + Math.floor(signal.length / HOP) }, (_, w) =>
    Array.from({ length: WINDOW }, (__, i) => at(w * HOP - WINDOW / 2 + i)),
  );
}

const count = (length: number) => Array.from({ length }, (_, i) => i + 1);

test('signals of every length up to 40, at once', () => {
  for (let length = 1; length <= 40; length++)
    assert.deepEqual(windowsOf(count(length), []), expectedWindows(count(length)), `${length} samples`);
});

test('the same in parts of any length', () => {
  for (const parts of [Array<number>(40).fill(1), [0, 4, 1, 0, 9], [39], [5, 30, 1]])
    for (const length of [5, 12, 39, 40])
      assert.deepEqual(windowsOf(count(length), parts), expectedWindows(count(length)));
});

test('of nothing there are none', () => {
  assert.deepEqual(windowsOf([], []), []);
});

test('a window is handed on as soon as its last sample is there, and little is kept', () => {
  let windows = 0;
  const stream = new CentredWindows(WINDOW, HOP);
  const seen = count(9).map((value) => {
    stream.write(Float32Array.of(value), () => windows++);
    return windows;
  });
  // The first needs samples 1 to 4 to mirror; window w ends with sample 3 w + 3.
  assert.deepEqual(seen, [0, 0, 0, 0, 1, 1, 2, 2, 2]);
  for (let i = 0; i < 1000; i++)
    stream.write(new Float32Array(50), (samples) => assert.ok(samples.length < 100));
});
