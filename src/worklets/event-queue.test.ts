import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventQueue, NOTE_OFF, NOTE_ON } from './event-queue.js';

test('events come in the order of their frames, those of one frame as they were added', () => {
  const queue = new EventQueue();
  for (const [frame, note] of [
    [300, 1],
    [100, 2],
    [200, 3],
    [100, 4],
    [0, 5],
  ]) {
    queue.add(frame, NOTE_ON, 60 + note, note, 0, note / 10);
  }
  queue.drop(1);
  assert.deepEqual([...queue.note.subarray(0, queue.length)], [2, 4, 3, 1]);
  assert.deepEqual([...queue.value.subarray(0, queue.length)], [62, 64, 63, 61]);
});

test('it takes a thousand events, then is full', () => {
  const queue = new EventQueue();
  for (let i = 0; i < 1000; i++) queue.add(1000 - i, NOTE_OFF, 0, i);
  assert.equal(queue.full, false);
  while (!queue.full) queue.add(0, NOTE_OFF, 0);
  assert.equal(queue.frame[queue.length - 1], 1000);
});
