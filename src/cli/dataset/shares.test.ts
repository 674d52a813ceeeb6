/** A dataset in shares: several calls, on whatever machines, write what one call writes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tune, writeMidiFile } from '../command.testing.js';
import { datasetCommand } from '../dataset.js';
import { musicTransformerDatasetCommand } from '../music-transformer/dataset.js';
import { musicVAEDatasetCommand } from '../music-vae/dataset.js';
import type { DatasetSummary } from './dataset-summary.js';
import { mergeShares } from './merge-shares.js';
import { writeDataset, type DatasetOptions } from './write-dataset.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-shares-'));
  await mkdir(at('music/test'), { recursive: true });
  for (let i = 0; i < 24; i++) await writeMidiFile(at('music', `${i}.mid`), tune(i, 20));
  // Copies, one of them in a folder that says where it belongs: equal pieces lie on one side.
  for (const i of [3, 8]) await cp(at('music', `${i}.mid`), at('music', `copy of ${i}.mid`));
  await cp(at('music/5.mid'), at('music/test/held out.mid'));
  const lines = Array.from({ length: 12 }, (_, i) => `${JSON.stringify(tune(100 + i, 20))}\n`);
  await writeFile(at('music/more.jsonl'), lines.join(''));
  await writeFile(at('music/broken.mid'), 'MThd and no more');
});
after(() => rm(folder, { recursive: true }));

const write = (output: string, more: Partial<DatasetOptions> = {}) =>
  writeDataset('basic_rnn', at(output), {
    inputs: [at('music')],
    seed: '0',
    evalRatio: 0.2,
    groupBy: 'piece',
    progress: { update() {}, end() {} },
    workers: 0,
    ...more,
  });

/** The files of a dataset, but not those of its shares. */
async function contentsOf(output: string): Promise<Record<string, string>> {
  const names = await readdir(at(output), { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(at(output), path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('shares'));
  assert.ok(files.length >= 4, files.join());
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(at(output, file), 'base64')] as const),
  );
  return Object.fromEntries(texts.sort());
}

const four = [1, 2, 3, 4].map((index) => ({ index, count: 4 }));
const unordered = (list: readonly unknown[] = []) => list.map((one) => JSON.stringify(one)).sort();

