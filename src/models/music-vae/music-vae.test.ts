/** The public class over a worker without a thread: what is sent is cloned and transferred as it would be. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAttribute } from '../../latent/interpolation.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { loopback } from '../../workers/loopback.testing.js';
import { MidiMe } from './midi-me.js';
import { MusicVAE } from './music-vae.js';
import { MELODY_CONFIG, SMALL_MELODY, syntheticFolder } from './synthetic.testing.js';
import { createServer } from './worker/server.js';

const { spawn } = loopback({ 'music-vae': async () => createServer });
let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-music-vae-'));
  for (const [name, content] of Object.entries(syntheticFolder(SMALL_MELODY, MELODY_CONFIG)))
    await writeFile(path.join(folder, name), content);
});
after(() => rm(folder, { recursive: true }));
const load = () => MusicVAE.load(folder, { backend: 'cpu' }, spawn);

const tune = (...pitches: number[]): NoteSequence => ({
  notes: pitches.map((pitch, i) => ({ pitch, startTime: i / 2, endTime: i / 2 + 0.5 })),
});
const [A, B, C, D] = [tune(60, 62, 64), tune(72, 71, 69, 67), tune(50), tune(60, 60, 60, 60)];

test('says what it is', async () => {
  const model = await load();
  const { bytes, ...description } = model.description;
  assert.equal(bytes, 0);
  assert.deepEqual(description, {
    model: 'MusicVAE',
    configuration: '',
    kind: 'melody',
    latentSize: 4,
    steps: 32,
    stepsPerQuarter: 4,
    segments: 1,
    eventWidth: 1,
    hears: 'all',
    controls: [],
    backend: 'cpu',
    precision: 'float32',
    parameterCount: 10898,
  });
  model.dispose();
});

describe('pieces', () => {
  test('a sample is the piece of the point of its seed', async () => {
    const model = await load();
    const [first, second] = await model.sample(2, { seed: 5 });
    const again = (seed: number | string) =>
      model.decode([model.sampleLatent(seed)], { seed, temperature: 0.5 });
    assert.deepEqual(await again(5), [first]);
    assert.deepEqual(await again('5/1'), [second]);
    assert.notDeepEqual(first, second);
  });

  test('between two, both ends are their reconstructions', async () => {
    const model = await load();
    const way = await model.interpolate([A, B], 5);
    const ends = await model.decode(await model.encode([A, B]));
    assert.deepEqual([way[0], way[4]], ends);
    const linear = await model.interpolate([A, B], 3, { interpolation: 'linear' });
    assert.deepEqual([linear[0], linear[2]], ends);
  });

  test('four make a field, row by row: A . C / B . D', async () => {
    const model = await load();
    const field = await model.interpolate([A, B, C, D], [3, 2]);
    const corners = await model.decode(await model.encode([A, C, B, D]));
    assert.deepEqual([field[0], field[2], field[3], field[5]], corners);
  });

  test('of full similarity is the piece again; of less, another for each', async () => {
    const model = await load();
    const [again] = await model.decode(await model.encode([A]));
    assert.deepEqual(await model.similar(A, 2, 1), [again, again]);
    const [one, other] = await model.similar(A, 2, 0.2, { temperature: 0.5 });
    assert.notDeepEqual(one, other);
  });

  test('a walk begins at its beginning', async () => {
    const model = await load();
    const walk = await model.walk(4, { from: A, stride: 0.5 });
    assert.equal(walk.length, 4);
    assert.deepEqual(walk[0], (await model.decode(await model.encode([A])))[0]);
  });

  test('an attribute leads from what lacks it to what has it', async () => {
    const model = await load();
    const attribute = await model.attribute([A], [B]);
    const [a, b] = await model.encode([A, B]);
    addAttribute(b, attribute, 1).forEach((value, i) => assert.ok(Math.abs(value - a[i]) < 1e-6));
  });

  test('each is told of as soon as it is written', async () => {
    const model = await load();
    const told: [number, NoteSequence][] = [];
    const all = await model.sample(3, { onSequence: (sequence, index) => told.push([index, sequence]) });
    assert.deepEqual(told, [...all.entries()]);
  });

  test('log-probability: nats of each step, and their sum', async () => {
    const { total, perEvent, divergence } = await (await load()).logProbability(A);
    assert.equal(perEvent.length, 32);
    assert.ok(Math.abs(total - perEvent.reduce((sum, value) => sum + value, 0)) < 1e-9);
    assert.ok(total < 0 && Number(divergence) > 0);
  });
});

describe('what is refused', () => {
  const refusals: Readonly<Record<string, readonly [string, (model: MusicVAE) => Promise<unknown>]>> = {
    'no sequences': ['OPTION_INVALID', (model) => model.encode([])],
    'no points': ['OPTION_INVALID', (model) => model.decode([])],
    'what is no list': ['OPTION_INVALID', (model) => model.encode(A as never)],
    'what is no sequence': ['NOTE_SEQUENCE_INVALID', (model) => model.encode([{} as never])],
    'a point of another length': ['LATENT_INVALID', (model) => model.decode([new Float32Array(3)])],
    'no pieces': ['OPTION_INVALID', (model) => model.sample(0)],
    'three corners': ['OPTION_INVALID', (model) => model.interpolate([A, B, C], 3)],
    'a tempo of nothing': ['OPTION_INVALID', (model) => model.sample(1, { qpm: 0 })],
    'a seed that is none': ['OPTION_INVALID', (model) => model.sample(1, { seed: NaN })],
    'similarity above 1': ['OPTION_INVALID', (model) => model.similar(A, 1, 2)],
    'a stride above 1': ['OPTION_INVALID', (model) => model.walk(3, { stride: 2 })],
    'a list that lacks all': ['OPTION_INVALID', (model) => model.attribute([A], [])],
    'chords for nothing': ['CONTROL_INVALID', (model) => model.sample(1, { chords: ['C'] })],
    'a piece that is too long': [
      'SEQUENCE_TOO_LONG',
      (model) => model.encode([tune(...Array<number>(20).fill(60))]),
    ],
    'work that was given up': ['ABORTED', (model) => model.sample(4, { signal: AbortSignal.abort() })],
  };
  for (const [name, [code, work]] of Object.entries(refusals)) {
    test(name, async () => {
      await assert.rejects(work(await load()), { code });
    });
  }

  test('an abort in the middle: the model goes on', async () => {
    const model = await load();
    const controller = new AbortController();
    const onSequence = () => controller.abort();
    await assert.rejects(model.sample(64, { signal: controller.signal, onSequence }), { code: 'ABORTED' });
    assert.equal((await model.sample(1)).length, 1);
  });

  test('a backend that there is not, and anything of a model that was disposed', async () => {
    await assert.rejects(MusicVAE.load(folder, { backend: 'webgpu' }, spawn), {
      code: 'BACKEND_UNAVAILABLE',
    });
    const model = await load();
    model.dispose();
    await assert.rejects(model.sample(1), { code: 'DISPOSED' });
  });
});

describe('MidiMe', () => {
  const own = [A, B, C, D, tune(61, 63), tune(70, 72, 74)];

  test('learns, tells of it, is saved, and writes the same again', async () => {
    const model = await load();
    const told: number[] = [];
    const onProgress = ({ step }: { step: number }) => told.push(step);
    const mine = await MidiMe.train(model, own, { size: 2, layers: [8], steps: 30, onProgress });
    assert.equal(told.at(-1), 30);
    const [point] = await mine.encode([A]);
    assert.equal(point.length, 2);
    const written = await mine.sample(3, { seed: 1 });
    const opened = MidiMe.open(await load(), mine.save());
    assert.deepEqual(await opened.sample(3, { seed: 1 }), written);
  });

  test('of another model, and points of another size are refused; training can be given up', async () => {
    const model = await load();
    const mine = await MidiMe.train(model, own, { size: 2, layers: [8], steps: 2 });
    const file = new TextDecoder().decode(mine.save());
    await assert.rejects(mine.decode([new Float32Array(3)]), { code: 'LATENT_INVALID' });
    assert.throws(() => MidiMe.open(model, new TextEncoder().encode(file.replace('MidiMe', 'x'))), {
      code: 'CHECKPOINT_FORMAT',
    });
    for (const [work, message] of [
      [() => mine.decode(new Float32Array(2) as never), /^points is/],
      [() => mine.sample(1e9), /^count is/],
      [() => mine.sample(-1), /^count is/],
      [() => MidiMe.train(model, own, { layers: 5 as never }), /^layers is/],
    ] as const)
      await assert.rejects(work(), { code: 'OPTION_INVALID', message });
    assert.throws(() => MidiMe.open(model, new TextEncoder().encode(file.replace('melody', 'drums'))), {
      code: 'CHECKPOINT_OTHER_MODEL',
    });
    await assert.rejects(MusicVAE.load(folder, { precision: 'float8' as never }, spawn), {
      code: 'OPTION_INVALID',
      message: /float32, int16/,
    });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await assert.rejects(MidiMe.train(model, own, { steps: 9999, signal: controller.signal, onProgress }), {
      code: 'ABORTED',
    });
  });
});
