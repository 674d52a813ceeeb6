import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Note, NoteSequence } from './note-sequence.js';
import { drumWindows, grooveWindows, melodyWindows } from './windows.js';

/** At 120 a sixteenth is an eighth of a second, a bar two seconds. */
const at = (step: number, pitch: number, more: Partial<Note> = {}): Note => ({
  pitch,
  startTime: step / 8,
  endTime: step / 8 + 0.125,
  velocity: 90,
  ...more,
});
const scale = (bars: number): Note[] =>
  Array.from({ length: 4 * bars }, (_, i) => at(4 * i, 60 + (i % 12), { endTime: i / 2 + 0.5 }));
const beat = (bars: number, late = 0): Note[] =>
  Array.from({ length: 4 * bars }, (_, i) => ({
    ...at(4 * i, i % 2 ? 38 : 36, { isDrum: true }),
    startTime: i / 2 + late,
  }));
const piece = (notes: Note[], more: Partial<NoteSequence> = {}): NoteSequence => ({ notes, ...more });

describe('melodies', () => {
  test('a window at every bar', () => {
    const windows = melodyWindows(piece(scale(4)));
    assert.equal(windows.length, 3);
    assert.deepEqual(
      windows.map(({ notes }) => notes.length),
      [8, 8, 8],
    );
    assert.equal(windows[1].notes[0].pitch, 64);
    assert.deepEqual(
      windows[0].notes.map(({ quantizedStartStep }) => quantizedStartStep),
      [0, 4, 8, 12, 16, 20, 24, 28],
    );
    assert.equal(melodyWindows(piece(scale(4)), { steps: 64 }).length, 1);
  });

  test('few notes, other meters and drums give none', () => {
    assert.equal(melodyWindows(piece(scale(2).slice(0, 3))).length, 0);
    const waltz = { timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }] };
    assert.equal(melodyWindows(piece(scale(4), waltz)).length, 0);
    assert.equal(melodyWindows(piece(beat(4))).length, 0);
  });

  test('lines of several instruments are windows of their own, and a change of tempo cuts', () => {
    const both = [
      ...scale(2),
      ...scale(2).map((note) => ({ ...note, instrument: 1, pitch: note.pitch - 12 })),
    ];
    assert.deepEqual(
      melodyWindows(piece(both)).map(({ notes }) => notes[0].pitch),
      [60, 48],
    );
    const faster = [
      { time: 0, qpm: 120 },
      { time: 4, qpm: 240 },
    ];
    assert.equal(melodyWindows(piece(scale(4), { tempos: faster })).length, 4);
  });
});

describe('drums', () => {
  test('a window at every bar, and what lies between the steps', () => {
    const windows = grooveWindows(piece(beat(3, 0.0125)));
    assert.equal(windows.length, 2);
    const [, second] = windows;
    assert.deepEqual([second[0], second[4 * 27 + 1]], [1, 1], 'kick, snare');
    assert.ok(Math.abs(second[0 + 18] + 0.2) < 1e-6, 'late by a fifth of half a step');
    assert.ok(Math.abs(second[9] - 90 / 127) < 1e-6);
  });

  test('an early first hit keeps its offset', () => {
    const [window] = grooveWindows(
      piece([...beat(4).slice(1), at(16, 49, { isDrum: true, startTime: 1.99 })]),
    ).slice(1);
    assert.ok(Math.abs(window[7 + 18] - 0.16) < 1e-6, String(window[7 + 18]));
  });

  test('in steps', () => {
    const windows = drumWindows(piece([...beat(2), ...scale(2)]));
    assert.equal(windows.length, 1);
    assert.deepEqual(
      windows[0].notes.map(({ pitch, quantizedStartStep }) => [pitch, quantizedStartStep]),
      Array.from({ length: 8 }, (_, i) => [i % 2 ? 38 : 36, 4 * i]),
    );
  });
});
