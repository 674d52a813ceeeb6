/** The event RNNs as a program in Node uses them: sequences in, sequences out, on small networks of random weights. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type * as Package from '../src/index.js';
import { syntheticCheckpoint } from '../src/models/event-rnn/synthetic.testing.js';
import type { Note, NoteSequence } from '../src/music/note-sequence.js';

// The built package: models run in a worker, whose script is built.
const dist = new URL('../dist/index.js', import.meta.url).href;
const { DrumsRNN, ImprovRNN, MelodyRNN, PerformanceRNN, PolyphonyRNN } = (await import(
  dist
)) as typeof Package;

let folder: string;

/** Input sizes and classes of magenta/models/*_model.py. */
const NETWORKS = {
  melody: { inputSize: 38, classes: 38 },
  drums: { inputSize: 518, classes: 512 },
  improv: { inputSize: 87, classes: 38 },
  polyphony: { inputSize: 259, classes: 259 },
  performance: { inputSize: 388, classes: 388 },
  density: { inputSize: 396, classes: 388 },
};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'event-models-'));
  for (const [name, sizes] of Object.entries(NETWORKS)) {
    const tensors = [...syntheticCheckpoint({ ...sizes, sizes: [16, 16] })];
    const weights = tensors.map(([tensor, { shape }]) => ({ name: tensor, shape, dtype: 'float32' }));
    const bytes = tensors.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    await mkdir(path.join(folder, name));
    await writeFile(
      path.join(folder, name, 'weights_manifest.json'),
      JSON.stringify([{ paths: ['shard'], weights }]),
    );
    await writeFile(path.join(folder, name, 'shard'), Buffer.concat(bytes));
  }
});
after(() => rm(folder, { recursive: true }));

const at = (name: keyof typeof NETWORKS) => `${folder}/${name}/`;

/** Eight quarters at 100 a minute: a beat is 0.6 s. */
function tune(extra: Partial<Note> = {}): NoteSequence {
  const notes = [72, 74, 76, 77, 79, 77, 76, 74].map((pitch, i) => ({
    pitch,
    velocity: 90,
    startTime: 0.6 * i,
    endTime: 0.6 * (i + 1),
    ...extra,
  }));
  return { notes, tempos: [{ time: 0, qpm: 100 }], totalTime: 4.8 };
}

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};

describe('every model', () => {
  const models = [
    ['MelodyRNN', () => MelodyRNN.load(at('melody')), tune(), 0.15],
    ['ImprovRNN', () => ImprovRNN.load(at('improv')), tune(), 0.15],
    ['DrumsRNN', () => DrumsRNN.load(at('drums')), tune({ isDrum: true, pitch: 36 }), 0.15],
    ['PolyphonyRNN', () => PolyphonyRNN.load(at('polyphony')), tune(), 0.15],
    ['PerformanceRNN', () => PerformanceRNN.load(at('performance')), tune(), 0.01],
  ] as const;

  for (const [name, load, sequence, step] of models) {
    test(`${name} goes on where the sequence ends, for as long as it was told, and leaves it as it was`, async () => {
      const model = await load();
      try {
        const given = freeze(structuredClone(sequence));
        const written = await model.continueSequence(given, { seconds: 4.8, seed: 1 });
        assert.ok(written.notes.length > 0);
        for (const { startTime = 0, endTime = 0, pitch, velocity = 0 } of written.notes) {
          assert.ok(startTime >= 4.8 - 1e-9 && endTime > startTime, `${startTime} to ${endTime}`);
          assert.ok(
            Math.abs(startTime / step - Math.round(startTime / step)) < 1e-6,
            `${startTime} is on no step`,
          );
          assert.ok(pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127);
        }
        assert.equal(written.tempos?.[0].qpm, name === 'PerformanceRNN' ? undefined : 100);
        assert.ok(Math.abs((written.totalTime ?? 0) - 9.6) < 1.1, `${written.totalTime}`);
      } finally {
        model.dispose();
      }
    });

    test(`${name}: the same seed is the same music, another seed is other music`, async () => {
      const model = await load();
      try {
        const write = (seed: number) => model.continueSequence(sequence, { seconds: 4, seed });
        assert.deepEqual(await write(1), await write(1));
        assert.notDeepEqual((await write(1)).notes, (await write(2)).notes);
      } finally {
        model.dispose();
      }
    });

    test(`${name} tells what it writes as it comes, scores a sequence, and writes from nothing`, async () => {
      const model = await load();
      try {
        const counts: number[] = [];
        const onNotes = ({ notes }: { readonly notes: readonly unknown[] }) => void counts.push(notes.length);
        const written = await model.continueSequence(sequence, { seconds: 4.8, seed: 1, onNotes });
        assert.equal(counts.at(-1), written.notes.length);
        const { total, perEvent } = await model.logProbability(sequence);
        assert.ok(total < 0 && perEvent.length >= 8 && perEvent.every((value) => value <= 0));
        assert.ok(((await model.generate({ seconds: 8, qpm: 90 })).totalTime ?? 0) > 6);
        assert.deepEqual((await model.continueSequence(sequence, { steps: 0 })).notes, []);
      } finally {
        model.dispose();
      }
    });
  }
});

