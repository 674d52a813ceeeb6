/** The lists that stand beside the notes keep their times where sequences are put together and cut apart. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concatenateSequences } from './concatenate.js';
import { deepFreeze } from './golden.testing.js';
import type { NoteSequence } from './note-sequence.js';
import { splitOnSilence } from './split.js';
import { extractSubsequence } from './subsequence.js';

describe('concatenateSequences', () => {
  const quantized: NoteSequence = deepFreeze({
    quantizationInfo: { stepsPerQuarter: 4 },
    notes: [{ pitch: 60, quantizedStartStep: 0, quantizedEndStep: 4, startTime: 0, endTime: 0.5 }],
    textAnnotations: [{ time: 0.25, quantizedStep: 2, text: 'C', annotationType: 1 }],
    controlChanges: [{ time: 0.5, quantizedStep: 4, controlNumber: 64, controlValue: 127 }],
    totalQuantizedSteps: 16,
    totalTime: 2,
  });

  test('moves the steps of annotations and controls, and their times', () => {
    const { textAnnotations, controlChanges } = concatenateSequences([quantized, quantized]);
    const places = (list: NoteSequence['textAnnotations'] | NoteSequence['controlChanges']) =>
      list?.map(({ quantizedStep, time }) => [quantizedStep, time]);
    assert.deepEqual(places(textAnnotations), [[2, 0.25], [18, 2.25]]); // prettier-ignore
    assert.deepEqual(places(controlChanges), [[4, 0.5], [20, 2.5]]); // prettier-ignore
  });

  test('moves the times of a note that has 0 to 0, where the piece has times', () => {
    const note = { pitch: 60, startTime: 0, endTime: 0, quantizedStartStep: 0, quantizedEndStep: 1 };
    const short = deepFreeze({ ...quantized, notes: [note] });
    const placesOf = ({ notes }: NoteSequence) =>
      notes.map(({ startTime, endTime, quantizedStartStep }) => [quantizedStartStep, startTime, endTime]);
    assert.deepEqual(placesOf(concatenateSequences([short, short])), [[0, 0, 0], [16, 2, 2]]); // prettier-ignore
    const bare = deepFreeze({ ...short, totalTime: 0 });
    assert.deepEqual(placesOf(concatenateSequences([quantized, bare])), [[0, 0, 0.5], [16, 2, 2]]); // prettier-ignore
  });

  test('leaves out what holds already in the order of time, however it is listed', () => {
    const backwards: NoteSequence = deepFreeze({
      notes: [{ pitch: 60, startTime: 0, endTime: 4 }],
      tempos: [
        { time: 2, qpm: 90 },
        { time: 0, qpm: 60 },
        { time: 1, qpm: 60 },
        { time: 3, qpm: 60 },
      ],
      totalTime: 4,
    });
    assert.deepEqual(concatenateSequences([backwards, backwards]).tempos, [
      { time: 0, qpm: 60 },
      { time: 2, qpm: 90 },
      { time: 3, qpm: 60 },
      { time: 6, qpm: 90 },
      { time: 7, qpm: 60 },
    ]);
  });
});

test('splitOnSilence: a long note that sounds under short ones is no silence', () => {
  const notes = [
    { pitch: 40, startTime: 0, endTime: 10 },
    { pitch: 60, startTime: 1, endTime: 2 },
    { pitch: 62, startTime: 11, endTime: 12 },
    { pitch: 64, startTime: 20, endTime: 21 },
  ];
  const parts = splitOnSilence(deepFreeze({ notes, totalTime: 21 }));
  assert.deepEqual(
    parts.map((part) => part.notes.map(({ pitch }) => pitch)),
    [[40, 60, 62], [64]],
  );
});

test('extractSubsequence carries each of the three pedals into the part, and no other control', () => {
  const controlChanges = [7, 64, 65, 66, 67, 91].map((controlNumber, i) => ({
    time: i / 10,
    controlNumber,
    controlValue: 100 + i,
  }));
  const sequence = deepFreeze({
    notes: [{ pitch: 60, startTime: 2, endTime: 3 }],
    controlChanges,
    totalTime: 3,
  });
  assert.deepEqual(extractSubsequence(sequence, 1, 3).controlChanges, [
    { time: 0, controlNumber: 64, controlValue: 101 },
    { time: 0, controlNumber: 66, controlValue: 103 },
    { time: 0, controlNumber: 67, controlValue: 104 },
  ]);
});
