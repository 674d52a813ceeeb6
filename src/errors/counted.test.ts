import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partFor } from '../models/continuation/continued-part.js';
import { counted } from './counted.js';

test('one is no plural, none and several are', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'note')),
    ['0 notes', '1 note', '2 notes'],
  );
});

test('what is said of a piece of one note says so', () => {
  const drum = { notes: [{ pitch: 36, startTime: 0, endTime: 1, isDrum: true }] };
  assert.throws(() => partFor('MelodyRNN', drum), { message: /only drums among 1 note,/ });
});
