/** `timbrel checkpoints`, run as users run it, against a mirror on this machine. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from '../../scripts/static-server.mjs';
import { CATALOGUE } from '../checkpoints/catalogue.js';
import { timbrel, writeCheckpoint } from './command.testing.js';

/** Its own address is on a host that is not there in tests; the mirror has weights drawn by seed in its place. */
const ID = 'music_rnn/drum_kit_rnn';

const folder = mkdtempSync(path.join(tmpdir(), 'timbrel-checkpoints-'));
const cache = path.join(folder, 'cache');
let mirror: Awaited<ReturnType<typeof serve>>;
before(async () => {
  await writeCheckpoint(path.join(folder, 'mirror', ID), 518, 512, [16]);
  mirror = await serve({ roots: { '/mirror/': path.join(folder, 'mirror') } });
});
after(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => timbrel('checkpoints', ...args, '--cache-dir', cache);

describe('timbrel checkpoints', () => {
  test('lists every checkpoint that can be named, with its size and what it needs', async () => {
    const { code, stdout } = await run('list');
    assert.equal(code, 0);
    for (const { id } of CATALOGUE)
      assert.ok(stdout.includes(`  ${id} `) || stdout.includes(`  ${id}\n`), id);
    assert.match(stdout, /music_rnn\/chord_pitches_improv +5\.6 MB\. .*Needs chords/);
    assert.match(stdout, /NSynthBaseline \(fetch and convert; not played/);
  });

  test('lists those of one model, and as JSON', async () => {
    const { stdout } = await run('list', 'drums-rnn', '--json');
    const rows = JSON.parse(stdout) as { id: string; model: string; bytes: number }[];
    assert.ok(rows.length > 1 && rows.every(({ model }) => model === 'DrumsRNN'));
    const { code, stderr } = await run('list', 'BassoonRNN');
    assert.equal(code, 2);
    assert.match(stderr, /BassoonRNN.*MelodyRNN/);
  });

  test('fetches from a mirror what its host does not give, and the models load it by its id', async () => {
    const fetched = await run('fetch', ID, '--mirror', `${mirror.url}/mirror`, '--json');
    assert.equal(fetched.code, 0, fetched.stderr);
    const [stored] = JSON.parse(fetched.stdout) as { id: string; whole: boolean }[];
    assert.deepEqual([stored.id, stored.whole], [ID, true]);

    const listed = await run('list', '--stored');
    assert.match(listed.stdout, new RegExp(`${ID}: .*\\n.*shard.* SHA-256\\s+[0-9a-f]{64}`));

    process.env.TIMBREL_CACHE_DIR = cache;
    const out = path.join(folder, 'out');
    const written = await timbrel(
      'drums-rnn',
      'generate',
      '--checkpoint',
      ID,
      '--steps',
      '16',
      '--num-outputs',
      '1',
      '--output-dir',
      out,
    );
    delete process.env.TIMBREL_CACHE_DIR;
    assert.equal(written.code, 0, written.stderr);
  });

  test('clears what is named, or everything when that is said', async () => {
    await run('fetch', ID, '--mirror', `${mirror.url}/mirror`);
    assert.equal((await run('clear')).code, 2);
    const none = await run('clear', 'music_rnn/basic_rnn');
    assert.deepEqual([none.code, none.stderr.split(':')[0]], [1, 'CHECKPOINT_MISSING']);
    assert.match((await run('clear', ID)).stdout, /removed music_rnn\/drum_kit_rnn\n[\d.]+ MB freed/);
    assert.match((await run('list', '--stored')).stdout, /Nothing is kept here/);
    assert.equal((await run('clear', '--all')).code, 0);
  });

  test('knows no other ids, and says where they are listed', async () => {
    const { code, stderr } = await run('fetch', 'music_rnn/none');
    assert.equal(code, 1);
    assert.match(stderr, /^CHECKPOINT_UNKNOWN: .*checkpoints list/);
  });
});
