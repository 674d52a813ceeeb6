/** A MusicVAE in its worker: seeds, lockstep, scores, every converter, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeGzip, encodeTar, encodeV2 } from '../../../checkpoints/formats/encode-checkpoint.testing.js';
import { droppedFiles, type FileContents } from '../../../checkpoints/formats/formats.testing.js';
import type { Note, NoteSequence } from '../../../music/note-sequence.js';
import {
  MELODY_CONFIG,
  SMALL_MELODY,
  syntheticFolder as folder,
  syntheticVAE,
  type SyntheticVAE,
} from '../synthetic.testing.js';
import { MusicVAEModel, type MusicVAELoadOptions } from './music-vae-model.js';

const load = (files: FileContents, options: MusicVAELoadOptions = {}) =>
  MusicVAEModel.load(droppedFiles(files), { backend: 'cpu', ...options });
const melody = () => load(folder(SMALL_MELODY, MELODY_CONFIG));

const note = (pitch: number, start: number, end: number, more: Partial<Note> = {}): Note => ({
  pitch,
  quantizedStartStep: start,
  quantizedEndStep: end,
  velocity: 80,
  ...more,
});
const sequence = (...notes: Note[]): NoteSequence => ({ notes, quantizationInfo: { stepsPerQuarter: 4 } });
const TUNE = sequence(note(60, 0, 4), note(64, 4, 8), note(67, 8, 16), note(72, 20, 24));
const OTHER = sequence(note(72, 0, 2), note(71, 2, 4), note(69, 4, 12));
const drum = (pitch: number, start: number) => note(pitch, start, start + 1, { isDrum: true });
const BEAT = sequence(drum(36, 0), drum(42, 0), drum(42, 4), drum(38, 8), drum(42, 8), drum(36, 18));

const nearly = (a: Float32Array, b: Float32Array) =>
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-6, `${i}: ${value}, not ${b[i]}`));

describe('latents', () => {
  test('a piece is encoded the same whatever is encoded with it', async () => {
    const model = await melody();
    const [together] = await model.encode([TUNE, OTHER]);
    const [alone] = await model.encode([TUNE]);
    nearly(together, alone);
    const [, second] = await model.encode([TUNE, OTHER]);
    assert.notDeepEqual(second, alone);
  });

  test('seconds and steps of any kind are the same piece', async () => {
    const model = await melody();
    const seconds: NoteSequence = {
      tempos: [{ time: 0, qpm: 60 }],
      notes: TUNE.notes.map(({ pitch, quantizedStartStep = 0, quantizedEndStep = 0 }) => ({
        pitch,
        startTime: quantizedStartStep / 4,
        endTime: quantizedEndStep / 4,
      })),
    };
    const fine = {
      ...TUNE,
      quantizationInfo: { stepsPerQuarter: 24 },
      notes: TUNE.notes.map(({ quantizedStartStep = 0, quantizedEndStep = 0, ...rest }) => ({
        ...rest,
        quantizedStartStep: 6 * quantizedStartStep,
        quantizedEndStep: 6 * quantizedEndStep,
      })),
    };
    const [[a], [b], [c]] = [
      await model.encode([TUNE]),
      await model.encode([seconds]),
      await model.encode([fine]),
    ];
    assert.deepEqual(a, b);
    assert.deepEqual(a, c);
  });

  test('temperature 0 is the mean, 1 draws with the seed', async () => {
    const model = await melody();
    const draw = async (temperature: number, seed: number) =>
      (await model.encode([TUNE], { temperature, seed }))[0];
    assert.deepEqual(await draw(0, 1), await draw(0, 2));
    assert.deepEqual(await draw(1, 1), await draw(1, 1));
    assert.notDeepEqual(await draw(1, 1), await draw(1, 2));
  });
});

describe('what is written', () => {
  const points = [0, 1, 2].map((i) => Float32Array.of(i, -1, 0.5, 1 - i));

  test('the same seed gives the same music, in lockstep or alone, another seed another', async () => {
    const model = await melody();
    const write = (latents: Float32Array[], seed: number | string) =>
      model.decode(latents, { sampling: { temperature: 1 }, seed });
    const all = await write(points, 7);
    assert.deepEqual(await write(points, 7), all);
    assert.notDeepEqual(await write(points, 8), all);
    assert.deepEqual(await write([points[0]], 7), [all[0]]);
    assert.deepEqual(await write([points[2]], '7/2'), [all[2]]);
  });

  test('more pieces than go at a time are told one by one, in order', async () => {
    const model = await melody();
    const many = Array.from({ length: 20 }, (_, i) => Float32Array.of(i, 0, 0, 0));
    const told: number[] = [];
    const all = await model.decode(many, { onSequence: (_, index) => told.push(index) });
    assert.deepEqual(told, [...many.keys()]);
    assert.equal(all.length, 20);
  });

  test('the tempo is the one that was asked for', async () => {
    const [slow] = await (await melody()).decode(points.slice(0, 1), { qpm: 60 });
    assert.equal(slow.totalTime, 8);
    assert.deepEqual(slow.tempos, [{ time: 0, qpm: 60 }]);
  });

  test('an abort in the middle is ABORTED, and the model goes on', async () => {
    const model = await melody();
    const controller = new AbortController();
    const given = model.decode(points, { signal: controller.signal });
    controller.abort();
    await assert.rejects(given, { code: 'ABORTED' });
    await assert.rejects(model.encode([TUNE], { signal: AbortSignal.abort() }), { code: 'ABORTED' });
    assert.equal((await model.decode(points)).length, 3);
  });
});

describe('scores', () => {
  test('what the decoder writes at temperature 0 is the likeliest at every step', async () => {
    const model = await melody();
    const z = Float32Array.of(1, -1, 0.5, 0);
    const [written] = await model.decode([z]);
    const { hits, logProbabilities, divergence } = await model.score(written, { z });
    assert.ok(
      hits.every((hit) => hit === 1),
      hits.join(''),
    );
    assert.equal(divergence, undefined);
    assert.ok(logProbabilities.every((value) => value < 0));
  });

  test('given no point, the piece has its own, and a divergence from the prior above 0', async () => {
    const model = await melody();
    const { divergence = NaN, logProbabilities } = await model.score(TUNE);
    assert.ok(divergence > 0);
    const [z] = await model.encode([TUNE]);
    assert.deepEqual((await model.score(TUNE, { z })).logProbabilities, logProbabilities);
  });

  test('of all melodies of one step the probabilities add up to 1', async () => {
    const one = { ...MELODY_CONFIG, dataConverter: { type: 'MelodyConverter', args: { numSteps: 1 } } };
    const model = await load(folder(SMALL_MELODY, one));
    const z = Float32Array.of(0.5, 0, 0, 0);
    const events = [sequence(), ...Array.from({ length: 88 }, (_, i) => sequence(note(21 + i, 0, 1)))];
    let total = 0;
    for (const event of events) total += Math.exp((await model.score(event, { z })).logProbabilities[0]);
    // A note-off without a note is the one event that no sequence has.
    assert.ok(total < 1 && total > 0.9, String(total));
  });
});

const GROOVE = { args: { numSteps: 32, humanize: true } };
const STRUCTURES: Readonly<Record<string, readonly [SyntheticVAE, unknown, NoteSequence]>> = {
  'two layers in both directions': [{ ...SMALL_MELODY, encoder: [8, 6] }, MELODY_CONFIG, TUNE],
  'melody rhythm': [
    { inputs: 1, outputs: [1] },
    { dataConverter: { type: 'MelodyRhythmConverter', args: { numSteps: 32 } }, useBooleanDecoder: true },
    TUNE,
  ],
  'melody shape': [
    { inputs: 3, outputs: [3] },
    { dataConverter: { type: 'MelodyShapeConverter', args: { numSteps: 32 } } },
    TUNE,
  ],
  drums: [
    { inputs: 10, outputs: [512] },
    { dataConverter: { type: 'DrumsConverter', args: { numSteps: 32 } } },
    BEAT,
  ],
  'drums of a NADE': [
    { inputs: 10, outputs: [9], nade: 5 },
    { dataConverter: { type: 'DrumRollConverter', args: { numSteps: 32 } } },
    BEAT,
  ],
  'drums in and out as one class': [
    { inputs: 512, outputs: [512] },
    { dataConverter: { type: 'DrumsOneHotConverter', args: { numSteps: 32 } } },
    BEAT,
  ],
  'a hierarchical melody': [
    { ...SMALL_MELODY, hierarchicalEncoder: true, hierarchicalDecoder: true },
    { dataConverter: { type: 'MelodyConverter', args: { numSteps: 32, numSegments: 4 } } },
    TUNE,
  ],
  'a trio, flat with one decoder': [
    { inputs: 692, outputs: [692] },
    { dataConverter: { type: 'TrioConverter', args: { numSteps: 32 } } },
    sequence(...TUNE.notes, ...BEAT.notes),
  ],
  'a trio of segments, flat encoder': [
    { inputs: 692, outputs: [90, 90, 512], hierarchicalDecoder: true, wrappedConductor: true },
    { dataConverter: { type: 'TrioConverter', args: { numSteps: 32, numSegments: 2 } } },
    sequence(...TUNE.notes, note(40, 0, 8, { program: 33 })),
  ],
  'trio rhythm': [
    { inputs: 3, outputs: [3] },
    { dataConverter: { type: 'TrioRhythmConverter', args: { numSteps: 32 } } },
    sequence(...TUNE.notes, ...BEAT.notes),
  ],
  'a bar of tracks': [
    { inputs: 490, outputs: [490], hierarchicalEncoder: true, hierarchicalDecoder: true },
    { dataConverter: { type: 'MultitrackConverter', args: { numSteps: 64, numSegments: 4 } } },
    sequence(note(60, 0, 4, { program: 3 }), note(40, 0, 8, { program: 33, instrument: 1 })),
  ],
  'a groove': [
    { inputs: 27, outputs: [27] },
    { dataConverter: { type: 'GrooveConverter', ...GROOVE } },
    BEAT,
  ],
  taps: [
    { inputs: 27, outputs: [27] },
    { dataConverter: { type: 'GrooveConverter', args: { numSteps: 32, tapify: true } } },
    TUNE,
  ],
  'a groove, drum by drum': [
    { inputs: 3, outputs: [3] },
    { dataConverter: { type: 'GrooveConverter', args: { numSteps: 32, splitInstruments: true } } },
    BEAT,
  ],
};

describe('every structure is read, encoded, written and judged', () => {
  for (const [name, [architecture, config, piece]] of Object.entries(STRUCTURES)) {
    test(name, async () => {
      const model = await load(folder(architecture, config));
      const [z] = await model.encode([piece]);
      assert.ok(z.every(Number.isFinite));
      const [likeliest] = await model.decode([z]);
      const [drawn] = await model.decode([z], { sampling: { temperature: 1.5 }, seed: 3 });
      assert.ok(Number(likeliest.totalTime) > 0);
      assert.notDeepEqual(drawn, likeliest);
      const { logProbabilities } = await model.score(piece);
      assert.ok(logProbabilities.every((value) => value <= 0 && Number.isFinite(value)));
    });
  }
});

describe('files', () => {
  for (const storage of ['float16', 'uint16', 'uint8'] as const) {
    test(`magenta.js in ${storage}`, async () => {
      const [exact] = await (await melody()).encode([TUNE]);
      const [rounded] = await (await load(folder(SMALL_MELODY, MELODY_CONFIG, storage))).encode([TUNE]);
      const error = Math.hypot(...exact.map((value, i) => value - rounded[i])) / Math.hypot(...exact);
      assert.ok(error > 0 && error < (storage === 'uint8' ? 0.1 : 0.002), `${error}`);
    });
  }

  const v2 = encodeV2('model.ckpt-100', syntheticVAE(SMALL_MELODY));
  test('TensorFlow, in a tar and a tgz, by the name of its configuration', async () => {
    const [expected] = await (await melody()).encode([TUNE]);
    const tar = encodeTar(v2);
    for (const files of [v2, { 'x.tar': tar }, { 'x.tgz': encodeGzip(tar) }]) {
      const model = await load(files, { configuration: 'cat-mel_2bar_small' });
      nearly((await model.encode([TUNE]))[0], expected);
      assert.equal(model.describe().configuration, '', 'sizes are of no configuration');
    }
  });

  test('TensorFlow without a name that the tensors tell is CONFIGURATION_UNKNOWN, and so is a wrong name', async () => {
    await assert.rejects(load(v2), { code: 'CONFIGURATION_UNKNOWN', message: /cat-mel_2bar_small/ });
    await assert.rejects(load(v2, { configuration: 'cat-mel' }), { code: 'CONFIGURATION_UNKNOWN' });
  });
});

describe('what is refused', () => {
  const refuse = async (work: Promise<unknown>, code: string, message = /./) =>
    assert.rejects(
      work,
      (error: Error & { code?: string }) => error.code === code && message.test(error.message),
    );

  test('a sequence that goes on behind the end, naming what takes it apart', async () => {
    const model = await melody();
    await refuse(model.encode([sequence(note(60, 0, 33))]), 'SEQUENCE_TOO_LONG', /splitIntoChunks/);
    await refuse(model.score(sequence(note(60, 40, 44))), 'SEQUENCE_TOO_LONG');
    assert.equal((await model.encode([sequence(note(60, 28, 32))])).length, 1);
  });

  test('two notes at once, drums for a melody, melodies for drums, pitches out of range', async () => {
    const model = await melody();
    await refuse(model.encode([sequence(note(60, 0, 4), note(64, 0, 4))]), 'MELODY_POLYPHONIC');
    await refuse(model.encode([BEAT]), 'NOTES_MISSING', /melodic notes/);
    await refuse(model.encode([sequence(note(120, 0, 4))]), 'PITCH_RANGE');
    const [architecture, config] = STRUCTURES.drums;
    await refuse((await load(folder(architecture, config))).encode([TUNE]), 'NOTES_MISSING', /drums/);
    assert.equal((await model.encode([sequence()])).length, 1, 'silence is read');
  });

  test('latents of another length, and numbers that are none', async () => {
    const model = await melody();
    await refuse(model.decode([new Float32Array(5)]), 'LATENT_INVALID', /this model takes 4/);
    await refuse(model.decode([Float32Array.of(0, NaN, 0, 0)]), 'LATENT_INVALID');
    await refuse(model.score(TUNE, { z: new Float32Array(3) }), 'LATENT_INVALID');
    await refuse(model.encode([TUNE], { temperature: -1 }), 'OPTION_INVALID');
    await refuse(model.decode([new Float32Array(4)], { sampling: { temperature: NaN } }), 'OPTION_INVALID');
  });

  test('chords that are missing, unknown, or of no use', async () => {
    const config = { ...MELODY_CONFIG, chordEncoder: 'TriadChordEncoder', conditionOnKey: true };
    const model = await load(folder({ inputs: 90 + 61, outputs: [90], controls: 61 }, config));
    assert.deepEqual(model.describe().controls, ['chords', 'key']);
    const key = 0;
    await refuse(model.encode([TUNE]), 'CONTROL_INVALID', /chords is missing/);
    await refuse(model.encode([TUNE], { controls: { chords: [], key } }), 'CONTROL_INVALID');
    await refuse(model.encode([TUNE], { controls: { chords: ['C'] } }), 'CONTROL_INVALID', /key is missing/);
    await refuse(model.encode([TUNE], { controls: { chords: ['H?'], key } }), 'CHORD_SYMBOL_UNKNOWN');
    await refuse(model.encode([TUNE], { controls: { chords: ['Csus4'], key } }), 'CHORD_UNENCODABLE');
    await refuse(
      (await melody()).encode([TUNE], { controls: { chords: ['C'] } }),
      'CONTROL_INVALID',
      /not conditioned/,
    );
    const [a] = await model.encode([TUNE], { controls: { chords: ['C', 'Am'], key } });
    const [b] = await model.encode([TUNE], { controls: { chords: ['C', 'F'], key } });
    assert.notDeepEqual(a, b);
  });

  test('a converter that nobody knows, a hierarchy without segments, a config.json of another model', async () => {
    const unknown = { dataConverter: { type: 'TablatureConverter', args: { numSteps: 32 } } };
    await refuse(load(folder(SMALL_MELODY, unknown)), 'CHECKPOINT_FORMAT', /TablatureConverter/);
    const hierarchical = { ...SMALL_MELODY, hierarchicalEncoder: true, hierarchicalDecoder: true };
    await refuse(load(folder(hierarchical, MELODY_CONFIG)), 'CHECKPOINT_FORMAT', /numSegments/);
    await refuse(load(folder(SMALL_MELODY, { type: 'MusicRNN' })), 'CHECKPOINT_OTHER_MODEL');
    await refuse(load(folder({ inputs: 10, outputs: [512] }, MELODY_CONFIG)), 'CHECKPOINT_SHAPE', /98 x 32/);
    const odd = { dataConverter: { type: 'MelodyConverter', args: { numSteps: 32, numSegments: 5 } } };
    await refuse(load(folder(hierarchical, odd)), 'CHECKPOINT_FORMAT', /divided/);
    await refuse(
      load(folder(SMALL_MELODY, { dataConverter: { type: 'MelodyConverter' } })),
      'CHECKPOINT_FORMAT',
      /numSteps/,
    );
  });
});
