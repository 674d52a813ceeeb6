/** What a program in JavaScript may hand over by mistake: one coded error each, which names the field; and callbacks that fail. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type * as Package from '../src/index.js';
import { writeEventCheckpoints } from './synthetic-event-checkpoints.js';

// The built package: models run in a worker, whose script is built.
const dist = new URL('../dist/index.js', import.meta.url).href;
const {
  DrumsRNN,
  GANSynth,
  ImprovRNN,
  MelodyRNN,
  MusicTransformer,
  MusicVAE,
  PerformanceRNN,
  PolyphonyRNN,
  fetchCheckpoint,
} = (await import(dist)) as typeof Package;

let folder: string;
before(async () => writeEventCheckpoints((folder = await mkdtemp(path.join(tmpdir(), 'check-arguments-')))));
after(() => rm(folder, { recursive: true }));

const tune = {
  notes: [{ pitch: 60, velocity: 80, startTime: 0, endTime: 2 }],
  tempos: [{ time: 0, qpm: 120 }],
  totalTime: 2,
};

/** What TypeScript would not let pass. */
const wrong = (value: unknown) => value as never;

type Case = readonly [what: string, work: () => Promise<unknown>, code: string, message: RegExp];
const refuses = (cases: readonly Case[]) => {
  for (const [what, work, code, message] of cases) {
    test(what, () => assert.rejects(work(), { name: 'TimbrelError', code, message }));
  }
};

