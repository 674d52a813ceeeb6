/** A command that was typed again must not take the place of what it made before. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.js';
import { convertCommand } from './convert.js';
import { datasetCommand } from './dataset.js';
import { generateCommand } from './music-transformer/command.js';
import { musicTransformerDatasetCommand } from './music-transformer/dataset.js';
import { sampleCommand } from './music-vae/command.js';
import { musicVAEDatasetCommand } from './music-vae/dataset.js';
import { decodeCommand } from './nsynth/decode.js';
import { encodeCommand } from './nsynth/encode.js';
import { mixCommand } from './nsynth/mix.js';

const shipped = fileURLToPath(new URL('../../checkpoints/drums-rnn-small', import.meta.url));
const music = fileURLToPath(new URL('../../test/golden/', import.meta.url));
let folder: string;
const at = (name: string) => path.join(folder, name);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-kept-'))));
after(() => rm(folder, { recursive: true }));

/** Fails where music is read: it says how far it is. */
const quiet = () => ({ update: () => assert.fail('it computes'), end() {} });

describe('without --force a file that is there is kept, and nothing is computed:', () => {
  const cases: readonly [string, Command, string, () => string[]][] = [
    [
      'music-transformer generate',
      generateCommand,
      'music_transformer_1.mid',
      () => ['--output-dir', folder],
    ],
    ['music-vae sample', sampleCommand, 'sample_1.mid', () => ['--output-dir', folder]],
    ['nsynth encode', encodeCommand, 'a.npy', () => ['a.wav', '--output-dir', folder]],
    ['nsynth decode', decodeCommand, 'b.wav', () => ['b.npy', '--output-dir', folder]],
    ['convert', convertCommand, 'weights_manifest.json', () => [shipped, folder]],
    [
      'dataset melody-rnn',
      datasetCommand,
      'config.json',
      () => ['melody-rnn', '--input', music, '--output', folder],
    ],
    [
      'dataset music-vae',
      musicVAEDatasetCommand,
      'test/windows.npy',
      () => ['--input', music, '--output', folder],
    ],
    [
      'dataset music-transformer',
      musicTransformerDatasetCommand,
      'train/tokens.npy',
      () => ['--input', music, '--output', folder],
    ],
    ['nsynth mix', mixCommand, 'c.wav', () => ['a.npy', '--output', at('c.wav')]],
  ];
  for (const [name, command, file, args] of cases)
    test(name, async () => {
      await mkdir(path.dirname(at(file)), { recursive: true });
      await writeFile(at(file), 'before');
      await assert.rejects(command.run(args(), quiet), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'USAGE');
        assert.match(error.message, new RegExp(`${file.replace('.', '\\.')} is there already: --force`));
        return true;
      });
      assert.equal(await readFile(at(file), 'utf8'), 'before');
    });
});
