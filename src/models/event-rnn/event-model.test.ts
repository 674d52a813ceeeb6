/** The public event RNNs over a worker without a thread: sequences in and out, on small networks of random weights. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeEventCheckpoints } from '../../../test/synthetic-event-checkpoints.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import type { NewNotes } from '../continuation/written-notes.js';
import { loopback } from '../../workers/loopback.testing.js';
import { DrumsRNN } from './drums-rnn.js';
import { ImprovRNN } from './improv-rnn.js';
import { MelodyRNN } from './melody-rnn.js';
import { PerformanceRNN } from './performance-rnn.js';
import { PolyphonyRNN } from './polyphony-rnn.js';
import { createServer } from './worker/server.js';

const worker = loopback({ 'event-rnn': async () => createServer });
const options = { backend: 'cpu' } as const;
let folder: string;
before(async () => writeEventCheckpoints((folder = await mkdtemp(path.join(tmpdir(), 'event-model-')))));
after(() => rm(folder, { recursive: true }));

/** Four quarters at 100 a minute, 2.4 s. */
const tune = (extra: object = {}): NoteSequence => ({
  notes: [60, 62, 64, 65].map((pitch, i) => ({
    pitch,
    velocity: 80,
    startTime: 0.6 * i,
    endTime: 0.6 * (i + 1),
    ...extra,
  })),
  tempos: [{ time: 0, qpm: 100 }],
  totalTime: 2.4,
});

/** Hears what is new, and puts it together. */
function telling() {
  const ended: Note[] = [];
  let sounding: readonly Note[] = [];
  let calls = 0;
  return {
    onNotes: (news: NewNotes) => {
      calls++;
      ended.push(...news.notes);
      sounding = news.sounding;
    },
    all: () => [...ended, ...sounding],
    count: () => calls,
  };
}

const load = (name: string) => MelodyRNN.load(`${folder}/${name}/`, options, worker.spawn);

describe('a continuation', () => {
  const models = [
    ['MelodyRNN', () => load('melody'), tune()],
    ['ImprovRNN', () => ImprovRNN.load(`${folder}/improv/`, options, worker.spawn), tune()],
    [
      'DrumsRNN',
      () => DrumsRNN.load(`${folder}/drums/`, options, worker.spawn),
      tune({ isDrum: true, pitch: 36 }),
    ],
    ['PolyphonyRNN', () => PolyphonyRNN.load(`${folder}/polyphony/`, options, worker.spawn), tune()],
    ['PerformanceRNN', () => PerformanceRNN.load(`${folder}/performance/`, options, worker.spawn), tune()],
  ] as const;
  for (const [name, loadModel, primer] of models) {
    test(`of ${name} begins where the sequence ends, and is the same in parts as in one`, async () => {
      const model = await loadModel();
      try {
        assert.equal(model.description.model, name);
        const whole = await model.continueSequence(primer, { seconds: 4.8, seed: 1 });
        assert.ok(whole.notes.every(({ startTime = 0 }) => startTime >= 2.4 - 1e-9));
        const piece = await model.begin(primer, { seed: 1 });
        assert.ok(Math.abs(piece.start - 2.4) < 0.02);
        await piece.write({ seconds: 1.2 });
        assert.deepEqual((await piece.write({ seconds: 4.8 })).notes, whole.notes);
        await piece.close();
        await assert.rejects(piece.write({ seconds: 6 }), { code: 'DISPOSED' });
      } finally {
        model.dispose();
      }
    });

    test(`of ${name} tells each note once, when it has ended`, async () => {
      const model = await loadModel();
      try {
        const told = telling();
        const { notes } = await model.continueSequence(primer, {
          ...{ seconds: 20, seed: 4, onNotes: told.onNotes },
        });
        assert.ok(told.count() > 1 && notes.length > 20);
        // No note twice: what is handed over grows as the piece does.
        assert.deepEqual(told.all(), notes);
      } finally {
        model.dispose();
      }
    });
  }
});

