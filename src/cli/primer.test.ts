import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import { tune } from './command.testing.js';
import { melodyOf, readPrimer } from './primer.js';

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

describe('the melody of a MIDI file', () => {
  test('is the highest of what begins together, of the first instrument that is no drum', () => {
    const song = tune(1, 2);
    const lower = song.notes.map((note) => ({
      ...note,
      pitch: note.pitch - 12,
      startTime: (note.startTime ?? 0) + 0.01,
    }));
    const bass = song.notes.map((note) => ({ ...note, pitch: 90, instrument: 4 }));
    const drums = song.notes.map((note) => ({ ...note, isDrum: true, instrument: 0, pitch: 99 }));
    const moved = song.notes.map((note) => ({ ...note, instrument: 3 }));
    const all = {
      ...song,
      notes: [...drums, ...bass, ...moved, ...lower.map((note) => ({ ...note, instrument: 3 }))],
    };
    const { notes, ...rest } = melodyOf(all);
    assert.deepEqual(
      notes.map(({ pitch, startTime }) => [pitch, startTime]),
      song.notes.map(({ pitch, startTime }) => [pitch, startTime]),
    );
    assert.deepEqual([...new Set(notes.map(({ instrument }) => instrument))], [0]);
    assert.deepEqual(rest.tempos, song.tempos);
  });

  test('of nothing is nothing', () => {
    assert.deepEqual(melodyOf({ notes: [] }).notes, []);
  });
});
