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

test('one pitch that several hold (P4) is as many notes, each let go by its own', () => {
  const held = new HeldNotes();
  const [script, key, midi] = [held.press(60), held.press(60, { note: 7 }), held.press(60, { note: 8 })];
  assert.deepEqual([script, key, midi].map(({ replaced }) => replaced), [undefined, undefined, undefined]); // prettier-ignore
  assert.equal(held.release(60, { note: 8 }), midi.note);
  assert.equal(held.release(60), script.note);
  assert.deepEqual(held.pitches(), [60]);
  assert.equal(held.release(60, { note: 7 }), key.note);
  assert.equal(held.size, 0);
});

test('a key let go twice, or never pressed, names none', () => {
  const held = new HeldNotes();
  held.press(60);
  held.release(60);
  assert.equal(held.release(60), undefined);
  assert.equal(held.release(61), undefined);
  assert.equal(held.release(60, { note: 3 }), undefined);
});

test('the latest key comes first, a pitch once', () => {
  const held = new HeldNotes();
  for (const pitch of [60, 64, 67]) held.press(pitch);
  held.press(60, { note: 1 });
  assert.deepEqual(held.pitches(), [60, 67, 64]);
  held.clear();
  assert.equal(held.size, 0);
});

test('a key that is pressed again is the latest', () => {
  const held = new HeldNotes();
  for (const pitch of [60, 64, 67]) held.press(pitch);
  held.press(60);
  assert.deepEqual(held.pitches(), [60, 67, 64]);
});
