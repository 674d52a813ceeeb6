import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleLatent } from '../../latent/latent.js';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import {
  cornerLabel,
  cornerLatent,
  knownCorners,
  parseCorners,
  unknownTimbres,
  writtenNames,
} from './corners.js';

const timbres: NamedTimbre[] = ['flute', 'oboe', 'harp', 'marimba', 'violin'].map((name, i) => ({
  name,
  family: 'any',
  latent: new Float32Array(256).fill(i),
}));

describe('the corners attribute', () => {
  test('names timbres and seeds', () => {
    assert.deepEqual(parseCorners('violin, seed:a b,FLUTE,  Harp', timbres).corners, [
      { name: 'violin' },
      { seed: 'a b' },
      { name: 'flute' },
      { name: 'harp' },
    ]);
  });

  test('has its default where it is short or names a stranger, else a timbre of the checkpoint; and tells the stranger', () => {
    assert.deepEqual(parseCorners('theremin, violin', timbres), {
      // Of the defaults this checkpoint has the flute only.
      corners: [{ name: 'flute' }, { name: 'violin' }, { name: 'harp' }, { name: 'marimba' }],
      unknown: ['theremin'],
    });
    assert.deepEqual(parseCorners('', timbres).unknown, []);
  });

  test('gets seeds where the checkpoint names nothing', () => {
    assert.deepEqual(parseCorners('', []).corners, [
      { seed: '1' },
      { seed: '2' },
      { seed: '3' },
      { seed: '4' },
    ]);
  });

  test('with another checkpoint keeps what that knows; in the place of the rest are numbered seeds, and they are told', () => {
    assert.deepEqual(knownCorners([{ name: 'Harp' }, { name: 'theremin' }, { seed: 'x' }], timbres), {
      corners: [{ name: 'harp' }, { seed: '1' }, { seed: 'x' }],
      unknown: ['theremin'],
    });
    assert.deepEqual(
      knownCorners([{ name: 'flute' }, { seed: '1' }, { name: 'oboe' }, { latent: [1] }], []).corners,
      [{ seed: '2' }, { seed: '1' }, { seed: '3' }, { latent: [1] }],
      'no seed twice',
    );
  });

  test('is to blame for the names that it has itself, in any case, and for no others', () => {
    assert.deepEqual(writtenNames('Flute, seed:oboe,harp', ['flute', 'oboe']), ['flute']);
    assert.deepEqual(writtenNames('', ['flute']), []);
  });

  test('that names a stranger is answered with the names there are', () => {
    const { code, message } = unknownTimbres(['theremin'], timbres);
    assert.equal(code, 'TIMBRE_UNKNOWN');
    assert.match(message, /"theremin".*flute, oboe/);
  });
});

describe('a corner', () => {
  test('has the latent of its timbre, its seed or its patch', () => {
    assert.deepEqual(cornerLatent({ name: 'harp' }, timbres), timbres[2]?.latent);
    assert.deepEqual(cornerLatent({ seed: 'x' }, timbres), sampleLatent('x', 256));
    assert.deepEqual(cornerLatent({ latent: [1, 2] }, timbres), Float32Array.of(1, 2));
  });

  test('that the checkpoint does not know sounds as a seed', () => {
    assert.deepEqual(cornerLatent({ name: 'theremin' }, timbres), sampleLatent('theremin', 256));
  });

  test('is named', () => {
    assert.deepEqual([{ name: 'harp' }, { seed: '7' }, { latent: [1] }].map(cornerLabel), [
      'harp',
      'random 7',
      'drawn',
    ]);
  });
});
