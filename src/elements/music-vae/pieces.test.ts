import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Reader } from '../../models/music-vae/windows.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { piecesOf } from './pieces.js';

const reader = (kind: Reader['kind']): Reader => ({ kind, steps: 32, stepsPerQuarter: 4 });
const note = (pitch: number, startTime: number, more: Partial<Note> = {}): Note => ({
  ...{ pitch, velocity: 80, startTime, endTime: startTime + 0.25 },
  ...more,
});
const song = (...notes: Note[]): NoteSequence => ({ tempos: [{ time: 0, qpm: 120 }], notes });
const pitches = (pieces: readonly NoteSequence[]) =>
  pieces.map(({ notes }) => notes.map(({ pitch }) => pitch));

describe('pieces for a corner', () => {
  test('are the windows that have notes, each from its own beginning', () => {
    const pieces = piecesOf(song(note(60, 0), note(62, 9)), reader('melody'));
    assert.deepEqual(pitches(pieces), [[60], [62]]);
    assert.equal(pieces[1].notes[0].startTime, 1);
  });

  test('of a drum model are its drums only', () => {
    const pieces = piecesOf(song(note(60, 0), note(36, 1, { isDrum: true })), reader('drums'));
    assert.deepEqual(pitches(pieces), [[36]]);
  });

  test('of a groove keep their timing', () => {
    const [piece] = piecesOf(song(note(38, 0.53, { isDrum: true })), reader('groove'));
    assert.equal(piece.notes[0].startTime, 0.53);
  });

  test('of a melody model are never drums', () => {
    const pieces = piecesOf(song(note(36, 0, { isDrum: true }), note(60, 0)), reader('melody'));
    assert.deepEqual(pitches(pieces), [[60]]);
  });

  test('have the tempo that the sequence begins with', () => {
    const pieces = piecesOf(
      { notes: [note(60, 0), note(62, 5)], tempos: [{ time: 0, qpm: 60 }, { time: 3, qpm: 90 }] }, // prettier-ignore
      reader('melody'),
    );
    assert.deepEqual(pitches(pieces), [[60, 62]]);
    assert.deepEqual(pieces[0].tempos, [{ time: 0, qpm: 60 }]);
  });

  test('begin with a note that is played a little before their bar line', () => {
    const notes = [note(60, 0), note(62, 3.97), note(64, 5)];
    assert.deepEqual(pitches(piecesOf(song(...notes), reader('melody'))), [[60], [62, 64]]);
  });

  test('take no notice of meters that change', () => {
    const timeSignatures = [0, 1].map((time) => ({ time, numerator: 3 + time, denominator: 4 }));
    const pieces = piecesOf({ ...song(note(60, 0), note(62, 3)), timeSignatures }, reader('melody'));
    assert.deepEqual(pitches(pieces), [[60, 62]]);
  });

  test('of taps are whatever is struck', () => {
    const pieces = piecesOf(song(note(60, 0), note(36, 1, { isDrum: true })), {
      ...reader('groove'),
      hears: 'tap',
    });
    assert.deepEqual(pitches(pieces), [[60, 36]]);
  });

  test('that are none are told with a code, and say what was looked for', () => {
    assert.throws(() => piecesOf(song(note(60, 0)), reader('groove')), {
      code: 'PRIMER_EMPTY',
      message: /no drum/,
    });
  });
});