describe('a model of sequences refuses', () => {
  let melody: Package.MelodyRNN;
  let improv: Package.ImprovRNN;
  before(async () => {
    melody = await MelodyRNN.load(`${folder}/melody/`);
    improv = await ImprovRNN.load(`${folder}/improv/`);
  });
  after(() => (melody.dispose(), improv.dispose()));
  const go = (sequence: unknown, options: unknown = { steps: 4 }) =>
    melody.continueSequence(wrong(sequence), wrong(options));
  const goBy = (options: object) => go(tune, { steps: 4, ...options });
  const note = tune.notes[0];

  refuses([
    ['no sequence', () => go(undefined), 'NOTE_SEQUENCE_INVALID', /NoteSequence is undefined/],
    ['null', () => go(null), 'NOTE_SEQUENCE_INVALID', /NoteSequence is null/],
    ['a number', () => go(5), 'NOTE_SEQUENCE_INVALID', /NoteSequence is 5/],
    ['no notes', () => go({}), 'NOTE_SEQUENCE_INVALID', /notes is undefined; expected a list/],
    ['notes that are none', () => go({ notes: 'x' }), 'NOTE_SEQUENCE_INVALID', /notes is "x"; expected/],
    ['a note that is none', () => go({ notes: [null] }), 'NOTE_SEQUENCE_INVALID', /notes\[0\] is null/],
    [
      'no pitch',
      () => go({ notes: [{ endTime: 1 }] }),
      'NOTE_SEQUENCE_INVALID',
      /notes\[0\]\.pitch is missing/,
    ],
    ['tempos that are none', () => go({ ...tune, tempos: 'x' }), 'NOTE_SEQUENCE_INVALID', /tempos is "x"/],
    ['no sequence to judge', () => melody.logProbability(wrong(null)), 'NOTE_SEQUENCE_INVALID', /is null/],
    ['no sequence to begin with', () => melody.begin(wrong({})), 'NOTE_SEQUENCE_INVALID', /notes is/],
    ['no options', () => melody.continueSequence(tune, wrong(undefined)), 'OPTION_INVALID', /steps.*seconds/],
    ['options of null', () => go(tune, null), 'OPTION_INVALID', /options is null/],
    ['options that are none', () => go(tune, 16), 'OPTION_INVALID', /options is 16/],
    ['nothing to generate', () => melody.generate(wrong(undefined)), 'OPTION_INVALID', /steps.*seconds/],
    [
      'a tempo that is none',
      () => melody.generate({ steps: 4, qpm: NaN }),
      'OPTION_INVALID',
      /qpm is NaN; expected a number above 0/,
    ],
    ['a seed of NaN', () => goBy({ seed: NaN }), 'OPTION_INVALID', /seed is NaN/],
    ['a seed of an object', () => goBy({ seed: {} }), 'OPTION_INVALID', /seed is \{\}/],
    ['a seed of a function', () => goBy({ seed: () => 1 }), 'OPTION_INVALID', /seed is/],
    ['a temperature in a text', () => goBy({ temperature: '1' }), 'OPTION_INVALID', /temperature is "1"/],
    ['a share in a text', () => goBy({ topP: '0.5' }), 'OPTION_INVALID', /topP is "0.5"/],
    ['what cannot be sent', () => goBy({ topK: () => 1 }), 'OPTION_INVALID', /could not be cloned/],
    ['steps in a text', () => goBy({ steps: '16' }), 'OPTION_INVALID', /steps is "16"/],
    ['steps without end', () => goBy({ steps: 1e9 }), 'OPTION_INVALID', /steps is 1000000000; .* to 4000000/],
    ['a signal that is none', () => goBy({ signal: 5 }), 'OPTION_INVALID', /signal is 5/],
    [
      'seconds without end',
      () => go(tune, { seconds: 1e9 }),
      'OPTION_INVALID',
      /seconds is 1000000000; .* 500000 /,
    ],
    [
      'no steps at a temperature that is none',
      () => goBy({ steps: 0, temperature: -1 }),
      'OPTION_INVALID',
      /temperature is -1/,
    ],
    [
      'a callback that is none',
      () => goBy({ onNotes: 'x' }),
      'OPTION_INVALID',
      /onNotes is "x"; expected a function/,
    ],
    [
      'another callback that is none',
      () => goBy({ onLogProbabilities: 5 }),
      'OPTION_INVALID',
      /onLogProbabilities is 5/,
    ],
    [
      'chords in a text',
      () => improv.continueSequence(tune, { steps: 4, chords: wrong('C') }),
      'OPTION_INVALID',
      /chords is "C"; expected a list/,
    ],
    [
      'chords that are none',
      () => improv.continueSequence(tune, { steps: 0, chords: wrong([5]) }),
      'OPTION_INVALID',
      /chords is \[5\]/,
    ],
    [
      'chords over no end of steps',
      () => improv.continueSequence(tune, { steps: 4_000_000, chords: ['C'] }),
      'OPTION_INVALID',
      /4000016 steps/,
    ],
    [
      'a tempo at which the notes are no end of steps',
      () => go({ ...tune, tempos: [{ qpm: 1e9 }] }),
      'NOTE_SEQUENCE_INVALID',
      /notes\[0\]\.endTime is 2 s.*tempos\[0\]\.qpm/,
    ],
    [
      'nothing to write',
      async () => (await melody.begin(tune)).write(wrong(undefined)),
      'OPTION_INVALID',
      /steps.*seconds/,
    ],
  ]);

  test('nothing where nothing is wrong: zero steps are none', async () => {
    assert.deepEqual((await melody.continueSequence(tune, { steps: 0 })).notes, []);
  });

  test('zero steps too once it is disposed', async () => {
    const model = await MelodyRNN.load(`${folder}/melody/`);
    model.dispose();
    await assert.rejects(model.continueSequence(tune, { steps: 0 }), { code: 'DISPOSED' });
  });

  test('notes that lie too far apart, whichever model it is', async () => {
    const far = { notes: [note, { ...note, startTime: 1e8, endTime: 1e8 + 1 }] };
    const models = [
      [MelodyRNN, 'melody', far],
      [ImprovRNN, 'improv', far],
      [PolyphonyRNN, 'polyphony', far],
      [PerformanceRNN, 'performance', far],
      [DrumsRNN, 'drums', { notes: far.notes.map((one) => ({ ...one, isDrum: true })) }],
    ] as const;
    for (const [Model, name, sequence] of models) {
      const model = await Model.load(`${folder}/${name}/`);
      await assert.rejects(model.continueSequence(sequence, { steps: 4 }), {
        code: 'NOTE_SEQUENCE_INVALID',
        message: /notes\[1\]\.startTime is 100000000 s/,
      });
      model.dispose();
    }
  });
});

describe('loading refuses', () => {
  const classes = { DrumsRNN, GANSynth, ImprovRNN, MelodyRNN, PerformanceRNN, PolyphonyRNN };
  for (const [name, { load }] of Object.entries(classes)) {
    test(`sources, options, signals and callbacks that are none, for ${name}`, async () => {
      const loads = { load };
      const cases: [unknown[], RegExp][] = [
        [[5], /source is 5/],
        [[{}], /source is \[object Object\]/],
        [[['weights.bin']], /source is weights\.bin/],
        [[undefined, null], /options is null/],
        [[undefined, { signal: 5 }], /signal is 5/],
        [[undefined, { onProgress: 'x' }], /onProgress is "x"; expected a function/],
      ];
      for (const [given, message] of cases) {
        await assert.rejects(loads.load(...(given as [])), { code: 'OPTION_INVALID', message });
      }
    });
  }

  refuses([['an id that is none', () => fetchCheckpoint(wrong(5)), 'OPTION_INVALID', /source is 5/]]);
});

