import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import { rewrite } from './rewrite.js';
import { agreement } from './taps.js';
import type { Reader } from './windows.js';

/** Hears nothing but which window it is, and writes one hit a window, a twentieth of a second late. */
const late: Parameters<typeof rewrite>[0] = {
  encode: async (sequences) => sequences.map((_, i) => Float32Array.of(i)),
  decode: async (latents, { qpm } = {}) =>
    latents.map(([code]) => ({
      tempos: [{ time: 0, qpm: qpm ?? 0 }],
      notes: [
        { pitch: 36 + code, velocity: 80, startTime: 0.05, endTime: 0.1, isDrum: true },
        { pitch: 50, velocity: 80, startTime: 3.99, endTime: 4.2, isDrum: true },
      ],
      totalTime: 4.2,
    })),
};

const piece = (seconds: number, qpm = 120): NoteSequence => ({
  tempos: [{ time: 0, qpm }],
  notes: [{ pitch: 36, velocity: 80, startTime: 0, endTime: 0.1, isDrum: true }],
  totalTime: seconds,
});
const TWO_BARS: Reader = { kind: 'groove', steps: 32, stepsPerQuarter: 4 };
const options = { temperature: 0, seed: '1', signal: new AbortController().signal };

describe('a piece written again in windows', () => {
  test('has each window in its place', async () => {
    const { notes, totalTime } = await rewrite(late, piece(12), TWO_BARS, options);
    assert.deepEqual(
      notes.filter(({ pitch }) => pitch < 50).map(({ pitch, startTime }) => [pitch, startTime]),
      [
        [36, 0.05],
        [37, 4.05],
        [38, 8.05],
      ],
    );
    assert.equal(totalTime, 12);
  });

  test('no note reaches behind its window', async () => {
    const { notes } = await rewrite(late, piece(4), TWO_BARS, options);
    assert.ok(notes.every(({ endTime = 0 }) => endTime <= 4));
  });

  test('windows follow the tempo of the piece', async () => {
    const { totalTime } = await rewrite(late, piece(12, 80), TWO_BARS, options);
    assert.equal(totalTime, 12, 'two windows of six seconds');
  });

  test('nothing stays nothing', async () => {
    const nothing = { notes: [], totalTime: 0 };
    assert.equal(await rewrite(late, nothing, TWO_BARS, options), nothing);
  });

  test('a hit a little before a bar line is the first of the next window', async () => {
    const heard: number[][] = [];
    const model = {
      ...late,
      encode: async (windows: readonly NoteSequence[]) => {
        heard.push(...windows.map(({ notes }) => notes.map(({ startTime = 0 }) => startTime)));
        return windows.map((_, i) => Float32Array.of(i));
      },
    };
    const early = { pitch: 36, velocity: 80, startTime: 3.97, endTime: 4.05, isDrum: true };
    await rewrite(model, { ...piece(8), notes: [...piece(8).notes, early] }, TWO_BARS, options);
    assert.deepEqual(heard, [[0], [0]]);
  });

  test('what the model does not read is not read; nothing but that is an error', async () => {
    const tune = { notes: [{ pitch: 60, velocity: 80, startTime: 0, endTime: 1 }] };
    await assert.rejects(rewrite(late, tune, TWO_BARS, options), {
      code: 'NOTES_MISSING',
      message: /no drum/,
    });
    const both = { ...piece(4), notes: [...piece(4).notes, ...tune.notes] };
    assert.equal((await rewrite(late, both, TWO_BARS, options)).totalTime, 4);
  });

  test('chords are read and written with', async () => {
    const given: unknown[] = [];
    const model: typeof late = {
      encode: (windows, controls) => (given.push(controls?.chords), late.encode(windows)),
      decode: (latents, controls) => (given.push(controls?.chords), late.decode(latents, controls)),
    };
    await rewrite(model, piece(4), TWO_BARS, { ...options, chords: ['Am'] });
    assert.deepEqual(given, [['Am'], ['Am']]);
  });
});

describe('drums to taps', () => {
  const strokes = (...times: number[]): NoteSequence => ({
    notes: times.map((startTime) => ({
      pitch: 38,
      velocity: 80,
      startTime,
      endTime: startTime + 0.1,
      isDrum: true,
    })),
    totalTime: 4,
  });
  const taps = strokes(0, 0.75, 1.5);

  test('agree where they are struck at the sixteenths that were tapped, and nowhere else', () => {
    assert.equal(agreement(taps, strokes(0.02, 0.75, 0.75, 1.49)), 1);
    assert.equal(agreement(taps, strokes()), 0);
    assert.equal(agreement(taps, strokes(0, 2, 3)), 1 / 3);
  });

  /** Writes what was tapped where the point is small, or in the draw that is told; else nothing. */
  const silent = (answers: (code: number, temperature: number, row: number) => boolean): typeof late => ({
    encode: async (windows) => windows.map(() => Float32Array.of(1)),
    decode: async (latents, { temperature = 0 } = {}) =>
      latents.map(([code], row) => (answers(code, temperature, row) ? taps : strokes())),
  });
  const reader: Reader = { ...TWO_BARS, hears: 'tap' };
  const starts = async (model: typeof late) =>
    (await rewrite(model, taps, reader, options)).notes.map(({ startTime }) => startTime);

  for (const [words, answers] of [
    ['are taken nearer to the middle of the space', (code: number) => code < 0.85],
    ['are drawn', (_: number, temperature: number, row: number) => temperature > 0 && row === 7],
  ] as const)
    test(`where the likeliest answer is silence, ${words}`, async () => {
      assert.deepEqual(await starts(silent(answers)), [0, 0.75, 1.5]);
    });

  test('are the likeliest where these agree, without a draw', async () => {
    const temperatures: number[] = [];
    const model = silent((_, temperature) => (temperatures.push(temperature), true));
    await starts(model);
    assert.deepEqual(new Set(temperatures), new Set([0]));
  });
});
