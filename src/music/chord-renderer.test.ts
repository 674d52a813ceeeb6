import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chordNotes } from './chord-renderer.js';
import { CHORD_SYMBOL, type NoteSequence } from './note-sequence.js';

const over = (...chords: [number, string][]): NoteSequence => ({
  notes: [],
  totalTime: 8,
  textAnnotations: chords.map(([time, text]) => ({ time, text, annotationType: CHORD_SYMBOL })),
});

describe('chords as notes', () => {
  test('sound from their symbol to the next, the last to the end', () => {
    const notes = chordNotes(over([0, 'C'], [2, 'G/B']));
    const sounding = (at: number) =>
      notes
        .filter(({ startTime = 0, endTime = 0 }) => startTime <= at && at < endTime)
        .map(({ pitch }) => pitch)
        .sort((a, b) => a - b);
    assert.deepEqual(sounding(0), [36, 48, 52, 55]);
    assert.deepEqual(sounding(7), [47, 50, 55, 59]);
    assert.deepEqual([...new Set(notes.map(({ endTime }) => endTime))], [2, 8]);
  });

  test('are silent at N.C., and other annotations are none', () => {
    assert.deepEqual(chordNotes(over([0, 'N.C.'])), []);
    assert.deepEqual(
      chordNotes({ notes: [], totalTime: 4, textAnnotations: [{ time: 0, text: 'Verse' }] }),
      [],
    );
  });
});
