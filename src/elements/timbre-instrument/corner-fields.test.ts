import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cornerLabel, cornersText, soundName, writtenNames } from './corner-fields.js';

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

test('a sound is named shortly, and two different sets of random corners differently', () => {
  const random = (...seeds: string[]) => soundName(seeds.map((seed) => ({ seed })));
  assert.match(random('1', '2', '3', '4'), /^random corners \d{6}$/);
  assert.equal(random('1', '2', '3', '4'), random('1', '2', '3', '4'));
  assert.notEqual(random('1', '2', '3', '4'), random('1', '2', '3', '5'));
  assert.notEqual(random('1', '2', '3', '4'), random('2', '1', '3', '4'));
  assert.match(soundName([{ name: 'harp' }, { seed: '1' }, { seed: '2' }]), /^random corners \d{6}, harp$/);
  assert.equal(soundName([{ name: 'harp' }, { seed: '1' }, { name: 'harp' }]), 'harp, random 1');
  assert.match(soundName([{ latent: [1] }, { latent: [2] }]), /^drawn corners \d{6}$/);
  assert.equal(soundName([]), '');
});
