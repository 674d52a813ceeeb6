import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import { extractMelody } from '../../music/melody.js';
import { quantizeNoteSequence } from '../../music/quantize.js';
import { barOf, drumsOf, melodyOf, phraseSequence, primerFor, voicesOf } from './primer.js';

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

  test('a drum model takes the drums', () => {
    assert.deepEqual(
      drumsOf(piece).notes.map(({ pitch }) => pitch),
      [36],
    );
  });

  test('a model for which there is nothing says so', () => {
    const [drums, pitched] = [true, false].map((wanted) => ({
      ...piece,
      notes: piece.notes.filter(({ isDrum = false }) => isDrum === wanted),
    }));
    const [forDrums, forMelody] = [
      { model: 'DrumsRNN' as const, drums: true, primerOf: drumsOf },
      { model: 'MelodyRNN' as const, drums: false, primerOf: melodyOf },
    ];
    assert.throws(() => primerFor(forDrums, pitched), { code: 'PRIMER_EMPTY' });
    assert.throws(() => primerFor(forMelody, drums), { code: 'PRIMER_EMPTY' });
    assert.equal(primerFor(forDrums, piece).notes.length, 1);
    assert.deepEqual(primerFor(forMelody, { notes: [] }).notes, []);
  });

  test('a model of voices takes all that has a pitch, as one instrument', () => {
    const { notes } = voicesOf(piece);
    assert.equal(notes.length, 6);
    assert.deepEqual(new Set(notes.map(({ instrument, program }) => `${instrument} ${program}`)).size, 1);
  });

  test('a model of one voice takes the melody, and can read it', () => {
    const melody = melodyOf(piece);
    assert.deepEqual(
      melody.notes.map(({ pitch }) => pitch),
      [72, 74, 76, 77],
    );
    assert.ok(extractMelody(quantizeNoteSequence(melody, 4)));
  });

  test('a model of one voice takes one note of a chord that was struck unevenly', () => {
    const chord = { ...piece, notes: [played(60, 0, 1), played(64, 0.02, 1), played(67, 0.03, 1)] };
    assert.deepEqual(
      melodyOf(chord).notes.map(({ pitch }) => pitch),
      [67],
    );
  });

  test('nothing is changed in what was given', () => {
    const before = structuredClone(piece);
    [drumsOf, voicesOf, melodyOf].forEach((take) => take(piece));
    assert.deepEqual(piece, before);
  });
});
