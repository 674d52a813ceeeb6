import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cornerLabel, cornersText, writtenNames } from './corner-fields.js';

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

test('corners are said as the attribute takes them; the place of what no text can say is empty', () => {
  const drawn = { latent: [1] };
  assert.equal(
    cornersText([{ name: 'harp' }, { seed: '7' }, drawn, { name: 'Electric piano' }]),
    'harp, seed:7, , Electric piano',
  );
  assert.equal(cornersText([{ seed: 'a, b' }, { seed: 'end ' }, drawn, { name: 'harp' }]), ', , , harp');
  assert.equal(cornersText([drawn, drawn, drawn, drawn]), '');
});
