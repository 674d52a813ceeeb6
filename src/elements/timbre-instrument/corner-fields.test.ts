import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cornerLabel, writtenNames } from './corner-fields.js';

test('a corners attribute is to blame for the names that it has itself, in any case, and for no others', () => {
  assert.deepEqual(writtenNames('Flute, seed:oboe,harp', ['flute', 'oboe']), ['flute']);
  assert.deepEqual(writtenNames('', ['flute']), []);
});

test('a corner is named', () => {
  assert.deepEqual([{ name: 'harp' }, { seed: '7' }, { latent: [1] }].map(cornerLabel), [
    'harp',
    'random 7',
    'drawn',
  ]);
});
