import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tune, writeMidiFile } from '../command.testing.js';
import { datasetCommand } from '../dataset.js';
import { musicTransformerDatasetCommand } from '../music-transformer/dataset.js';
import { musicVAEDatasetCommand } from '../music-vae/dataset.js';

const quiet = () => ({ update() {}, end() {} });
let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-empty-'));
  await mkdir(at('midi'));
  for (let i = 0; i < 3; i++) await writeMidiFile(at('midi', `${i}.mid`), tune(i, 2, { isDrum: true }));
  await writeFile(at('midi', 'broken.mid'), 'MThd and no more');
});
after(() => rm(folder, { recursive: true }));

describe('a dataset of nothing', () => {
  const commands = [
    { name: 'melody-rnn', command: datasetCommand, args: ['melody-rnn', '--workers', '0'], kind: 'pieces' },
    { name: 'music-vae', command: musicVAEDatasetCommand, args: [], kind: 'windows' },
    { name: 'music-transformer', command: musicTransformerDatasetCommand, args: [], kind: 'pieces' },
  ];
  for (const { name, command, args, kind } of commands) {
    test(`of ${name} is an error that says what was read and why it was left out, and leaves no files`, async () => {
      const output = at(`${name} out`);
      const run = command.run([...args, '--input', at('midi'), '--output', output], quiet);
      await assert.rejects(run, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'DATASET_EMPTY');
        assert.match(error.message, new RegExp(`: 3 sequences gave no ${kind}`));
        assert.match(error.message, /1 files could not be read, such as .*broken\.mid: /);
        return true;
      });
      for (const file of ['config.json', 'train/lengths.npy', 'train/windows.npy', 'train/tokens.npy'])
        assert.equal(existsSync(path.join(output, file)), false, file);
    });
  }

  test('names each reason with how often it held', async () => {
    const run = datasetCommand.run(
      ['drums-rnn', '--workers', '0', '--input', at('midi'), '--output', at('drums out')],
      quiet,
    );
    await assert.rejects(run, /left out: shorter than 7 bars \(3\)/);
  });
});