describe('a piece under way', () => {
  let model: MelodyRNN;
  before(async () => (model = await load('melody')));
  after(() => model.dispose());

  test('is written one part after the other, also where they are asked for at once', async () => {
    const piece = await model.begin(tune(), { seed: 2 });
    const [first, second] = await Promise.all([piece.write({ steps: 16 }), piece.write({ steps: 32 })]);
    const whole = await model.continueSequence(tune(), { steps: 32, seed: 2 });
    assert.deepEqual(second, whole);
    assert.ok(first.notes.length <= second.notes.length);
  });

  test('goes on as if nothing had been after a callback that threw, and after an abort', async () => {
    const whole = await model.continueSequence(tune(), { steps: 64, seed: 3 });
    const piece = await model.begin(tune(), { seed: 3 });
    const onNotes = () => {
      throw new Error('of the page');
    };
    await assert.rejects(piece.write({ steps: 32, onNotes }), { message: 'of the page' });
    const controller = new AbortController();
    const { signal } = controller;
    await assert.rejects(piece.write({ steps: 1e5, signal, onNotes: () => controller.abort() }), {
      code: 'ABORTED',
    });
    const told = telling();
    assert.deepEqual(await piece.write({ steps: 64, onNotes: told.onNotes }), whole);
    assert.deepEqual(told.all(), whole.notes, 'what was given up is told anew');
  });

  test('tells what it writes as it comes, each part of it the notes that are new', async () => {
    const told = telling();
    let count = 0;
    const onLogProbabilities = (values: readonly number[]) => void (count += values.length);
    const piece = await model.begin(tune());
    for (const steps of [8, 9, 48]) await piece.write({ steps, onNotes: told.onNotes, onLogProbabilities });
    assert.equal(count, 48);
    assert.deepEqual(told.all(), (await piece.write({ steps: 48 })).notes);
  });

  test('tells of the melody, too, that PolyphonyRNN plays along with', async () => {
    const polyphony = await PolyphonyRNN.load(`${folder}/polyphony/`, options, worker.spawn);
    const told = telling();
    const { onNotes } = told;
    const written = await polyphony.continueSequence(tune(), { seconds: 4.8, injectPrimer: true, onNotes });
    assert.deepEqual(told.all(), written.notes);
    polyphony.dispose();
  });

  test('of a length that is none is refused', async () => {
    for (const [wrong, message] of [
      [{}, /give one of them/],
      [{ steps: 1, seconds: 1 }, /give one of them/],
      [{ steps: -1 }, /steps is -1/],
      [{ seconds: NaN }, /seconds is NaN/],
      [{ steps: 4, temperature: -1 }, /temperature is -1/],
      [{ steps: 4, seed: NaN }, /seed/],
      [{ steps: 4, onNotes: 7 as never }, /onNotes is 7/],
    ] as const)
      await assert.rejects(model.continueSequence(tune(), wrong), { code: 'OPTION_INVALID', message });
  });
});

test('scores: nats of each event, their sum, and nothing for the first', async () => {
  const model = await load('melody');
  const { total, perEvent } = await model.logProbability(tune());
  assert.equal(perEvent.length, 16);
  assert.equal(perEvent[0], 0);
  assert.ok(perEvent.slice(1).every((value) => value < 0));
  assert.ok(Math.abs(total - perEvent.reduce((a, b) => a + b)) < 1e-9);
  model.dispose();
});

test('a model that is disposed ends its worker; work under way and later is DISPOSED', async () => {
  const before = worker.alive;
  const model = await load('melody');
  const endless = model.continueSequence(tune(), { steps: 1e5, onNotes: () => model.dispose() });
  await assert.rejects(endless, { code: 'DISPOSED' });
  await assert.rejects(model.continueSequence(tune(), { steps: 4 }), { code: 'DISPOSED' });
  assert.equal(worker.alive, before);
});

test('what cannot be loaded leaves no worker behind', async () => {
  const before = worker.alive;
  await assert.rejects(load('drums'), { code: 'CHECKPOINT_SHAPE' });
  await assert.rejects(load('nowhere'), { code: 'CHECKPOINT_MISSING' });
  const onGPU = MelodyRNN.load(`${folder}/melody/`, { backend: 'webgpu' }, worker.spawn);
  await assert.rejects(onGPU, { code: 'BACKEND_UNAVAILABLE', message: /there are auto, wasm, cpu/ });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(worker.alive, before);
});