describe('without a source, a model is the one that the package ships', () => {
  const models = { DrumsRNN, ImprovRNN, MelodyRNN, PerformanceRNN, PolyphonyRNN };
  for (const [name, Model] of Object.entries(models)) {
    test(name, async () => {
      const model = await Model.load();
      try {
        assert.equal(model.description.model, name);
        assert.ok((await model.generate({ seconds: 8, seed: 1 })).notes.length > 4);
      } finally {
        model.dispose();
      }
    });
  }
});

describe('PolyphonyRNN plays along with a melody', () => {
  for (const conditionOnPrimer of [true, false]) {
    test(`that it has ${conditionOnPrimer ? '' : 'not '}heard: its notes are there again, with others`, async () => {
      const model = await PolyphonyRNN.load(at('polyphony'));
      try {
        const options = { seconds: 4.8, seed: 1, injectPrimer: true, conditionOnPrimer };
        const { notes } = await model.continueSequence(tune(), options);
        const begins = ({ pitch, startTime = 0 }: Package.Note, later = 0) =>
          `${pitch} at ${(startTime + later).toFixed(2)}`;
        const written = new Set(notes.map((note) => begins(note)));
        const repeated = tune().notes.map((note) => begins(note, 4.8));
        // A note that goes on in the voice of the model is not begun again.
        const found = repeated.filter((note) => written.has(note));
        assert.ok(found.length > 0.8 * repeated.length, `${found.length} of ${repeated.length} are there`);
        assert.ok(written.size > repeated.length);
      } finally {
        model.dispose();
      }
    });
  }
});

describe('what goes wrong is said', () => {
  let model: Package.MelodyRNN;
  before(async () => (model = await MelodyRNN.load(at('melody'))));
  after(() => model.dispose());

  const fails = (work: Promise<unknown>, code: string, text: RegExp) =>
    assert.rejects(work, (error: Package.TimbrelError) => error.code === code && text.test(error.message));

  test('no length, two lengths, a length that is none', async () => {
    await fails(model.continueSequence(tune(), {}), 'OPTION_INVALID', /steps.*seconds/);
    await fails(model.continueSequence(tune(), { steps: 4, seconds: 1 }), 'OPTION_INVALID', /steps.*seconds/);
    await fails(model.continueSequence(tune(), { steps: 1.5 }), 'OPTION_INVALID', /steps is 1\.5/);
    await fails(
      model.continueSequence(tune(), { steps: 4, temperature: -1 }),
      'OPTION_INVALID',
      /temperature/,
    );
  });

  test('a melody of two voices, a change of tempo, a note that is none', async () => {
    const double = { ...tune(), notes: [...tune().notes, ...tune({ pitch: 60 }).notes] };
    await fails(model.continueSequence(double, { steps: 4 }), 'MELODY_POLYPHONIC', /step 0/);
    const faster = {
      ...tune(),
      tempos: [
        { time: 0, qpm: 100 },
        { time: 2, qpm: 140 },
      ],
    };
    await fails(model.continueSequence(faster, { steps: 4 }), 'TEMPO_CHANGES', /140/);
    await fails(
      model.continueSequence(tune({ pitch: 200 }), { steps: 4 }),
      'NOTE_SEQUENCE_INVALID',
      /pitch is 200/,
    );
  });

  test('an abort', async () => {
    const controller = new AbortController();
    const given = model.continueSequence(tune(), { steps: 100_000, signal: controller.signal });
    controller.abort();
    await fails(given, 'ABORTED', /./);
  });

  test('chords that cannot be read', async () => {
    const improv = await ImprovRNN.load(at('improv'));
    try {
      await fails(
        improv.continueSequence(tune(), { steps: 4, chords: ['C', 'H7'] }),
        'CHORD_SYMBOL_UNKNOWN',
        /H7/,
      );
    } finally {
      improv.dispose();
    }
  });
});

describe('controls', () => {
  test('chords change what ImprovRNN writes, and those in the sequence are used', async () => {
    const model = await ImprovRNN.load(at('improv'));
    try {
      const write = (chords?: readonly string[], sequence = tune()) =>
        model.continueSequence(sequence, { steps: 32, seed: 1, chords });
      const [none, c, f] = [await write(), await write(['C']), await write(['F#m'])];
      assert.notDeepEqual(none.notes, c.notes);
      assert.notDeepEqual(c.notes, f.notes);
      const annotated = { ...tune(), textAnnotations: [{ time: 0, text: 'C', annotationType: 1 }] };
      assert.deepEqual((await write(undefined, annotated)).notes, c.notes);
    } finally {
      model.dispose();
    }
  });

  test('density changes what PerformanceRNN writes', async () => {
    const model = await PerformanceRNN.load(at('density'));
    try {
      const write = (noteDensity: readonly number[]) =>
        model.continueSequence(tune(), { seconds: 3, seed: 1, noteDensity });
      assert.notDeepEqual((await write([1])).notes, (await write([40])).notes);
    } finally {
      model.dispose();
    }
  });
});
