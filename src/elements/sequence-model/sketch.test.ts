import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import { Sketches, chordsOf, notesOf, sketchOf, wholeOf } from './sketch.js';

const sequence = (...starts: number[]): NoteSequence => ({
  tempos: [{ time: 0, qpm: 100 }],
  notes: starts.map((startTime) => ({ pitch: 60, velocity: 90, startTime, endTime: startTime + 1 })),
});
const startsOf = ({ notes }: NoteSequence) => notes.map(({ startTime }) => startTime);

describe('a sketch', () => {
  test('is as long as its primer, silence at the end included, while nothing is written', () => {
    assert.equal(sketchOf(sequence(0, 2)).length, 3);
    assert.equal(sketchOf({ ...sequence(0, 2), totalTime: 4 }).start, 4);
  });

  test('is its primer and what was written, as one piece in the tempo of the primer', () => {
    const whole = wholeOf({ ...sketchOf(sequence(0, 1)), written: sequence(2, 3), length: 5 });
    assert.deepEqual(startsOf(whole), [0, 1, 2, 3]);
    assert.deepEqual([whole.totalTime, whole.tempos?.[0].qpm], [5, 100]);
  });

  test('is what was written alone where that takes the place of the primer', () => {
    const accompanied = { ...sketchOf(sequence(0, 1)), written: sequence(0, 0.5, 1), start: 0 };
    assert.deepEqual(startsOf(wholeOf(accompanied)), [0, 0.5, 1]);
  });

  test('has the chords that it was written over', () => {
    const chords = [
      { time: 2, text: 'F', annotationType: 1 },
      { time: 3, text: 'la', annotationType: 2 },
    ];
    const written = { ...sequence(2), textAnnotations: chords };
    assert.deepEqual(chordsOf({ ...sketchOf(sequence(0, 1)), written, length: 3 }), [{ time: 2, text: 'F' }]);
  });

  test('has a velocity for notes of which nobody said one', () => {
    assert.equal(notesOf(sketchOf({ notes: [{ pitch: 60, endTime: 1 }] }))[0].velocity, 100);
  });
});

describe('sketches', () => {
  const [a, b, c] = [sketchOf(sequence(0)), sketchOf(sequence(1)), sketchOf(sequence(2))];

  test('go back step by step, and a sketch that grows is one step', () => {
    const sketches = new Sketches();
    const empty = sketches.present;
    sketches.push(a);
    sketches.push(b);
    sketches.replace(c);
    sketches.undo();
    assert.equal(sketches.present, a);
    sketches.undo();
    assert.equal(sketches.present, empty);
    assert.equal(sketches.canUndo, false);
    sketches.undo();
    assert.equal(sketches.present, empty);
  });

  test('begin with the first piece of a page: there is nothing before it to go back to', () => {
    const sketches = new Sketches();
    sketches.begin(a);
    assert.deepEqual([sketches.present, sketches.canUndo], [a, false]);
    sketches.begin(b);
    sketches.undo();
    assert.deepEqual([sketches.present, sketches.canUndo], [a, false], 'another one is a step');
  });

  test('have their kept bars again when they are come back to, and new ones have none', () => {
    const sketches = new Sketches();
    sketches.push(a);
    sketches.change(a, [2, 3]);
    sketches.push(b);
    assert.deepEqual(sketches.kept, []);
    sketches.undo();
    assert.deepEqual([sketches.present, sketches.kept], [a, [2, 3]]);
    sketches.undo();
    assert.deepEqual([sketches.present, sketches.kept], [a, []], 'keeping bars is a step of its own');
  });

  test('keep takes, come back to them, and can leave them again', () => {
    const sketches = new Sketches();
    sketches.push(a);
    sketches.keep();
    sketches.push(b);
    sketches.keep();
    assert.deepEqual(
      sketches.takes.map(({ name }) => name),
      ['Take 1', 'Take 2'],
    );
    sketches.recall(sketches.takes[0]);
    assert.deepEqual(sketches.present, a);
    sketches.undo();
    assert.equal(sketches.present, b);
    sketches.keep();
    assert.equal(sketches.takes.length, 2, 'what is kept already is kept once');
    sketches.recall(sketches.takes[0]);
    sketches.keep();
    assert.equal(sketches.takes.length, 2);
    sketches.undo();
    sketches.forget(sketches.takes[0]);
    sketches.push(c);
    sketches.keep();
    assert.deepEqual(
      sketches.takes.map(({ name }) => name),
      ['Take 2', 'Take 3'],
    );
  });
});
