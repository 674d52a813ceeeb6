import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldNotes } from './held-notes.js';

test('a key pressed again names the note that it replaces', () => {
  const held = new HeldNotes();
  const first = held.press(60);
  assert.equal(first.replaced, undefined);
  const second = held.press(60);
  assert.equal(second.replaced, first.note);
  assert.equal(held.release(60), second.note);
});

test('a key let go twice, or never pressed, names none', () => {
  const held = new HeldNotes();
  held.press(60);
  held.release(60);
  assert.equal(held.release(60), undefined);
  assert.equal(held.release(61), undefined);
});

test('the latest key comes first', () => {
  const held = new HeldNotes();
  for (const pitch of [60, 64, 67]) held.press(pitch);
  assert.deepEqual(held.pitches(), [67, 64, 60]);
  held.clear();
  assert.equal(held.size, 0);
});
