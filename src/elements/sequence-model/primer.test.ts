import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import { partFor } from '../../models/continuation/continued-part.js';
import { barOf, phraseSequence } from './primer.js';

const played = (pitch: number, startTime: number, endTime: number) => ({
  pitch,
  velocity: 80,
  startTime,
  endTime,
});

describe('a phrase', () => {
  test('reaches to the next bar line: what answers it follows on the beat', () => {
    assert.equal(phraseSequence([played(60, 0, 0.4)], 120, false).totalTime, 2);
    assert.equal(phraseSequence([played(60, 0, 0.4), played(62, 2, 2.9)], 120, false).totalTime, 4);
  });

  test('that is let go of a little late still ends on its bar line', () => {
    const { totalTime, notes } = phraseSequence([played(60, 0, 2.1)], 120, false);
    assert.equal(totalTime, 2);
    assert.equal(notes[0].endTime, 2);
  });

  test('on drums is as long as its strokes, not as the pads were held', () => {
    const { totalTime, notes } = phraseSequence([played(36, 0, 0.1), played(38, 1.5, 2.6)], 120, true);
    assert.equal(totalTime, 2);
    assert.ok(notes.every(({ isDrum }) => isDrum));
  });
});

test('a bar has the length that tempo and meter say', () => {
  assert.equal(barOf({ notes: [] }), 2);
  const waltz = { notes: [], tempos: [{ qpm: 60 }], timeSignatures: [{ numerator: 3, denominator: 4 }] };
  assert.equal(barOf(waltz), 3);
});

describe('of a piece for several instruments', () => {
  const piece: NoteSequence = {
    tempos: [{ time: 0, qpm: 120 }],
    totalTime: 2,
    notes: [
      ...[72, 74, 76, 77].map((pitch, i) => ({
        ...played(pitch, i / 2, (i + 1) / 2),
        instrument: 2,
        program: 73,
      })),
      ...[48, 43].map((pitch, i) => ({ ...played(pitch, i, i + 1), instrument: 1, program: 32 })),
      { ...played(36, 0, 0.1), instrument: 9, isDrum: true },
    ],
  };

  test('a model for which there is nothing says so', () => {
    const [drums, pitched] = [true, false].map((wanted) => ({
      ...piece,
      notes: piece.notes.filter(({ isDrum = false }) => isDrum === wanted),
    }));
    assert.throws(() => partFor('DrumsRNN', pitched), { code: 'PRIMER_EMPTY', message: /no drums/ });
    for (const model of ['MelodyRNN', 'PerformanceRNN', 'MusicTransformer'] as const)
      assert.throws(() => partFor(model, drums), { code: 'PRIMER_EMPTY', message: /only drums/ });
    const high = { notes: [{ ...pitched.notes[0], pitch: 120 }] };
    assert.throws(() => partFor('MusicTransformer', high), { code: 'PRIMER_EMPTY', message: /keys/ });
    assert.equal(partFor('DrumsRNN', piece).notes.length, 1);
    assert.deepEqual(partFor('MelodyRNN', { notes: [] }).notes, []);
  });
});
