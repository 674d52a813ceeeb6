/** A command that is given a folder for a file, or a place that cannot be written to, says which one, and computes nothing before. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encodeWav } from '../audio/wav.js';
import { timbrel, tune, writeCheckpoint, writeMidiFile } from './command.testing.js';
import type { Command } from './command.js';
import { convertCommand } from './convert.js';
import { encodeNpy } from './dataset/npy.js';
import { datasetCommand } from './dataset.js';
import { playCommand } from './gansynth/play.js';
import { renderCommand } from './gansynth/render.js';
import { generateCommand } from './generate.js';
import { musicTransformerDatasetCommand } from './music-transformer/dataset.js';
import { accompanyCommand, generateCommand as transformerCommand } from './music-transformer/command.js';
import { grooveCommand, interpolateCommand, reconstructCommand, sampleCommand } from './music-vae/command.js';
import { musicVAEDatasetCommand } from './music-vae/dataset.js';
import { decodeCommand } from './nsynth/decode.js';
import { encodeCommand } from './nsynth/encode.js';
import { gridCommand } from './nsynth/grid.js';
import { mixCommand } from './nsynth/mix.js';
import { transcribeCommand } from './onsets-frames/transcribe.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-paths-'));
  for (const name of ['folder.mid', 'folder.wav', 'folder.npy', 'corner', 'none']) await mkdir(at(name));
  await writeFile(at('file'), '');
  await writeCheckpoint(at('weights'), 38, 38);
  await writeMidiFile(at('tune.mid'), tune(1));
  await writeMidiFile(at('folder.mid', 'tune.mid'), tune(1));
  const sound = new Uint8Array(encodeWav(new Float32Array(16000).fill(0.1), 16000));
  for (const name of ['sound.wav', 'corner/flute_60.wav']) await writeFile(at(name), sound);
  await writeFile(at('sound.npy'), encodeNpy(new Float32Array(32), [2, 16]));
});
after(() => rm(folder, { recursive: true }));

describe('a folder in the place of a file is named:', () => {
  const cases: readonly [
    command: string,
    inputs: () => string[],
    output: '--output' | '--output-dir' | undefined,
  ][] = [
    ['melody-rnn generate', () => ['--primer-midi', at('folder.mid')], '--output-dir'],
    ['gansynth play', () => [at('folder.mid')], '--output-dir'],
    ['music-vae reconstruct', () => [at('folder.mid')], '--output-dir'],
    ['music-transformer generate', () => ['--primer-midi', at('folder.mid')], '--output-dir'],
    ['nsynth encode', () => [at('folder.wav')], '--output-dir'],
    ['nsynth decode', () => [at('folder.npy')], '--output-dir'],
    ['nsynth mix', () => [at('folder.npy'), at('sound.npy')], '--output'],
    ['onsets-frames transcribe', () => [at('folder.wav')], '--output-dir'],
    ['evaluate onsets-frames', () => [at('folder.wav')], undefined],
  ];
  for (const [command, inputs, output] of cases)
    test(command, async () => {
      const place = output ? [output, output === '--output' ? at('none', 'mixed.wav') : at('none')] : [];
      const { code, stderr } = await timbrel(...command.split(' '), ...inputs(), ...place);
      assert.equal(code, 1);
      assert.match(stderr, /^FILE_FAILED: .*\/folder\.(?:mid|wav|npy): EISDIR/);
    });
});

/** Nobody can compute here: sources have no worker to run a model in, and whoever reads music says so. */
const idle = () => ({
  update: () => assert.fail('it computes'),
  end() {},
});

const music = () => at('folder.mid');
const WRITING: readonly [string, Command, () => string[], output?: string][] = [
  ['melody-rnn generate', generateCommand('melody-rnn'), () => []],
  ['gansynth render', renderCommand, () => ['--pitches', '60', '--timbre', 'flute']],
  ['gansynth render --sfz', renderCommand, () => ['--pitches', '60', '--timbre', 'flute', '--sfz']],
  ['gansynth play', playCommand, () => [at('tune.mid')]],
  ['music-transformer generate', transformerCommand, () => []],
  [
    'music-transformer accompany',
    accompanyCommand,
    () => ['--melody-midi', at('tune.mid'), '--checkpoint', at('weights')],
  ],
  ['music-vae sample', sampleCommand, () => []],
  ['music-vae interpolate', interpolateCommand, () => [at('tune.mid'), at('tune.mid')]],
  ['music-vae reconstruct', reconstructCommand, () => [at('tune.mid')]],
  ['music-vae groove', grooveCommand, () => [at('tune.mid')]],
  ['nsynth encode', encodeCommand, () => [at('sound.wav')]],
  ['nsynth decode', decodeCommand, () => [at('sound.npy')]],
  ['nsynth mix', mixCommand, () => [at('sound.npy')], '--output'],
  ['nsynth grid', gridCommand, () => Array<string>(4).fill(at('corner'))],
  ['onsets-frames transcribe', transcribeCommand, () => [at('sound.wav')]],
  ['convert', convertCommand, () => [at('weights')], ''],
  ['dataset melody-rnn', datasetCommand, () => ['melody-rnn', '--input', music()], '--output'],
  ['dataset music-transformer', musicTransformerDatasetCommand, () => ['--input', music()], '--output'],
  ['dataset music-vae', musicVAEDatasetCommand, () => ['--input', music()], '--output'],
];

describe('a place that cannot be written to is told of before anything is computed:', () => {
  for (const [name, command, args, option = '--output-dir'] of WRITING)
    test(name, async () => {
      const place = at('file', name === 'nsynth mix' ? 'mixed.wav' : 'below');
      await assert.rejects(
        command.run([...args(), ...(option ? [option] : []), place], idle),
        (error: Error & { syscall?: string }) => {
          assert.equal(error.syscall, 'mkdir', String(error));
          assert.ok(error.message.includes(at('file')), error.message);
          return true;
        },
      );
    });
});

describe('a call that failed leaves no empty folder:', () => {
  for (const [name, command, args, option = '--output-dir'] of WRITING)
    test(name, async () => {
      const place = at('new', 'folder', name === 'nsynth mix' ? 'mixed.wav' : 'below');
      await assert.rejects(command.run([...args(), ...(option ? [option] : []), place], idle));
      assert.ok(!existsSync(at('new')));
    });

  test('one that was there, or holds something, stays', async () => {
    const args = ['--pitches', '60', '--timbre', 'flute', '--output-dir'];
    await mkdir(at('mine'));
    await assert.rejects(renderCommand.run([...args, at('mine', 'below')], idle));
    assert.ok(existsSync(at('mine')) && !existsSync(at('mine', 'below')));
  });
});
