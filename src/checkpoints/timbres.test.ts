import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTimbres } from './timbres.js';

const read = (content: unknown) => readTimbres({ readJSON: async () => content }, 2);
const flute = { name: 'flute', family: 'pipe', program: 73, latent: [1, 2] };

test('names, families and latents are read', async () => {
  assert.deepEqual(await read({ format: 'timbrel-timbres-1', timbres: [flute] }), [
    { name: 'flute', family: 'pipe', latent: Float32Array.of(1, 2) },
  ]);
});

test('no file is no names', async () => {
  assert.deepEqual(await read(undefined), []);
});

for (const [what, content] of [
  ['another format', { format: 'x', timbres: [] }],
  ['null', null],
  ['no name', { format: 'timbrel-timbres-1', timbres: [{ ...flute, name: 3 }] }],
  ['a latent of the wrong length', { format: 'timbrel-timbres-1', timbres: [{ ...flute, latent: [1] }] }],
  ['a latent with text in it', { format: 'timbrel-timbres-1', timbres: [{ ...flute, latent: [1, 'x'] }] }],
] as const) {
  test(`${what} is CHECKPOINT_FORMAT`, async () => {
    await assert.rejects(read(content), { code: 'CHECKPOINT_FORMAT' });
  });
}
