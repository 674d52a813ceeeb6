import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inferChords } from './chord-inference.js';
import { extractChords } from './chords.js';
import { deepFreeze } from './golden.testing.js';
import type { NoteSequence } from './note-sequence.js';
import { quantizeNoteSequenceAbsolute } from './quantize.js';

const TRIADS: Record<string, number[]> = {
  C: [60, 64, 67],
  F: [60, 65, 69],
  G7: [59, 62, 65, 67],
  Am: [57, 60, 64],
};

/** Half a bar of 4/4 each. */
const progression = (...names: string[]) =>
  deepFreeze<NoteSequence>({
    notes: names.flatMap((name, i) =>
      (TRIADS[name] ?? []).map((pitch) => ({
        pitch,
        quantizedStartStep: 8 * i,
        quantizedEndStep: 8 * i + 8,
      })),
    ),
    quantizationInfo: { stepsPerQuarter: 4 },
    totalQuantizedSteps: 8 * names.length,
  });
const symbols = (sequence: NoteSequence) =>
  sequence.textAnnotations?.map(({ quantizedStep, text }) => `${quantizedStep} ${text}`);

describe('inferChords', () => {
  test('reads a note from 0 s to 0 s by its steps where no note has times', () => {
    const inSteps = progression('C', 'C', 'F', 'F');
    const notes = inSteps.notes.map((note) => ({ ...note, startTime: 0, endTime: 0 }));
    assert.deepEqual(symbols(inferChords({ ...inSteps, notes })), symbols(inferChords(inSteps)));
  });

  test('names the chords of a cadence, where they change', () => {
    const inferred = inferChords(progression('C', 'C', 'F', 'G7', 'Am', 'F', 'G7', 'C'));
    assert.deepEqual(symbols(inferred), ['0 C', '16 F', '24 G7', '32 Am', '40 F', '48 G7', '56 C']);
    assert.equal(inferred.textAnnotations?.[1].time, 2);
    assert.equal(extractChords(inferred).events[17], 'F');
  });

  test('holds a chord through silence, and no chord where nothing sounds at all', () => {
    assert.deepEqual(symbols(inferChords(progression('C', '-', 'C'))), ['0 C']);
    assert.deepEqual(symbols(inferChords(progression('-', '-'))), ['0 N.C.']);
  });

  test('passes over drums and sound effects', () => {
    const { notes, ...rest } = progression('C', 'C');
    const noise = [
      { pitch: 61, quantizedStartStep: 0, quantizedEndStep: 16, isDrum: true },
      { pitch: 63, quantizedStartStep: 0, quantizedEndStep: 16, program: 127 },
    ];
    assert.deepEqual(symbols(inferChords({ ...rest, notes: [...notes, ...noise] })), ['0 C']);
  });

  test('replaces the symbols that were there, and keeps other texts', () => {
    const annotated = {
      ...progression('C', 'C'),
      textAnnotations: [
        { quantizedStep: 0, text: 'Ebm', annotationType: 1 },
        { quantizedStep: 0, text: 'Verse' },
      ],
    };
    assert.deepEqual(symbols(inferChords(annotated)), ['0 Verse', '0 C']);
  });

  test('takes a frame for each beat where beats are given', () => {
    const beats = [0, 8].map((quantizedStep) => ({ quantizedStep, annotationType: 2 }));
    const odd = {
      ...progression('C', 'F'),
      timeSignatures: [{ numerator: 5, denominator: 4 }],
      textAnnotations: beats,
    };
    const found = inferChords(odd).textAnnotations?.filter(({ annotationType }) => annotationType === 1);
    assert.deepEqual(
      found?.map(({ text }) => text),
      ['C', 'F'],
    );
  });

  test('takes beats in seconds where there are no steps', () => {
    const beats = [0, 0.7, 1.5, 1.5, 2.4].map((time) => ({ time, annotationType: 2 }));
    const chord = (name: string, startTime: number, endTime: number) =>
      TRIADS[name].map((pitch) => ({ pitch, startTime, endTime }));
    const played = deepFreeze<NoteSequence>({
      notes: [...chord('C', 0, 0.7), ...chord('F', 0.7, 1.5), ...chord('C', 1.5, 2.4), ...chord('F', 2.4, 3)],
      textAnnotations: beats,
      totalTime: 3,
    });
    const found = inferChords(played).textAnnotations?.filter(({ annotationType }) => annotationType === 1);
    assert.deepEqual(
      found?.map(({ time, text, quantizedStep }) => [time, text, quantizedStep]),
      [
        [0, 'C', undefined],
        [0.7, 'F', undefined],
        [1.5, 'C', undefined],
        [2.4, 'F', undefined],
      ],
    );
    // Clock time has steps too: they stand beside the times.
    const clock = inferChords(quantizeNoteSequenceAbsolute(played));
    assert.deepEqual(
      clock.textAnnotations?.slice(-2).map(({ quantizedStep }) => quantizedStep),
      [150, 240],
    );
  });

  test('weighs what sounds by seconds, not by the steps it was rounded to', () => {
    // A sixteenth each in steps: the three of F in full, those of C for a moment.
    const hit = (pitch: number, startTime: number, endTime: number) => ({
      pitch,
      startTime,
      endTime,
      quantizedStartStep: 0,
      quantizedEndStep: 8,
    });
    const piece = {
      notes: [...TRIADS.F.map((pitch) => hit(pitch, 0, 1)), ...TRIADS.G7.map((pitch) => hit(pitch, 0.9, 1))],
      quantizationInfo: { stepsPerQuarter: 4 },
      totalTime: 1,
      totalQuantizedSteps: 8,
    };
    assert.deepEqual(symbols(inferChords(piece)), ['0 F']);
  });

  test('adds the keys where they are asked for, in place of those it had', () => {
    const there = { ...progression('C', 'F', 'G7', 'C'), keySignatures: [{ key: 5 }] };
    assert.deepEqual(inferChords(there).keySignatures, [{ key: 5 }]);
    assert.deepEqual(inferChords(there, { addKeySignatures: true }).keySignatures, [
      { time: 0, key: 0, mode: 0 },
    ]);
  });

  test('refuses meters that it cannot divide, pieces too long, and times without steps', () => {
    const odd = { ...progression('C'), timeSignatures: [{ numerator: 5, denominator: 4 }] };
    assert.throws(() => inferChords(odd), { code: 'OPTION_INVALID' });
    const long = { ...progression('C'), totalQuantizedSteps: 8 * 1001 };
    assert.throws(() => inferChords(long), /1001 frames/);
    assert.throws(() => inferChords({ notes: [] }), { code: 'SEQUENCE_NOT_QUANTIZED' });
    assert.deepEqual(
      inferChords({ notes: [], quantizationInfo: { stepsPerQuarter: 4 } }).textAnnotations,
      [],
    );
  });
});
