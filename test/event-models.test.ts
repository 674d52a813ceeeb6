/** The event RNNs as a program in Node uses them: sequences in, sequences out, on small networks of random weights. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  encodeGzip,
  encodeMag,
  encodeTar,
  encodeV1,
  encodeV2,
} from '../src/checkpoints/formats/encode-checkpoint.testing.js';
import type * as Package from '../src/index.js';
import { syntheticCheckpoint } from '../src/models/event-rnn/synthetic.testing.js';
import { readMidi } from '../src/music/midi-reader.js';
import { writeMidi } from '../src/music/midi-writer.js';
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
  notes: { inputSize: 315, classes: 315 },
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

/** A file of several tracks: bass, then tune, then drums. */
function band(): NoteSequence {
  const bass = [36, 43].map((pitch, i) => ({
    pitch,
    velocity: 80,
    startTime: 2.4 * i,
    endTime: 2.4 * (i + 1),
    program: 33,
  }));
  const { notes, ...rest } = tune({ instrument: 1, program: 73 });
  const beats = tune({ instrument: 9, isDrum: true, pitch: 36 }).notes;
  return { ...rest, notes: [...bass, ...notes, ...beats] };
}

describe('a piece for several instruments', () => {
  for (const [name, load, heard] of [
    ['MelodyRNN', () => MelodyRNN.load(at('melody')), tune()],
    ['ImprovRNN', () => ImprovRNN.load(at('improv')), tune()],
    ['DrumsRNN', () => DrumsRNN.load(at('drums')), tune({ isDrum: true, pitch: 36 })],
    ['PolyphonyRNN', () => PolyphonyRNN.load(at('polyphony')), undefined],
    ['PerformanceRNN', () => PerformanceRNN.load(at('performance')), undefined],
  ] as const) {
    test(`is continued by ${name} as what it hears of it`, async () => {
      const model = await load();
      const { notes, ...rest } = band();
      const voices = notes
        .filter(({ isDrum }) => !isDrum)
        .map((note) => ({ ...note, instrument: 0, program: 0 }));
      const options = { steps: 16, seed: 3 };
      const written = await model.continueSequence(readMidi(writeMidi(band())), options);
      assert.deepEqual(written, await model.continueSequence(heard ?? { ...rest, notes: voices }, options));
      model.dispose();
    });
  }
});

describe('a piece from nothing', () => {
  /** Sixteenths at 120, and how many of the notes lie on one that `isOn` is true of. */
  const share = ({ notes }: NoteSequence, isOn: (sixteenth: number) => boolean) => {
    const steps = notes.map(({ startTime = 0 }) => startTime * 8);
    assert.ok(
      steps.every((step) => Math.abs(step - Math.round(step)) < 1e-6),
      'on the grid',
    );
    return steps.filter((step) => isOn(Math.round(step))).length / steps.length;
  };

  for (const [name, load, pitch, onBeat, onEighth] of [
    // Shares of held-out data: tunes 88 %, drums 52 % on the beat; of music written a sixteenth early, below 15 %.
    ['MelodyRNN', () => MelodyRNN.load(), 60, 0.7, 0.8],
    ['ImprovRNN', () => ImprovRNN.load(), 60, 0.5, 0.7],
    ['DrumsRNN', () => DrumsRNN.load(), 36, 0.35, 0.7],
  ] as const) {
    test(`of ${name} lies on the beat, begins as Magenta's does, and has accents`, async () => {
      const model = await load();
      const pieces = await Promise.all([0, 1, 2, 3].map((seed) => model.generate({ steps: 128, seed })));
      const all = { notes: pieces.flatMap(({ notes }) => notes) };
      assert.ok(share(all, (step) => step % 4 === 0) >= onBeat, `${share(all, (step) => step % 4 === 0)}`);
      assert.ok(share(all, (step) => step % 2 === 0) >= onEighth);
      for (const { notes, totalTime } of pieces) {
        assert.deepEqual([notes[0].pitch, notes[0].startTime], [pitch, 0]);
        assert.equal(totalTime, 16, 'the first note is counted');
        assert.ok(new Set(notes.map(({ velocity }) => velocity)).size >= 4, 'no machine gun');
      }
      assert.deepEqual((await model.generate({ steps: 0 })).notes, []);
      model.dispose();
    });
  }

  test('of silence has no first note: what was given is heard', async () => {
    const model = await MelodyRNN.load(at('melody'));
    const silence = { notes: [], tempos: [{ time: 0, qpm: 120 }], totalTime: 0.125 };
    const { notes } = await model.continueSequence(silence, { steps: 64, seed: 1 });
    assert.ok(notes.every(({ startTime = 0 }) => startTime >= 0.125));
    model.dispose();
  });

  test('temperatures are 0.8 where none is given, in parts as at once', async () => {
    const model = await MelodyRNN.load(at('melody'));
    const asked = await model.generate({ steps: 64, seed: 2, temperature: 0.8 });
    assert.deepEqual(await model.generate({ steps: 64, seed: 2 }), asked);
    const piece = await model.begin({ notes: [], tempos: [{ time: 0, qpm: 120 }] }, { seed: 2 });
    assert.equal(piece.start, 0);
    await piece.write({ steps: 1 });
    await piece.write({ steps: 20 });
    assert.deepEqual(await piece.write({ steps: 64 }), asked);
    await piece.close();
    model.dispose();
  });
});

