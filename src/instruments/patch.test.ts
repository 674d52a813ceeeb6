import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPatch, parsePatch, type PatchContent } from './patch.js';

/** A sound of four numbers. */
const sound = { name: 'bell.wav', pitch: 69.12, latent: { min: -1, scale: 0.01, bytes: 'AAECAw==' } };

const content: PatchContent = {
  checkpoint: '',
  corners: [
    { name: 'flute' },
    { seed: '7' },
    { name: 'organ' },
    { latent: Array.from({ length: 256 }, (_, i) => i / 256) },
  ],
  x: 0.25,
  y: 1,
  envelope: { attack: 0.01, decay: 0.1, sustain: 0.8, release: 0.3 },
  volume: 0.5,
  room: 0.4,
  velocity: { curve: 'hard', brightness: 0.25 },
};

test('a patch survives JSON', () => {
  assert.deepEqual(parsePatch(JSON.parse(JSON.stringify(createPatch(content)))), content);
});

test('a patch has sounds of the player in it, with a pitch or without', () => {
  const corners = [
    { sound },
    { sound: { ...sound, pitch: null } },
    { seed: '1' },
    { name: 'organ' },
  ] as const;
  const patch = JSON.parse(JSON.stringify(createPatch({ ...content, corners }))) as unknown;
  assert.deepEqual(parsePatch(patch, 4).corners, corners);
  assert.throws(() => parsePatch(patch, 5), {
    code: 'PATCH_INVALID',
    message: /corners\[0\]\.sound\.latent/,
  });
});

test('a patch of before there was a choice of touch gets the default', () => {
  assert.deepEqual(parsePatch({ ...createPatch(content), velocity: undefined }).velocity, {
    curve: 'even',
    brightness: 0.5,
  });
});

test('a patch of before there was a room gets the default', () => {
  assert.equal(parsePatch({ ...createPatch(content), room: undefined }).room, 0.3);
  assert.throws(() => parsePatch({ ...createPatch(content), room: 2 }), {
    code: 'PATCH_INVALID',
    message: /^room is 2/,
  });
});

describe('a patch that is none is refused, naming the field:', () => {
  const patch = createPatch(content);
  for (const [field, broken] of [
    ['patch', null],
    ['patch', [1, 2]],
    ['format', { ...patch, format: 'other' }],
    ['checkpoint', { ...patch, checkpoint: 3 }],
    ['corners', { ...patch, corners: [] }],
    ['corners[1]', { ...patch, corners: [{ name: 'a' }, { latent: [1] }, { name: 'c' }, { name: 'd' }] }],
    [
      'corners[1]',
      {
        ...patch,
        corners: [{ name: 'a' }, { latent: new Array<number>(256).fill(1e30) }, { name: 'c' }, { name: 'd' }],
      },
    ],
    ...(
      [
        ['sound', 'bell'],
        ['sound.name', { ...sound, name: '' }],
        ['sound.pitch', { ...sound, pitch: 300 }],
        ['sound.pitch', { ...sound, pitch: undefined }],
        ['sound.latent', { ...sound, latent: undefined }],
        ['sound.latent', { ...sound, latent: { ...sound.latent, bytes: 'AAECAw' } }],
        ['sound.latent', { ...sound, latent: { ...sound.latent, scale: '1' } }],
        ['sound.latent', { ...sound, latent: { ...sound.latent, scale: 1e30 } }],
      ] as const
    ).map(
      ([name, broken]) =>
        [
          `corners[2].${name}`,
          { ...patch, corners: patch.corners.with(2, { sound: broken } as never) },
        ] as const,
    ),
    ['x', { ...patch, x: 1.5 }],
    ['y', { ...patch, y: NaN }],
    ['volume', { ...patch, volume: '1' }],
    ['velocity', { ...patch, velocity: { curve: 'odd', brightness: 1 } }],
    ['velocity', { ...patch, velocity: { curve: 'soft', brightness: 2 } }],
    ['velocity', { ...patch, velocity: 3 }],
    ['envelope.release', { ...patch, envelope: { ...patch.envelope, release: -1 } }],
  ] as const) {
    test(field, () => {
      assert.throws(
        () => parsePatch(broken),
        (error: Error & { code?: string }) =>
          error.code === 'PATCH_INVALID' && error.message.startsWith(`${field} is`),
      );
    });
  }
});
