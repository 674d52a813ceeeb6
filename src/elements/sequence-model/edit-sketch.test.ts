import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import {
  editedSketch,
  musicBefore,
  musicToAccompany,
  stretchesBeside,
  stretchOfBar,
  withStretch,
} from './edit-sketch.js';
import { notesOf, wholeOf, type Sketch } from './sketch.js';

const note = (pitch: number, startTime: number, endTime = startTime + 1) => ({
  ...{ pitch, velocity: 80, startTime, endTime },
});
/** A bar of two seconds that was given, and two that were written. */
const SKETCH: Sketch = {
  primer: { tempos: [{ time: 0, qpm: 120 }], notes: [{ ...note(60, 0), instrument: 3 }], totalTime: 2 },
  written: { notes: [note(62, 2), note(64, 3, 5), note(65, 5)] },
  start: 2,
  length: 6,
  seed: 'a',
};
const pitches = ({ notes }: NoteSequence) => notes.map(({ pitch }) => pitch);

describe('a sketch that is edited', () => {
  test('has what was moved before its start among what was given, and no seed that would give it', () => {
    const before = notesOf(SKETCH);
    const after = before.map((each) => (each.pitch === 62 ? { ...each, startTime: 1, endTime: 2 } : each));
    const edited = editedSketch(SKETCH, before, after);
    assert.deepEqual(
      [pitches(edited.primer), pitches(edited.written ?? { notes: [] })],
      [
        [60, 62],
        [64, 65],
      ],
    );
    assert.equal(edited.seed, undefined);
    // What was not touched keeps what the roll knows nothing of.
    assert.equal(edited.primer.notes[0].instrument, 3);
  });

  test('grows by whole bars, and is empty without notes where nothing was written', () => {
    const before = notesOf(SKETCH);
    assert.equal(editedSketch(SKETCH, before, [...before, note(70, 6.5)]).length, 8);
    const given: Sketch = { ...SKETCH, written: undefined, length: 2 };
    assert.equal(editedSketch(given, notesOf(given), []).length, 0);
    const beat = editedSketch({ ...given, primer: { notes: [] }, start: 0, length: 0 }, [], [note(36, 0.5)]);
    assert.deepEqual([beat.length, beat.start, beat.primer.totalTime], [2, 2, 2]);
  });

  test('leaves what it accompanies from the beginning as it is', () => {
    const over: Sketch = { ...SKETCH, start: 0 };
    const before = notesOf(over);
    const { primer, written } = editedSketch(over, before, before.slice(1));
    assert.equal(primer, over.primer);
    assert.deepEqual(pitches(written ?? { notes: [] }), [64, 65]);
  });
});

describe('a stretch that is written anew', () => {
  test('has the new notes, cut where it ends; what reached into it ends where it begins', () => {
    const { notes } = wholeOf(withStretch(SKETCH, { from: 4, to: 6 }, [note(70, 4, 9), note(71, 7)]));
    assert.deepEqual(
      notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]),
      [
        [60, 0, 1],
        [62, 2, 3],
        [64, 3, 4],
        [70, 4, 6],
      ],
    );
  });

  test('is a bar, or all that was written beside the bars that are kept', () => {
    assert.deepEqual(stretchOfBar(SKETCH, 1), { from: 2, to: 4 });
    assert.deepEqual(stretchesBeside(SKETCH, []), [{ from: 2, to: 6 }]);
    assert.deepEqual(stretchesBeside({ ...SKETCH, length: 9 }, [2]), [
      { from: 2, to: 4 },
      { from: 6, to: 9 },
    ]);
  });

  test('goes on from the music before it', () => {
    const before = musicBefore(wholeOf(SKETCH), 4);
    assert.deepEqual([pitches(before), before.totalTime, before.notes[2].endTime], [[60, 62, 64], 4, 4]);
  });

  test('plays along with what is given there, also as it is repeated behind itself', () => {
    const before = musicBefore(wholeOf(SKETCH), 4);
    const given = { notes: [note(48, 0), note(50, 3, 5), note(52, 5, 7), note(53, 6)] };
    const at = (music: NoteSequence) =>
      music.notes
        .slice(before.notes.length)
        .map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);
    const music = musicToAccompany(before, given, { from: 4, to: 6 });
    assert.deepEqual([music.notes.slice(0, 3), music.totalTime], [before.notes, 6]);
    // What sounds into it is struck anew, what sounds out of it ends.
    assert.deepEqual(at(music), [
      [50, 4, 5],
      [52, 5, 6],
    ]);
    assert.deepEqual(at(musicToAccompany(before, given, { from: 4, to: 6 }, 4)), [[48, 4, 5]]);
  });
});
