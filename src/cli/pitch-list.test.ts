import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePitches } from './pitch-list.js';

test('pitches are numbers, ranges, and ranges with a step, each once', () => {
  assert.deepEqual(parsePitches('60'), [60]);
  assert.deepEqual(parsePitches('60, 64,67'), [60, 64, 67]);
  assert.deepEqual(parsePitches('36-40'), [36, 37, 38, 39, 40]);
  assert.deepEqual(parsePitches('36-43:3,42,48'), [36, 39, 42, 48]);
});

test('what is none is named', () => {
  for (const text of ['', 'C4', '60,', '60,x', '40-36', '120-130', '60-64:0', '1.5', '-3'])
    assert.throws(() => parsePitches(text), { code: 'USAGE', message: /^--pitches has "/ }, text);
});