describe('every model', () => {
  const models = [
    ['MelodyRNN', () => MelodyRNN.load(at('melody')), tune(), 0.15],
    ['ImprovRNN', () => ImprovRNN.load(at('improv')), tune(), 0.15],
    ['DrumsRNN', () => DrumsRNN.load(at('drums')), tune({ isDrum: true, pitch: 36 }), 0.15],
    ['PolyphonyRNN', () => PolyphonyRNN.load(at('polyphony')), tune(), 0.15],
    ['PerformanceRNN', () => PerformanceRNN.load(at('performance')), tune(), 0.01],
    // A note is up to ten seconds long, and comes up to ten seconds after the one before.
    ['PerformanceRNN in whole notes', () => PerformanceRNN.load(at('notes')), tune(), 0.01, 20],
  ] as const;

  for (const [name, load, sequence, step, excess = 1.1] of models) {
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
        assert.equal(written.tempos?.[0].qpm, name.startsWith('PerformanceRNN') ? undefined : 100);
        assert.ok(Math.abs((written.totalTime ?? 0) - 9.6) < excess, `${written.totalTime}`);
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
        const told: Package.Note[] = [];
        let sounding: readonly Package.Note[] = [];
        const onNotes = (news: Package.NewNotes) => {
          told.push(...news.notes);
          sounding = news.sounding;
        };
        const written = await model.continueSequence(sequence, { seconds: 4.8, seed: 1, onNotes });
        assert.deepEqual([...told, ...sounding], written.notes);
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

  test('from a place on: what stands before is heard, what stands behind sounds with what is written', async () => {
    const model = await PolyphonyRNN.load(at('polyphony'));
    try {
      const options = { seconds: 2.4, seed: 1, accompanyFrom: 2.4 };
      const { notes } = await model.continueSequence(tune(), options);
      assert.ok(notes.every(({ startTime = 0 }) => startTime >= 2.4 && startTime < 4.8));
      const begins = ({ pitch, startTime = 0 }: Package.Note) => `${pitch} at ${startTime.toFixed(2)}`;
      const written = new Set(notes.map(begins));
      const given = tune().notes.filter(({ startTime = 0 }) => startTime >= 2.4 - 1e-9);
      const found = given.filter((note) => written.has(begins(note)));
      assert.ok(
        given.length === 4 && found.length > 0.8 * given.length,
        `${found.length} of ${given.length}`,
      );
      assert.ok(written.size > given.length);
      // The same notes stand behind other ones.
      const transposed = tune().notes.map((note) => {
        const isBefore = (note.startTime ?? 0) < 2.4 - 1e-9;
        return isBefore ? { ...note, pitch: note.pitch + 6 } : note;
      });
      const other = await model.continueSequence({ ...tune(), notes: transposed }, options);
      assert.notDeepEqual(other.notes, notes);
      // From the beginning on it knows nothing, as one that is not conditioned on what it accompanies.
      const unheard = { seconds: 4.8, seed: 1, conditionOnPrimer: false, injectPrimer: true };
      const [along, behind] = await Promise.all([
        model.continueSequence(tune(), { seconds: 4.8, seed: 1, accompanyFrom: 0 }),
        model.continueSequence(tune(), unheard),
      ]);
      const pitches = (sequence: Package.NoteSequence) => sequence.notes.map(({ pitch }) => pitch);
      assert.deepEqual(pitches(along), pitches(behind));
      for (const accompanyFrom of [-1, 5, NaN])
        await assert.rejects(model.continueSequence(tune(), { ...options, accompanyFrom }), {
          code: 'OPTION_INVALID',
          message: /accompanyFrom/,
        });
    } finally {
      model.dispose();
    }
  });
});

test('a network is the same from a magenta.js folder, a .mag, a TensorFlow training, and an archive of one', async () => {
  const tensors = Object.fromEntries(
    [...syntheticCheckpoint({ ...NETWORKS.melody, sizes: [16, 16] })].map(([name, { shape, data }]) => {
      return [name, { shape, values: Array.from(data) }];
    }),
  );
  const training = encodeV2('model.ckpt-300', tensors);
  const files = {
    'basic.mag': encodeMag('basic_rnn', encodeV1(tensors)),
    'download.bin': encodeGzip(encodeTar(training)),
    ...training,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
  const written = [];
  for (const source of [
    at('melody'),
    ...['basic.mag', 'download.bin', 'model.ckpt-300'].map((name) => `${folder}/${name}`),
  ]) {
    const model = await MelodyRNN.load(source);
    written.push(await model.continueSequence(tune(), { seconds: 4.8, seed: 1 }));
    model.dispose();
  }
  for (const one of written) assert.deepEqual(one, written[0]);
});

describe('a performance in whole notes', () => {
  let model: Package.PerformanceRNN;
  before(async () => (model = await PerformanceRNN.load(at('notes'))));
  after(() => model.dispose());

  test('goes on at the end of the sequence or later, though notes count from the note before', async () => {
    assert.equal(model.description.configuration, 'performance_with_dynamics_and_note_encoding');
    for (const totalTime of [4.8, 60]) {
      for (const seed of [1, 2, 3, 4]) {
        const { notes } = await model.continueSequence({ ...tune(), totalTime }, { seconds: 30, seed });
        const starts = notes.map(({ startTime = 0 }) => startTime);
        assert.ok(Math.min(...starts) >= totalTime - 1e-9, `${starts[0]}`);
        assert.ok(Math.min(...starts) < totalTime + 10, 'the first comes within the longest shift');
        assert.ok(Math.max(...starts) >= totalTime + 30, 'they fill the time that was asked for');
      }
    }
  });

  test('is the same in parts as in one', async () => {
    const options = { seconds: 30, seed: 1 };
    const piece = await model.begin(tune(), options);
    for (const seconds of [0, 1, 8, 20]) await piece.write({ seconds });
    assert.deepEqual(await piece.write(options), await model.continueSequence(tune(), options));
    await piece.close();
  });
});

test('a sequence is heard in whatever steps it was quantised', async () => {
  const quarter = (i: number) => ({ pitch: tune().notes[i].pitch, velocity: 90 });
  const inSteps = (steps: number): NoteSequence => ({
    notes: tune().notes.map((_, i) => ({
      ...quarter(i),
      quantizedStartStep: steps * i,
      quantizedEndStep: steps * (i + 1),
    })),
    tempos: [{ time: 0, qpm: 100 }],
    totalQuantizedSteps: 8 * steps,
  });
  const forms: NoteSequence[] = [
    { ...inSteps(4), quantizationInfo: { stepsPerQuarter: 4 } },
    { ...inSteps(8), quantizationInfo: { stepsPerQuarter: 8 } },
    { ...inSteps(1), quantizationInfo: { stepsPerQuarter: 1 } },
    { ...inSteps(60), quantizationInfo: { stepsPerSecond: 100 } },
    { ...inSteps(4), totalQuantizedSteps: undefined, quantizationInfo: { stepsPerQuarter: 4 } },
  ];
  for (const load of [
    () => MelodyRNN.load(at('melody')),
    () => PolyphonyRNN.load(at('polyphony')),
    () => PerformanceRNN.load(at('performance')),
    () => PerformanceRNN.load(at('notes')),
  ]) {
    const model = await load();
    const write = async (sequence: NoteSequence) =>
      (await model.continueSequence(sequence, { seconds: 4.8, seed: 1 })).notes;
    const expected = await write(tune());
    for (const form of forms) assert.deepEqual(await write(form), expected);
    model.dispose();
  }
  const drums = await DrumsRNN.load(at('drums'));
  const struck = (sequence: NoteSequence): NoteSequence => ({
    ...sequence,
    notes: sequence.notes.map((note) => ({ ...note, isDrum: true, pitch: 36 })),
  });
  const write = async (sequence: NoteSequence) =>
    (await drums.continueSequence(struck(sequence), { seconds: 4.8, seed: 1 })).notes;
  for (const form of forms) assert.deepEqual(await write(form), await write(tune()));
  drums.dispose();
});

test('PerformanceRNN goes on behind twenty seconds of silence as it does behind half a second', async () => {
  const model = await PerformanceRNN.load(at('performance'));
  const primer = [60, 64, 67].map((pitch, i) => ({
    pitch,
    velocity: 80,
    startTime: i / 2,
    endTime: (i + 1) / 2,
  }));
  const behind = async (silence: number) => {
    const { notes } = await model.continueSequence(
      { notes: primer, totalTime: 1.5 + silence },
      { seconds: 3, seed: 1 },
    );
    return notes.map(({ pitch, startTime = 0 }) => [pitch, (startTime - silence).toFixed(6)]);
  };
  const notes = await behind(0.5);
  assert.ok(notes.length > 0);
  assert.deepEqual(await behind(20), notes);
  model.dispose();
});

test('a note that PerformanceRNN forgets to end is ended after five seconds', async () => {
  const model = await PerformanceRNN.load(at('performance'));
  const { notes } = await model.generate({ seconds: 20, seed: 3 });
  model.dispose();
  const lengths = notes.map(({ startTime = 0, endTime = 0 }) => endTime - startTime);
  assert.ok(Math.abs(Math.max(...lengths) - 5) < 1e-6, `${Math.max(...lengths)}`);
});

describe('a piece under way', () => {
  let model: Package.PerformanceRNN;
  before(async () => (model = await PerformanceRNN.load(at('performance'))));
  after(() => model.dispose());
  const whole = { seconds: 20, seed: 1 };

  test('goes on after an abort as if there had been none', async () => {
    const piece = await model.begin(tune(), whole);
    for (const seconds of [5, 20]) {
      const controller = new AbortController();
      const onNotes = () => controller.abort();
      const endless = piece.write({ seconds: 3000, signal: controller.signal, onNotes });
      await assert.rejects(endless, { code: 'ABORTED' });
      await piece.write({ seconds });
    }
    assert.deepEqual(await piece.write(whole), await model.continueSequence(tune(), whole));
    await piece.close();
  });

  test('goes on after a callback that threw, also where the worker had ended by then', async () => {
    const expected = await model.continueSequence(tune(), whole);
    const piece = await model.begin(tune(), whole);
    for (const seconds of [0.01, 5, 10]) {
      const error = new Error('of the page');
      const onNotes = () => {
        throw error;
      };
      await assert.rejects(piece.write({ seconds, onNotes }), (reason) => reason === error);
    }
    assert.deepEqual(await piece.write(whole), expected);
    await piece.close();
  });

  test('is written one part after the other, also where they are asked for at once', async () => {
    const piece = await model.begin(tune(), whole);
    const [first, second, third] = await Promise.all([5, 20, 20].map((seconds) => piece.write({ seconds })));
    assert.ok(first.notes.length < second.notes.length);
    assert.deepEqual(second, await model.continueSequence(tune(), whole));
    assert.deepEqual(third, second);
    await piece.close();
  });
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

  test('a change of tempo, a note that is none', async () => {
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

  test('chords by the name of their kind are used too', async () => {
    const model = await ImprovRNN.load(at('improv'));
    try {
      const write = async (annotationType: 0 | 1 | 'CHORD_SYMBOL') => {
        const textAnnotations = [{ time: 0, text: 'C', annotationType }];
        return (await model.continueSequence({ ...tune(), textAnnotations }, { steps: 32, seed: 1 })).notes;
      };
      assert.deepEqual(await write('CHORD_SYMBOL'), await write(1));
      assert.notDeepEqual(await write('CHORD_SYMBOL'), await write(0));
    } finally {
      model.dispose();
    }
  });

  test('are refused where the configuration is not conditioned on them, or they are none', async () => {
    const histogram = new Array<number>(12).fill(1);
    const cases = [
      ['performance', { noteDensity: 5 }, /noteDensity is given, and performance_with_dynamics is not/],
      ['performance', { pitchHistogram: [histogram] }, /pitchHistogram is given/],
      ['notes', { noteDensity: [5] }, /noteDensity is given/],
      ['density', { pitchHistogram: histogram }, /pitchHistogram is given/],
      ['density', { noteDensity: -1 }, /noteDensity is -1; expected/],
      ['density', { noteDensity: [1, NaN] }, /noteDensity is \[1,null\]; expected/],
      ['density', { noteDensity: '5' }, /noteDensity is "5"; expected/],
      ['performance', { pitchHistogram: [1, 2] }, /pitchHistogram is \[1,2\]; expected 12 weights/],
    ] as const;
    for (const [name, options, message] of cases) {
      const model = await PerformanceRNN.load(at(name));
      for (const steps of [0, 100]) {
        await assert.rejects(model.continueSequence(tune(), { steps, ...(options as object) }), {
          code: 'CONTROL_INVALID',
          message,
        });
      }
      model.dispose();
    }
  });

  test('density changes what PerformanceRNN writes, as a list or as a number', async () => {
    const model = await PerformanceRNN.load(at('density'));
    try {
      const write = (noteDensity: number | readonly number[]) =>
        model.continueSequence(tune(), { seconds: 3, seed: 1, noteDensity });
      assert.notDeepEqual((await write([1])).notes, (await write([40])).notes);
      assert.deepEqual(await write(40), await write([40]));
    } finally {
      model.dispose();
    }
  });
});
