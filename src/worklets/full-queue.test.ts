/** The engine loses nothing where there are more events than it has places for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organ } from '../audio/synthetic-note.testing.js';
import { EventQueue, NO_NOTE, NOTE_OFF, NOTE_ON } from './event-queue.js';
import { peakOf, PlayedEngine } from './played-engine.testing.js';

/** Fills the queue of an engine with commands for a time far away, but for what it holds already. */
function fill(played: PlayedEngine, held: number): void {
  const queue = new EventQueue();
  for (let i = held; i < queue.frame.length; i++) played.send({ type: 'sustain', down: false, time: 100 });
}

test('where the queue is full, its first event happens at once and is not lost', () => {
  const played = new PlayedEngine(48000);
  played.store(1, 60, organ(60));
  played.noteOn(1, 60, { time: 50 });
  fill(played, 1);
  assert.equal(peakOf(played.play(0.05)), 0);
  played.send({ type: 'sustain', down: false, time: 100 });
  assert.ok(peakOf(played.play(0.05)) > 0);
});

test('a note-off that makes room ends its note', () => {
  const played = new PlayedEngine(48000);
  played.store(1, 60, organ(60));
  played.noteOn(1, 60);
  played.play(0.1);
  played.noteOff(1, 50);
  fill(played, 1);
  assert.ok(peakOf(played.play(0.5)) > 0);
  played.send({ type: 'sustain', down: false, time: 100 });
  played.play(2);
  assert.equal(peakOf(played.play(0.1)), 0);
});

test('dropNotesAfter drops the note-ons of its channel, of its note, or all', () => {
  const filled = () => {
    const queue = new EventQueue();
    queue.add(10, NOTE_ON, 60, 1, 5);
    queue.add(20, NOTE_ON, 61, 2, 5);
    queue.add(20, NOTE_ON, 62, 3, 6);
    queue.add(30, NOTE_OFF, 0, 2, 5);
    return queue;
  };
  const left = (frame: number, ...meant: number[]) => {
    const queue = filled();
    queue.dropNotesAfter(frame, ...meant);
    return [...queue.note.subarray(0, queue.length)];
  };
  assert.deepEqual(left(0, NO_NOTE, 5), [3, 2]);
  assert.deepEqual(left(0, NO_NOTE, 6), [1, 2, 2]);
  assert.deepEqual(left(10, NO_NOTE, 5), [1, 3, 2]);
  assert.deepEqual(left(0, 3), [1, 2, 2]);
  assert.deepEqual(left(0), [2]);
});
