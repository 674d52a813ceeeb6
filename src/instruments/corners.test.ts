import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleLatent, type Corners } from '../latent/latent.js';
import type { NamedTimbre } from '../checkpoints/timbres.js';
import type { PatchCorner } from './patch.js';
import { cornerLatents, knownCorners, parseCorners, unknownTimbres, writtenCorners } from './corners.js';

const DEFAULTS: Corners<string> = ['flute', 'french horn', 'electric piano', 'strings'];

const timbres: NamedTimbre[] = ['flute', 'oboe', 'harp', 'marimba', 'violin'].map((name, i) => ({
  name,
  family: 'any',
  latent: new Float32Array(256).fill(i),
}));

describe('the corners attribute', () => {
  test('names timbres and seeds', () => {
    assert.deepEqual(parseCorners('violin, seed:a b,FLUTE,  Harp', timbres, DEFAULTS).corners, [
      { name: 'violin' },
      { seed: 'a b' },
      { name: 'flute' },
      { name: 'harp' },
    ]);
  });

  test('has its default where it is short or names a stranger, else a timbre of the checkpoint; and tells the stranger', () => {
    assert.deepEqual(parseCorners('theremin, violin', timbres, DEFAULTS), {
      // Of the defaults this checkpoint has the flute only.
      corners: [{ name: 'flute' }, { name: 'violin' }, { name: 'harp' }, { name: 'marimba' }],
      unknown: ['theremin'],
    });
    assert.deepEqual(parseCorners('', timbres, DEFAULTS).unknown, []);
  });

  test('gets seeds where the checkpoint names nothing', () => {
    assert.deepEqual(parseCorners('', [], DEFAULTS).corners, [
      { seed: '1' },
      { seed: '2' },
      { seed: '3' },
      { seed: '4' },
    ]);
  });

  test('with another checkpoint keeps what that knows; in the place of the rest are numbered seeds, and they are told', () => {
    assert.deepEqual(
      knownCorners([{ name: 'Harp' }, { name: 'theremin' }, { seed: 'x' }, { seed: 'y' }], timbres),
      {
        corners: [{ name: 'harp' }, { seed: '1' }, { seed: 'x' }, { seed: 'y' }],
        unknown: ['theremin'],
      },
    );
    assert.deepEqual(
      knownCorners([{ name: 'flute' }, { seed: '1' }, { name: 'oboe' }, { latent: [1] }], []).corners,
      [{ seed: '2' }, { seed: '1' }, { seed: '3' }, { latent: [1] }],
      'no seed twice',
    );
  });

  test('keeps its names until a checkpoint can say which it has', () => {
    assert.deepEqual(writtenCorners('theremin, seed:7', DEFAULTS), [
      { name: 'theremin' },
      { seed: '7' },
      { name: 'electric piano' },
      { name: 'strings' },
    ]);
  });

  test('that names a stranger is answered with the names there are', () => {
    const { code, message } = unknownTimbres(['theremin'], timbres);
    assert.equal(code, 'TIMBRE_UNKNOWN');
    assert.match(message, /"theremin".*flute, oboe/);
  });
});

test('corners have the latents of their timbres, seeds or patches; a name that the checkpoint does not know sounds as a seed', () => {
  const corners: Corners<PatchCorner> = [
    { name: 'harp' },
    { seed: 'x' },
    { latent: [1, 2] },
    { name: 'theremin' },
  ];
  const random = (seed: string) => sampleLatent(seed, 256);
  assert.deepEqual(cornerLatents(corners, timbres, { latentSize: 2, random }), [
    timbres[2].latent,
    random('x'),
    Float32Array.of(1, 2),
    random('theremin'),
  ]);
});