describe('four shares of a dataset', () => {
  let whole: DatasetSummary;
  before(async () => (whole = await write('whole')));

  test('put together are what one call writes, byte for byte', async () => {
    const shares = await Promise.all(four.map((share) => write('in four', { share })));
    for (const { splits } of shares)
      assert.ok(splits.train.sequences < whole.splits.train.sequences, 'each has a part of it');
    const merged = await mergeShares('basic_rnn', at('in four'));
    assert.deepEqual(await contentsOf('in four'), await contentsOf('whole'));
    assert.deepEqual(merged.splits, whole.splits);
    assert.deepEqual(unordered(merged.equal), unordered(whole.equal));
    assert.deepEqual(unordered(merged.unreadable), unordered(whole.unreadable));
    assert.equal(merged.read, whole.read);
  });

  test('keep equal pieces together, on the side of the one that is held out', async () => {
    const { equal = [] } = await mergeShares('basic_rnn', at('in four'), true);
    assert.deepEqual(
      unordered(equal.map(({ piece }) => piece)),
      unordered(['5.mid', 'copy of 3.mid', 'copy of 8.mid']),
    );
  });

  test('of which one was killed are whole when it is run again, and those that are there are left', async () => {
    for (const share of four.slice(1)) await write('killed', { share });
    const command = fileURLToPath(new URL('../main.ts', import.meta.url));
    const args = ['melody-rnn', '--config', 'basic_rnn', '--input', at('music'), '--eval-ratio', '0.2'];
    const more = ['--output', at('killed'), '--shard', '1/4', '--workers', '0'];
    const child = spawn(process.execPath, ['--import', 'tsx', command, 'dataset', ...args, ...more]);
    const part = at('killed/shares/1-of-4/train/labels.npy.part');
    while (!existsSync(part) && child.exitCode === null) await setTimeout(1);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    assert.ok(existsSync(part), 'it was killed in the middle');
    await assert.rejects(
      mergeShares('basic_rnn', at('killed')),
      /1-of-4 is not there, or not whole: run --shard 1\/4/,
    );
    const left = await readFile(at('killed/shares/2-of-4/share.json'), 'utf8');
    for (const share of four) await write('killed', { share });
    assert.equal(await readFile(at('killed/shares/2-of-4/share.json'), 'utf8'), left);
    await mergeShares('basic_rnn', at('killed'));
    assert.deepEqual(await contentsOf('killed'), await contentsOf('whole'));
  });

  test('of other music, or of another configuration, are told apart', async () => {
    for (const share of four.slice(1)) await write('mixed', { share });
    await write('mixed', { share: four[0], inputs: [at('music/more.jsonl')] });
    await assert.rejects(mergeShares('basic_rnn', at('mixed')), {
      code: 'SHARES_INVALID',
      message: /2-of-4 does not fit .* --input was 1 files.* Give all shares the same inputs/,
    });
    await assert.rejects(mergeShares('lookback_rnn', at('mixed')), /is of basic_rnn/);
    await assert.rejects(mergeShares('basic_rnn', at('nowhere')), { code: 'SHARES_INVALID' });
  });

  test('that are there with other options are not gone on with, unless --force', async () => {
    const [share] = four;
    const file = at('options/shares/1-of-4/share.json');
    await write('options', { share });
    assert.equal((await write('options', { share })).wasThere, true);
    const changes: readonly (readonly [string, Partial<DatasetOptions>])[] = [
      ['--eval-ratio was 0.2, and is 0.3', { evalRatio: 0.3 }],
      ['--split-seed was 0, and is 1', { seed: '1' }],
      ['--group-by was piece, and is folder', { groupBy: 'folder' }],
      ['--input was 29 files', { inputs: [at('music/more.jsonl')] }],
    ];
    const before = await readFile(file, 'utf8');
    for (const [what, change] of changes)
      await assert.rejects(write('options', { share, ...change }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'OPTIONS_CHANGED');
        assert.ok(error.message.includes(what) && error.message.includes(file), error.message);
        return true;
      });
    assert.equal(await readFile(file, 'utf8'), before);
    assert.equal((await write('options', { share, seed: '1', force: true })).wasThere, undefined);
    assert.notEqual(await readFile(file, 'utf8'), before);
  });

  test('are put together over no other dataset, unless --force', async () => {
    for (const share of four) await write('over', { share });
    await mergeShares('basic_rnn', at('over'));
    const before = await contentsOf('over');
    await assert.rejects(mergeShares('basic_rnn', at('over')), /is there already: --force/);
    await mergeShares('basic_rnn', at('over'), true);
    assert.deepEqual(await contentsOf('over'), before);
  });

  test('are asked for by --shard I/N, and put together by --merge', async () => {
    const run = (...args: string[]) =>
      datasetCommand.run(['melody-rnn', '--output', at('asked'), ...args], () => ({ update() {}, end() {} }));
    for (const shard of ['1/2', '2/2'])
      await run(
        '--config',
        'basic_rnn',
        '--eval-ratio',
        '0.2',
        '--workers',
        '0',
        '--input',
        at('music'),
        '--shard',
        shard,
      );
    await run('--config', 'basic_rnn', '--merge');
    assert.deepEqual(await contentsOf('asked'), await contentsOf('whole'));
    await assert.rejects(run('--input', at('music'), '--shard', '3/2'), { code: 'USAGE' });
    await assert.rejects(run('--merge', '--shard', '1/2'), { code: 'USAGE' });
  });
});

for (const [name, command, least] of [
  ['music-vae', musicVAEDatasetCommand, 4],
  ['music-transformer', musicTransformerDatasetCommand, 6],
] as const) {
  test(`shares of dataset ${name} put together are what one call writes; one that is there is left`, async () => {
    const run = (output: string, ...args: string[]) =>
      command.run(['--output', at(output), '--eval-ratio', '0.2', ...args], () => ({
        update() {},
        end() {},
      }));
    const input = ['--input', at('music')];
    const { data: whole } = await run(`${name} whole`, ...input);
    for (const shard of ['3/3', '2/3']) await run(`${name} shares`, ...input, '--shard', shard);
    await assert.rejects(run(`${name} shares`, '--merge'), /1-of-3 is not there, or not whole/);
    const before = await readFile(at(`${name} shares/shares/2-of-3/share.json`), 'utf8');
    assert.ok((JSON.parse(before) as { summary: DatasetSummary }).summary.splits.train.sequences > 0);
    for (const shard of ['1/3', '2/3']) await run(`${name} shares`, ...input, '--shard', shard);
    assert.equal(await readFile(at(`${name} shares/shares/2-of-3/share.json`), 'utf8'), before);
    const { data: merged } = await run(`${name} shares`, '--merge');
    const files = await contentsOf(`${name} whole`);
    assert.ok(Object.keys(files).length >= least);
    assert.deepEqual(await contentsOf(`${name} shares`), files);
    const { equal: one = [], ...facts } = whole as { equal?: unknown[] };
    const { equal = [], ...others } = merged as { equal?: unknown[] };
    assert.deepEqual(others, facts);
    assert.deepEqual(unordered(equal), unordered(one));
  });
}
