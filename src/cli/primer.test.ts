import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { Note, NoteSequence } from '../music/note-sequence.js';
import { writeMidiFile } from './command.testing.js';
import { partFor } from '../models/continuation/continued-part.js';
import { readPrimer } from './primer.js';

const starts = ({ notes }: Awaited<ReturnType<typeof readPrimer>>) =>
  notes.map(({ pitch, startTime = 0, endTime = 0 }) => [pitch, startTime, endTime]);

describe('a primer that is typed', () => {
  test('as a melody has a sixteenth for each event, silence at its end included', async () => {
    const primer = await readPrimer({ 'primer-melody': '[60, -2, 62, -1, -2, -2]' }, 4);
    assert.deepEqual(starts(primer), [
      [60, 0, 0.25],
      [62, 0.25, 0.375],
    ]);
    assert.equal(primer.totalTime, 0.75);
  });

  test('as drums has a list of pitches for each step, in either bracket', async () => {
    const primer = await readPrimer({ 'primer-drums': '[(36, 42), (), (42,), [38]]', qpm: 60 }, 4);
    assert.deepEqual(
      starts(primer).map(([pitch, start]) => [pitch, start]),
      [
        [36, 0],
        [42, 0],
        [42, 0.5],
        [38, 0.75],
      ],
    );
  });

  test('as pitches is a chord of a quarter', async () => {
    const primer = await readPrimer({ 'primer-pitches': '[60, 64, 67]', qpm: 90 }, 4);
    assert.deepEqual(
      starts(primer),
      [60, 64, 67].map((pitch) => [pitch, 0, 60 / 90]),
    );
  });

  test('is nothing where nothing is given', async () => {
    assert.deepEqual(await readPrimer({}, 4), { notes: [], tempos: [{ time: 0, qpm: 120 }], totalTime: 0 });
  });

  for (const [values, message] of [
    [{ 'primer-melody': '[60, 128]' }, /--primer-melody has 128; expected whole numbers from -2 to 127/],
    [{ 'primer-melody': '{}' }, /expected a list/],
    [{ 'primer-drums': '[36, 42]' }, /--primer-drums has 36; expected a list of pitches for each step/],
    [{ 'primer-pitches': '["C"]' }, /--primer-pitches has "C"/],
    [{ qpm: 0 }, /--qpm is 0/],
  ] as const) {
    test(`is refused as ${JSON.stringify(values)}`, async () => {
      await assert.rejects(
        readPrimer(values, 4),
        (error) => error instanceof TimbrelError && error.code === 'USAGE' && message.test(error.message),
      );
    });
  }
});

/** A bass on track 0, a flute on track 1, chords on track 2, drums. */
async function band(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'primer-'));
  const line = (pitches: readonly number[], length: number, more: Partial<Note>) =>
    pitches.map((pitch, i) => ({
      pitch,
      velocity: 80,
      startTime: i * length,
      endTime: (i + 1) * length,
      ...more,
    }));
  const notes = [
    ...line([36, 43, 41, 43], 1, { instrument: 0, program: 33 }),
    ...line([72, 74, 76, 77, 79, 77, 76, 74], 0.5, { instrument: 1, program: 73 }),
    ...[60, 64, 67].flatMap((pitch) => line([pitch, pitch], 2, { instrument: 2, program: 0 })),
    ...line([36, 38, 36, 38], 1, { instrument: 3, isDrum: true }),
  ];
  const instrumentInfos = ['Bass', 'Flute', 'Piano'].map((name, instrument) => ({ instrument, name }));
  return writeMidiFile(path.join(folder, 'band.mid'), { notes, totalTime: 4, instrumentInfos });
}

describe('a MIDI file for several instruments', () => {
  const pitches = ({ notes }: NoteSequence) => notes.map(({ pitch }) => pitch);
  const FLUTE = [72, 74, 76, 77, 79, 77, 76, 74];

  test('gives each model what it continues', async () => {
    const file = await readPrimer({ 'primer-midi': await band() }, 4);
    assert.deepEqual(pitches(partFor('MelodyRNN', file)), FLUTE);
    assert.deepEqual(pitches(partFor('ImprovRNN', file)), FLUTE);
    assert.deepEqual(pitches(partFor('DrumsRNN', file)), [36, 38, 36, 38]);
    for (const model of ['PolyphonyRNN', 'PerformanceRNN'] as const) {
      const { notes } = partFor(model, file);
      assert.equal(notes.length, 18);
      assert.ok(
        notes.every(({ instrument, program, isDrum }) => !isDrum && instrument === 0 && program === 0),
      );
    }
  });

  test('and of the instrument that is named, that one only', async () => {
    const file = await band();
    const only = (instrument: number) =>
      readPrimer({ 'primer-midi': file, 'primer-instrument': instrument }, 4);
    assert.deepEqual(pitches(partFor('MelodyRNN', await only(0))), [36, 43, 41, 43]);
    assert.deepEqual(pitches(partFor('PolyphonyRNN', await only(1))), FLUTE);
    assert.deepEqual(pitches(partFor('MelodyRNN', await only(2))), [67, 67]);
    await assert.rejects(only(7), { code: 'USAGE', message: /is 7; the file has 0 \(Bass\), 1 \(Flute\)/ });
    await assert.rejects(readPrimer({ 'primer-instrument': 1 }, 4), { message: /--primer-midi is missing/ });
  });

  test('that holds no note at all is refused, as it is by the elements', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'primer-'));
    const file = await writeMidiFile(path.join(folder, 'empty.mid'), { notes: [], totalTime: 4 });
    await assert.rejects(readPrimer({ 'primer-midi': file }, 4), {
      code: 'PRIMER_EMPTY',
      message: /no notes in .*empty\.mid/,
    });
  });

  test('that holds nothing for a model is refused', async () => {
    const drums = await readPrimer({ 'primer-midi': await band(), 'primer-instrument': 3 }, 4);
    assert.throws(() => partFor('MelodyRNN', drums), { code: 'PRIMER_EMPTY', message: /only drums/ });
    const bass = await readPrimer({ 'primer-midi': await band(), 'primer-instrument': 0 }, 4);
    assert.throws(() => partFor('DrumsRNN', bass), { code: 'PRIMER_EMPTY', message: /no drums/ });
    assert.deepEqual(partFor('MelodyRNN', { notes: [] }).notes, []);
  });
});
