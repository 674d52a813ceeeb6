import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { madeWith } from './made-with.js';
import { claimShare, isOwn, parseShard, thereLines } from './shard.js';

describe('--shard I/N', () => {
  test('gives every file to one share', () => {
    for (const count of [1, 2, 4, 7]) {
      const shares = Array.from({ length: count }, (_, i) => parseShard(`${i + 1}/${count}`, '7'));
      for (let file = 0; file < 50; file++)
        assert.equal(shares.filter((share) => isOwn(share, file)).length, 1);
    }
  });

  for (const text of ['0/2', '3/2', '1', '1/', 'a/b', '1/0', '-1/2'])
    test(`${text} is none`, () => assert.throws(() => parseShard(text, '7'), { code: 'USAGE' }));

  test('needs a seed', () => assert.throws(() => parseShard('1/2', undefined), /needs a --seed/));
});

describe('the files of a share', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-shard-'))));
  after(() => rm(folder, { recursive: true }));

  const NAMES = ['1.mid', '2.mid', '3.mid', '4.mid'];
  const claim = async (
    shard: string | undefined,
    values: Readonly<Record<string, unknown>>,
    { force = false, to = 'out' } = {},
  ) =>
    claimShare(at(to), NAMES, {
      ...{ share: parseShard(shard, '7'), force, madeWith: await madeWith(values) },
    });

  test('that are there are left, which is told; --force makes them again', async () => {
    const first = await claim('1/2', { steps: 8 });
    assert.deepEqual(first.missing, [0, 2]);
    assert.deepEqual(thereLines(first), []);
    await first.write(0, new Uint8Array(1));
    const again = await claim('1/2', { steps: 8 });
    assert.deepEqual(again.missing, [2]);
    assert.deepEqual(thereLines(again), ['1 of 2 were there already, and are left']);
    assert.deepEqual((await claim('1/2', { steps: 8 }, { force: true })).missing, [0, 2]);
    await assert.rejects(claim(undefined, { steps: 8 }), { code: 'USAGE' });
  });

  test('made with other options are not gone on with, by this share or another', async () => {
    const { write } = await claim('1/2', { steps: 8, seed: '7', jobs: 1 }, { to: 'changed' });
    await write(0, new Uint8Array(1));
    for (const shard of ['1/2', '2/2', '3/4']) {
      await assert.rejects(claim(shard, { steps: 16, seed: '7' }, { to: 'changed' }), {
        code: 'OPTIONS_CHANGED',
        message: /1-of-2\.json .*: --steps was 8, and is 16\. Give the same ones/,
      });
      await assert.rejects(
        claim(shard, { steps: 8, seed: '7', 'top-k': 3 }, { to: 'changed' }),
        /--top-k was not given, and is 3/,
      );
      // Where and how fast is not what.
      await claim(shard, { steps: 8, seed: '7', jobs: 4, force: true, 'output-dir': 'x' }, { to: 'changed' });
    }
    const forced = await claim('1/2', { steps: 16, seed: '7' }, { force: true, to: 'changed' });
    await forced.write(0, new Uint8Array(2));
    assert.match(await readFile(at('changed/shares/1-of-2.json'), 'utf8'), /"--steps": "16"/);
  });

  test('made of a file that was changed are not gone on with; where it lies does not matter', async () => {
    await writeFile(at('tune.mid'), 'a tune');
    await writeFile(at('copy.mid'), 'a tune');
    const { write } = await claim('1/2', { 'primer-midi': at('tune.mid') }, { to: 'primed' });
    await write(0, new Uint8Array(1));
    await claim('1/2', { 'primer-midi': at('copy.mid') }, { to: 'primed' });
    await writeFile(at('tune.mid'), 'a song');
    await assert.rejects(claim('1/2', { 'primer-midi': at('tune.mid') }, { to: 'primed' }), {
      code: 'OPTIONS_CHANGED',
      message: /--primer-midi was a file of 6 bytes/,
    });
  });

  test('that no share speaks of are refused: they may be of any other work', async () => {
    const { files, own, write } = await claim(undefined, { steps: 8 }, { to: 'foreign' });
    assert.equal(own.length, files.length);
    await write(2, new Uint8Array(1));
    await assert.rejects(claim('1/2', { steps: 8 }, { to: 'foreign' }), { code: 'USAGE' });
    assert.deepEqual((await claim('2/2', { steps: 8 }, { to: 'foreign' })).missing, [1, 3]);
    assert.deepEqual((await claim('1/2', { steps: 8 }, { to: 'foreign', force: true })).missing, [0, 2]);
  });

  test('made of a folder whose content was changed are not gone on with', async () => {
    await mkdir(at('checkpoint/below'), { recursive: true });
    await writeFile(at('checkpoint/below/weights.bin'), 'weights');
    const { write } = await claim('1/2', { checkpoint: at('checkpoint') }, { to: 'weighed' });
    await write(0, new Uint8Array(1));
    await claim('1/2', { checkpoint: at('checkpoint') }, { to: 'weighed' });
    await writeFile(at('checkpoint/below/weights.bin'), 'waiting');
    await assert.rejects(claim('1/2', { checkpoint: at('checkpoint') }, { to: 'weighed' }), {
      code: 'OPTIONS_CHANGED',
      message: /--checkpoint was a folder of 1 files/,
    });
  });

  test('made by another version are not gone on with', async () => {
    const { write } = await claim('1/2', { steps: 8 }, { to: 'older' });
    await write(0, new Uint8Array(1));
    const about = at('older/shares/1-of-2.json');
    const told = await readFile(about, 'utf8');
    await writeFile(about, told.replace(/("version of timbrel": )"[^"]+"/, '$1"0.0.1"'));
    await assert.rejects(claim('2/2', { steps: 8 }, { to: 'older' }), {
      code: 'OPTIONS_CHANGED',
      message: /version of timbrel was 0\.0\.1, and is /,
    });
  });

  test('are written where another share, that failed, took the empty folder away', async () => {
    const { write, files } = await claim('1/2', {}, { to: 'gone' });
    await rm(at('gone'), { recursive: true });
    await write(0, new Uint8Array([7]));
    assert.deepEqual([...(await readFile(files[0]))], [7]);
  });
});
