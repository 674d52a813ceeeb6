/** `timbrel nsynth`, as built, on the weights of the vectors. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { NSynthVectors } from '../../../test/golden/nsynth-vectors.js';
import { syntheticTensors } from '../../../test/golden/synthetic-weights.js';
import { decodeWav, encodeWav } from '../../audio/wav.js';
import { encodeMagentaJS } from '../../checkpoints/formats/magenta-js-writer.js';
import { cli, timbrel } from '../command.testing.js';
import { decodeNpy, encodeNpy } from '../dataset/npy.js';
import { finishNote } from './finish-note.js';

const SIZE = 8;
const HOP = 128;
let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

const tone = (samples: number, hz: number, sampleRate = 16000) =>
  Float32Array.from({ length: samples }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / sampleRate));
const wav = async (file: string, samples: Float32Array, sampleRate = 16000) => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, new Uint8Array(encodeWav(samples, sampleRate, 'float32')));
  return file;
};
const npy = async (file: string) => decodeNpy(await readFile(file), file);
const sound = async (file: string) => decodeWav(new Uint8Array(await readFile(file)).buffer);

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-nsynth-'));
  process.env.TIMBREL_CACHE_DIR = at('cache');
  const golden = new URL('../../../test/golden/nsynth_small_hop.json', import.meta.url);
  const { config, weights } = JSON.parse(readFileSync(golden, 'utf8')) as NSynthVectors;
  await mkdir(at('weights'));
  await writeFile(at('weights', 'config.json'), JSON.stringify(config));
  for (const [name, bytes] of encodeMagentaJS(syntheticTensors(weights), 'float32'))
    await writeFile(at('weights', name), bytes);
});
after(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => timbrel('nsynth', ...args, '--checkpoint', at('weights'));
async function json(...args: string[]) {
  const { code, stdout, stderr } = await run(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

describe('sounds and embeddings', () => {
  test('a WAV of another rate becomes [frames, size], and that a sound as long', async () => {
    const file = await wav(at('tone.wav'), tone(48000, 330, 48000), 48000);
    const { outputs } = await json('encode', file, '--output-dir', at('e'));
    const { shape, data } = await npy(outputs[0].file);
    assert.deepEqual(shape, [125, SIZE]);
    assert.ok(data.some((value) => value !== 0));
    const decoded = await json('decode', outputs[0].file, '--output-dir', at('d'), '--seed', '3');
    const { sampleRate, channels } = await sound(decoded.outputs[0].file);
    assert.equal(sampleRate, 16000);
    assert.equal(channels[0].length, 16000);
  });

  test('[1, frames, size] of the notebook is read, and equal seeds write equal bytes', async () => {
    const values = Float32Array.from({ length: 4 * SIZE }, (_, i) => Math.sin(i));
    await writeFile(at('three.npy'), encodeNpy(values, [1, 4, SIZE]));
    await writeFile(at('two.npy'), encodeNpy(values, [4, SIZE]));
    const bytes = async (name: string, seed: string) => {
      const { outputs } = await json('decode', at(name), '--output-dir', at(name + seed), '--seed', seed);
      return readFile(outputs[0].file);
    };
    const first = await bytes('three.npy', '1');
    assert.deepEqual(await bytes('two.npy', '1'), first);
    assert.notDeepEqual(await bytes('two.npy', '2'), first);
  });

  test('what was decoded is kept, listed and cleared with the checkpoints', async () => {
    await writeFile(at('kept.npy'), encodeNpy(new Float32Array(4 * SIZE).fill(0.1), [4, SIZE]));
    await timbrel('checkpoints', 'clear', '--all');
    await json('decode', at('kept.npy'), '--output-dir', at('kept'));
    const list = () => timbrel('checkpoints', 'list', 'nsynth', '--stored');
    assert.match(
      (await list()).stdout,
      /^nsynth\/notes: 1 decoded notes, 0\.0 MB, in .*cache\/nsynth\/notes/,
    );
    assert.match((await timbrel('checkpoints', 'clear', 'nsynth/notes')).stdout, /^removed nsynth\/notes/);
    assert.match((await list()).stdout, /^Nothing is kept here/);
  });

  test('--seconds takes the beginning', async () => {
    const file = await wav(at('long.wav'), tone(32000, 200));
    const { outputs } = await json('encode', file, '--seconds', '0.5', '--output-dir', at('s'));
    assert.equal(outputs[0].frames, 62);
  });
});

test('a mix is the mean of embeddings, a crossfade begins with the first, stretching changes the length', async () => {
  const a = await wav(at('a.wav'), tone(8000, 220));
  const b = await wav(at('b.wav'), tone(9000, 330));
  const of = async (output: string, ...args: string[]) => {
    await json('mix', ...args, '--output', at(output));
    return (await npy(at(output))).data;
  };
  const [first, second, mixed] = [await of('a.npy', a), await of('b.npy', b), await of('m.npy', a, b)];
  assert.equal(mixed.length, first.length);
  mixed.forEach((value, i) => assert.ok(Math.abs(value - (first[i] + second[i]) / 2) < 1e-5));
  const across = await of('x.npy', at('a.npy'), at('b.npy'), '--crossfade');
  assert.equal(across.length, first.length);
  assert.ok(Math.abs(across[0] - first[0]) < 1e-5 && Math.abs(across[0] - second[0]) > 1e-3);
  await json('mix', a, b, '--weights', '0.9,0.1', '--stretch', '0.5', '--output', at('m.wav'));
  assert.equal((await sound(at('m.wav'))).channels[0].length, Math.floor(first.length / SIZE / 2) * HOP);
});

describe('a grid', () => {
  const render = () =>
    json(
      ...['grid', at('g', 'a'), at('g', 'b'), at('g', 'c'), at('g', 'd_60.wav'), '--resolution', '2'],
      ...['--pitches', '60,64', '--jobs', '2', '--output-dir', at('grid')],
    );

  test('has every point and pitch; what is there is left, what is missing is made', async () => {
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      await wav(at('g', name, `note_60.wav`), tone(4000, 261 + 40 * i));
      if (name !== 'c') await wav(at('g', name, `note_64.wav`), tone(4000, 329 + 40 * i));
    }
    await wav(at('g', 'd_60.wav'), tone(4000, 261));
    const { files, rendered } = await render();
    assert.equal(rendered, 8);
    assert.equal(files.length, 8);
    const { channels } = await sound(at('grid', 'x1_y0_64.wav'));
    assert.ok(channels[0].length > 1000 && channels[0].length <= 60000);
    const old = new Date(1e12);
    for (const file of files) await utimes(file, old, old);
    await rm(files[3]);
    assert.equal((await render()).rendered, 1);
    for (const [i, file] of files.entries()) assert.equal((await stat(file)).mtimeMs === 1e12, i !== 3);
  });

  test('is no mixture: other options and sounds are refused, --force makes it anew; more pitches are no other options', async () => {
    const args = ['grid', ...Array<string>(3).fill(at('o', 'a_60.wav')), at('o', 'd_60.wav')];
    const render = (...more: string[]) =>
      run(...args, '--resolution', '2', '--pitches', '60', '--output-dir', at('one'), ...more);
    await wav(at('o', 'a_60.wav'), tone(4000, 261));
    await wav(at('o', 'd_60.wav'), tone(4000, 330));
    assert.equal((await render('--temperature', '0.5')).code, 0);
    const first = await readFile(at('one', 'x1_y1_60.wav'));
    const refused = async (pattern: RegExp, ...more: string[]) => {
      const { code, stderr } = await render(...more);
      assert.equal(code, 1);
      assert.match(stderr, /^OPTIONS_CHANGED: .*grid\.json says /);
      assert.match(stderr, pattern);
      assert.deepEqual(await readFile(at('one', 'x1_y1_60.wav')), first);
    };
    await refused(/--raw was false, and is true/, '--temperature', '0.5', '--raw');
    await wav(at('o', 'd_60.wav'), tone(4000, 440));
    await refused(/input 4 was a file of .*, and is a file of /, '--temperature', '0.5');
    assert.equal((await render('--temperature', '0.5', '--force')).code, 0);
    assert.notDeepEqual(await readFile(at('one', 'x1_y1_60.wav')), first);
    const more = await render('--temperature', '0.5', '--pitches', '60,64');
    assert.match(more.stdout, /^8 notes in .*, 4 of them new/, more.stderr);
  });
});

test('a grid that was killed goes on where it was, and becomes what it would have been', async () => {
  for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
    const values = Float32Array.from({ length: 250 * SIZE }, (_, at) => Math.sin(i + at));
    await mkdir(at('k', name), { recursive: true });
    await writeFile(at('k', name, 'note_60.npy'), encodeNpy(values, [250, SIZE]));
  }
  const corners = ['a', 'b', 'c', 'd'].map((name) => at('k', name));
  const args = (folderName: string) => [
    ...['nsynth', 'grid', ...corners, '--pitches', '60', '--resolution', '4', '--jobs', '1', '--json'],
    ...['--checkpoint', at('weights'), '--output-dir', at(folderName)],
  ];
  const wavs = async (name: string) =>
    (await readdir(at(name)).catch(() => [])).filter((file) => file.endsWith('.wav')).sort();
  // What is decoded is kept: without it, the second run decodes what the first had not written.
  const env = { ...process.env, TIMBREL_CACHE_DIR: at('cache-of-the-killed') };
  const child = spawn(process.execPath, [cli, ...args('killed')], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  while ((await wavs('killed')).length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill('SIGKILL');
  await ended;
  await rm(at('cache-of-the-killed'), { recursive: true, force: true });
  const there = await wavs('killed');
  assert.ok(there.length > 0 && there.length < 16, `${there.length} notes were there`);
  const before = await Promise.all(there.map((file) => stat(at('killed', file))));

  const resumed = await timbrel(...args('killed'));
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal((JSON.parse(resumed.stdout) as { rendered: number }).rendered, 16 - there.length);
  for (const [i, file] of there.entries())
    assert.equal((await stat(at('killed', file))).mtimeMs, before[i].mtimeMs, file);
  await timbrel('checkpoints', 'clear', '--all');
  assert.equal((await timbrel(...args('whole'))).code, 0);
  assert.deepEqual(await wavs('killed'), await wavs('whole'));
  for (const file of await wavs('whole'))
    assert.deepEqual(await readFile(at('killed', file)), await readFile(at('whole', file)), file);
});

test('a finished note has no clicks, a peak of -12 dB, and begins at its onset', () => {
  const note = new Float32Array(64000);
  note.set(tone(40000, 500), 1000);
  note[2000] = 5;
  const finished = finishNote(note);
  assert.equal(finished.length, 60000);
  assert.equal(finished[0], 0);
  const peak = Math.max(...finished.map(Math.abs));
  assert.ok(Math.abs(peak - 10 ** (-12 / 20)) < 1e-3, `${peak}`);
  assert.ok(Math.abs(finished[20]) > 0.01);
  assert.deepEqual(finishNote(new Float32Array(100)), new Float32Array(100));
});

test('what is wrong is named', async () => {
  const empty = await wav(at('empty.wav'), new Float32Array(0));
  const short = await wav(at('short.wav'), tone(100, 440));
  const long = await wav(at('minutes.wav'), new Float32Array(61 * 8000), 8000);
  const broken = await wav(at('nan.wav'), tone(4000, 440).fill(NaN, 7, 8));
  await writeFile(at('no.wav'), 'This is a letter');
  await writeFile(at('wide.npy'), encodeNpy(new Float32Array(32), [2, 16]));
  await writeFile(
    at('none.npy'),
    encodeNpy(new Float32Array(2 * SIZE).fill(NaN, SIZE + 1, SIZE + 2), [2, SIZE]),
  );
  await mkdir(at('nothing'));
  const to = ['--output-dir', at('out')];
  const cases: readonly (readonly [string[], RegExp, number])[] = [
    [['encode', short], /^USAGE: --output(?:-dir)? is missing/, 2],
    [['encode', empty, ...to], /^AUDIO_INVALID: .*empty\.wav holds no sound/, 1],
    [['encode', short, ...to], /^AUDIO_INVALID: The sound has 100 samples/, 1],
    [['encode', long, ...to], /^USAGE: .*61 seconds long: give --seconds 4/, 2],
    [['encode', short, '--seconds', '0', ...to], /^USAGE: --seconds is 0/, 2],
    [['decode', at('none.npy'), ...to], /^EMBEDDING_INVALID: .*none\.npy holds NaN in frame 1/, 1],
    [['encode', broken, ...to], /^AUDIO_INVALID: .*nan\.wav: The sound holds NaN at sample 7/, 1],
    [['encode', at('no.wav'), ...to], /^AUDIO_FORMAT: .*no\.wav: This is not a WAV/, 1],
    [['encode', at('gone.wav'), ...to], /^FILE_FAILED: ENOENT/, 1],
    [['encode', short, at('x', 'short.wav'), ...to], /^USAGE: Two files would be written/, 2],
    [['encode', short, '--precision', 'int4', ...to], /^OPTION_INVALID: precision is "int4"/, 2],
    [['decode', at('wide.npy'), ...to], /^EMBEDDING_INVALID: .*2 x 16 numbers/, 1],
    [['decode', short, ...to], /^FILE_FAILED: .*no array of NumPy/, 1],
    [['mix', short, '--output', at('x.mp3')], /^USAGE: --output is .*mp3/, 2],
    [['mix', short, '--output', at('x.npy'), '--weights', '1,2'], /^USAGE: --weights/, 2],
    [['grid', ...Array<string>(4).fill(at('nothing')), ...to], /^FILE_FAILED: .*ends in its pitch/, 1],
    [['grid', ...Array<string>(4).fill(short), '--pitches', 'C4', ...to], /^USAGE: --pitches/, 2],
  ];
  for (const [args, message, expected] of cases) {
    const { code, stderr } = await run(...args);
    assert.match(stderr, message);
    assert.equal(code, expected, args.join(' '));
  }
});