describe('a precision that a model does not have is refused by', () => {
  refuses([
    [
      'event RNNs',
      () => MelodyRNN.load(undefined, { precision: wrong('float16') }),
      'OPTION_INVALID',
      /precision is "float16"; expected one of float32, int16/,
    ],
    [
      'MusicVAE',
      () => MusicVAE.load(undefined, { precision: wrong('int8') }),
      'OPTION_INVALID',
      /precision is "int8"/,
    ],
    [
      'MusicTransformer',
      () => MusicTransformer.load(undefined, { precision: wrong(8) }),
      'OPTION_INVALID',
      /precision is 8/,
    ],
  ]);
});

describe('GANSynth refuses', () => {
  let model: Package.GANSynth;
  before(async () => (model = await GANSynth.load()));
  after(() => model.dispose());
  refuses([
    ['no note', () => model.generate(wrong(undefined)), 'PITCH_RANGE', /pitch is undefined/],
    ['no options', () => model.generate(wrong(null)), 'OPTION_INVALID', /options is null/],
    ['a latent that is none', () => model.generate({ pitch: 60, z: wrong(5) }), 'LATENT_INVALID', /z is 5/],
    ['a seed of NaN', () => model.generate({ pitch: 60, seed: NaN }), 'OPTION_INVALID', /seed is NaN/],
    [
      'a timbre that it does not know',
      () => model.generate({ pitch: 60, timbre: 'kazoo' }),
      'TIMBRE_UNKNOWN',
      /timbre is "kazoo"; this checkpoint names piano, /,
    ],
    [
      'two timbres at once',
      () => model.generate({ pitch: 60, timbre: 'flute', z: model.sampleLatent(1) }),
      'OPTION_INVALID',
      /timbre and z say the same/,
    ],
    [
      'an option that there is not',
      () => model.generate(wrong({ pitch: 60, latent: model.sampleLatent(1) })),
      'OPTION_INVALID',
      /There is no option "latent"; there are pitch, timbre, z, seed, signal/,
    ],
  ]);

  test('nothing that is a name of a timbre, in capitals or not', async () => {
    const named = await model.generate({ pitch: 60, timbre: 'Flute' });
    const flute = model.timbres.find(({ name }) => name === 'flute');
    assert.deepEqual(named, await model.generate({ pitch: 60, z: flute?.latent }));
  });

  test('places between timbres that are none', () => {
    const z = model.sampleLatent(1);
    assert.throws(() => model.interpolate(z, z, NaN), { code: 'OPTION_INVALID', message: /t is NaN/ });
    assert.throws(() => model.interpolate(wrong(undefined), z, 0.5), {
      code: 'LATENT_INVALID',
      message: /a is/,
    });
    assert.throws(() => model.interpolate(z, z.slice(1), 0.5), {
      code: 'LATENT_INVALID',
      message: /b has 255/,
    });
    assert.throws(() => model.sampleLatent(wrong({})), { code: 'OPTION_INVALID', message: /seed is/ });
  });
});

describe('a callback that throws', () => {
  const error = new Error('of the page');
  const fail = () => {
    throw error;
  };
  const isIt = (reason: unknown) => reason === error;

  test('while a model loads is what loading rejects with', async () => {
    await assert.rejects(MelodyRNN.load(`${folder}/melody/`, { onProgress: fail }), isIt);
    await assert.rejects(GANSynth.load(undefined, { onProgress: fail }), isIt);
  });

  test('while it writes is what writing rejects with; the work is given up, and the model goes on', async () => {
    const model = await MelodyRNN.load(`${folder}/melody/`);
    const endless = { steps: 1_000_000 };
    await assert.rejects(model.continueSequence(tune, { ...endless, onNotes: fail }), isIt);
    await assert.rejects(model.continueSequence(tune, { ...endless, onLogProbabilities: fail }), isIt);
    assert.ok(await model.continueSequence(tune, { steps: 16 }));
    model.dispose();
  });
});

describe('a program in Node', () => {
  /** What it prints, and whether it ended as it should. */
  const run = async (program: string) => {
    const file = path.join(folder, 'program.mjs');
    await writeFile(file, `import { GANSynth, MelodyRNN } from ${JSON.stringify(dist)};\n${program}`);
    return promisify(execFile)(process.execPath, [file]);
  };

  test('goes on after loading that was given up before it began', async () => {
    const { stdout } = await run(`
      for (const Model of [GANSynth, MelodyRNN]) {
        await Model.load(undefined, { signal: AbortSignal.abort() }).catch(({ code }) => console.log(code));
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
      process.on('exit', () => console.log('ended'));`);
    assert.equal(stdout, 'ABORTED\nABORTED\nended\n');
  });

  test('hears nothing from the plain backend about others', async () => {
    const { stdout, stderr } = await run(`
      const model = await GANSynth.load(undefined, { backend: 'cpu' });
      model.dispose();`);
    assert.deepEqual([stdout, stderr], ['', '']);
  });
});
