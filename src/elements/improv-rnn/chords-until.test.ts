import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spreadChords } from '../../music/chords.js';
import { chordsUntil } from './chords-until.js';

const SYMBOLS = ['C', 'Am', 'F'];

describe('chords of a piece that is written in parts', () => {
  test('are, up to its end, those of the piece that is written in one', () => {
    const whole = spreadChords(SYMBOLS, 64);
    assert.deepEqual(chordsUntil(SYMBOLS, { steps: 64, total: 64 }), whole);
    assert.deepEqual(chordsUntil(SYMBOLS, { steps: 30, total: 64 }), whole.slice(0, 30));
  });

  test('change from where it is written on: what is said later keeps its place', () => {
    const changed = chordsUntil(['C', 'Am', 'Db'], { steps: 64, total: 64 });
    assert.deepEqual(changed.slice(0, 43), chordsUntil(SYMBOLS, { steps: 43, total: 64 }));
    assert.equal(changed[43], 'Db');
  });
});
