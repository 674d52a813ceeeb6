import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { addNote, inOrder, inWords, lengthenNotes, moveNotes, noteKey, removeNotes } from './edit-notes.js';
import { rowsOf } from './layout.js';

const note = (pitch: number, startTime: number, endTime = startTime + 0.5): PlayedNote => ({
  ...{ pitch, velocity: 80, startTime, endTime },
});
const NOTES = [note(60, 0), note(64, 1), note(67, 2)];
const ROWS = rowsOf(NOTES, false);
const keys = (...notes: readonly PlayedNote[]) => new Set(notes.map(noteKey));
const places = (notes: readonly PlayedNote[]) =>
  notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);

describe('notes on a roll', () => {
  test('are moved in time and pitch, and stay chosen; the others stay the same objects', () => {
    const { notes, chosen } = moveNotes(NOTES, keys(NOTES[1], NOTES[2]), { seconds: 0.25, rows: -2 }, ROWS);
    assert.deepEqual(places(notes), [
      [60, 0, 0.5],
      [66, 1.25, 1.75],
      [69, 2.25, 2.75],
    ]);
    assert.deepEqual([...chosen], ['66 1.25', '69 2.25']);
    assert.equal(notes[0], NOTES[0]);
  });

  test('stop together where the first of them meets the beginning, or the last pitch of MIDI', () => {
    const { notes } = moveNotes(NOTES, keys(NOTES[1], NOTES[2]), { seconds: -5, rows: -100 }, ROWS);
    assert.deepEqual(places(notes).slice(1), [
      [124, 0, 0.5],
      [127, 1, 1.5],
    ]);
  });

  test('go from drum to drum, and stay of their own pitch on their own row', () => {
    const rows = rowsOf([], true);
    // 35 is a kick too.
    const beat = [note(35, 0), note(38, 0.5)];
    const aside = moveNotes(beat, keys(beat[0]), { seconds: 0.5, rows: 0 }, rows);
    assert.equal(aside.notes[0].pitch, 35);
    const up = moveNotes(beat, keys(beat[0]), { seconds: 0, rows: -1 }, rows);
    assert.equal(up.notes[0].pitch, 38);
    const off = moveNotes(beat, keys(beat[0]), { seconds: 0, rows: 3 }, rows);
    assert.equal(off.notes[0].pitch, 35);
  });

  test('are lengthened, and never vanish by that', () => {
    const longer = lengthenNotes(NOTES, keys(NOTES[0]), 0.5, 0.125);
    assert.deepEqual(places(longer.notes)[0], [60, 0, 1]);
    const shorter = lengthenNotes(NOTES, keys(NOTES[0]), -3, 0.125);
    assert.deepEqual(places(shorter.notes)[0], [60, 0, 0.125 / 4]);
  });

  test('are removed and added; where one stands it is chosen', () => {
    assert.deepEqual(places(removeNotes(NOTES, keys(NOTES[0], NOTES[2])).notes), [[64, 1, 1.5]]);
    const { notes, chosen } = addNote(NOTES, note(62, 1));
    assert.deepEqual([notes.length, [...chosen]], [4, ['62 1']]);
    assert.equal(addNote(NOTES, note(64, 1)).notes, NOTES);
  });

  test('are gone through in time, and upwards', () => {
    assert.deepEqual(
      inOrder([note(64, 1), note(60, 1), note(72, 0)]).map(({ pitch }) => pitch),
      [72, 60, 64],
    );
  });

  test('are told in words', () => {
    assert.equal(inWords(note(61, 2.5), 2, false, ROWS), 'C sharp 4, bar 2, beat 2, 1 beat long');
    assert.equal(inWords(note(38, 0.75), 2, true, rowsOf([], true)), 'Snare, bar 1, beat 2.5');
    assert.equal(inWords(note(60, 1.5), 0, false, ROWS), 'C 4, at 1.50 seconds');
  });
});
