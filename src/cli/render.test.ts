import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { decodeWav } from '../audio/wav.js';
import { timbrel } from './command.testing.js';

let folder: string;
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-render-'))));
after(() => rm(folder, { recursive: true }));

const render = (...args: string[]) => timbrel('gansynth', 'render', '--output-dir', folder, ...args);

test('a note of four seconds for each pitch, in the timbre that was named', async () => {
  const { code, stdout, stderr } = await render('--pitches', '60,67', '--timbre', 'pan flute', '--json');
  assert.equal(code, 0, stderr);
  const { files } = JSON.parse(stdout);
  assert.deepEqual(files, [path.join(folder, 'pan-flute_60.wav'), path.join(folder, 'pan-flute_67.wav')]);
  const bytes = await readFile(files[0]);
  const { sampleRate, channels } = decodeWav(new Uint8Array(bytes).buffer);
  const [samples] = channels;
  assert.equal(sampleRate, 16000);
  assert.equal(samples.length, 64000);
  assert.ok(samples.some((sample) => Math.abs(sample) > 0.05));
});

test('what cannot be rendered is named', async () => {
  const cases: [string[], RegExp, number][] = [
    [[], /^USAGE: Which notes\? --pitches/, 2],
    [['--pitches', '60,C4'], /^USAGE: --pitches has "C4"/, 2],
    [
      ['--pitches', '60', '--timbre', 'kazoo'],
      /^USAGE: --timbre is "kazoo"; the checkpoint names piano, /,
      2,
    ],
    [['--pitches', '100'], /^PITCH_RANGE: pitch is 100/, 1],
  ];
  for (const [args, message, expected] of cases) {
    const { code, stderr } = await render(...args);
    assert.match(stderr, message);
    assert.equal(code, expected);
  }
});
