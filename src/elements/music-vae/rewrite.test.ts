import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { LatentModel } from './morph.js';
import { rewrite } from './rewrite.js';

/** Hears nothing but which window it is, and writes one hit a window, a twentieth of a second late. */
const late: LatentModel = {
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
  sampleLatent: () => Float32Array.of(0),
};

const piece = (seconds: number, qpm = 120): NoteSequence => ({
  tempos: [{ time: 0, qpm }],
  notes: [{ pitch: 36, velocity: 80, startTime: 0, endTime: 0.1, isDrum: true }],
  totalTime: seconds,
});
const TWO_BARS = { steps: 32, stepsPerQuarter: 4 };
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
});
