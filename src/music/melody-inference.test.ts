import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deepFreeze } from './golden.testing.js';
import { inferMelody } from './melody-inference.js';
import type { Note } from './note-sequence.js';

const note = (pitch: number, startTime: number, endTime: number, more: Partial<Note> = {}) => ({
  pitch,
  startTime,
  endTime,
  ...more,
});
const melodyOf = (notes: readonly Note[]) => {
  const { sequence, instrument } = inferMelody(deepFreeze({ notes }));
  return sequence.notes
    .filter((one) => one.instrument === instrument)
    .map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);
};

describe('inferMelody', () => {
  test('is the highest voice, each note as long as it sounds', () => {
    const tune = [note(72, 0, 1), note(74, 1, 2), note(76, 2, 3)];
    assert.deepEqual(melodyOf([...tune, note(48, 0, 1.5), note(52, 0.5, 3)]), [
      [72, 0, 1],
      [74, 1, 2],
      [76, 2, 3],
    ]);
  });

  test('a note is held over a gap in which only lower ones sound: that it is missing costs it once', () => {
    // The alto goes on where the soprano breathes, and begins no note there that could be the melody.
    const soprano = [note(72, 0, 1), note(72, 1.25, 2)];
    assert.deepEqual(melodyOf([...soprano, note(60, 0, 2)]), [
      [72, 0, 1.25],
      [72, 1.25, 2],
    ]);
  });

  test('also where a lower one begins in a short gap: the missing note is above it, and not below', () => {
    // 0.2 s of silence cost less than two leaps of an octave; they would cost twice as much if a lower note forbade to hold.
    const soprano = [note(72, 0, 1), note(72, 1.2, 2)];
    assert.deepEqual(melodyOf([...soprano, note(60, 0, 1), note(60, 1, 2)]), [
      [72, 0, 1.2],
      [72, 1.2, 2],
    ]);
  });

  test('a held note gives way to a lower one that begins', () => {
    assert.deepEqual(melodyOf([note(72, 0, 2), note(60, 0, 1), note(62, 2, 3)]), [
      [72, 0, 2],
      [62, 2, 3],
    ]);
  });

  test('rests where nothing sounds', () => {
    assert.deepEqual(melodyOf([note(72, 0, 1), note(74, 2, 3)]), [
      [72, 0, 1],
      [74, 2, 3],
    ]);
  });

  test('passes over drums and sound effects', () => {
    const noise = [note(90, 0, 1, { isDrum: true }), note(100, 0, 1, { program: 120 })];
    assert.deepEqual(melodyOf([note(60, 0, 1), ...noise]), [[60, 0, 1]]);
  });

  test('is a new instrument of velocity 127, the others stay; never that of drums', () => {
    const { sequence, instrument } = inferMelody({ notes: [note(60, 0, 1, { instrument: 8 })] });
    assert.equal(instrument, 10);
    assert.deepEqual(sequence.notes[1], { ...note(60, 0, 1), velocity: 127, instrument: 10 });
  });

  test('without notes there is none; steps are refused', () => {
    assert.equal(inferMelody({ notes: [] }).instrument, undefined);
    const steps = { notes: [], quantizationInfo: { stepsPerQuarter: 4 } };
    assert.throws(() => inferMelody(steps), { code: 'SEQUENCE_QUANTIZED' });
  });
});
