/** Notes as they begin and end, out of the sequences of a transcription; and the instrument that is heard by the microphone again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { EchoGuard } from './echo-guard.js';
import { LiveNotes, type LiveNote } from './live-notes.js';

const note = (pitch: number, startTime: number, endTime: number): Note => ({
  ...{ pitch, velocity: 64, startTime, endTime },
});
const all = (...notes: Note[]): NoteSequence => ({ notes });
const told = (changes: readonly LiveNote[]) =>
  changes.map(({ on, pitch }) => `${on ? 'on' : 'off'} ${pitch}`);

describe('live notes', () => {
  test('begin once, and end once', () => {
    const live = new LiveNotes();
    assert.deepEqual(told(live.take(all(note(60, 1, 1.1)), 0)), ['on 60']);
    assert.deepEqual(told(live.take(all(note(60, 1, 1.2)), 0)), []);
    assert.deepEqual(told(live.take(all(note(60, 1, 1.3), note(64, 1.3, 1.4)), 1)), ['off 60', 'on 64']);
    assert.deepEqual(told(live.endAll()), ['off 64']);
  });

  test('have one number at both ends', () => {
    const live = new LiveNotes();
    const [on] = live.take(all(note(60, 1, 1.1)), 0);
    const [off] = live.take(all(note(60, 1, 1.2)), 1);
    assert.equal(on.number, off.number);
  });

  test('that came and went between two looks are told', () => {
    assert.deepEqual(told(new LiveNotes().take(all(note(60, 1, 1.1)), 1)), ['on 60', 'off 60']);
  });

  test('that are struck again while they sound end first', () => {
    const live = new LiveNotes();
    live.take(all(note(60, 1, 1.1)), 0);
    assert.deepEqual(told(live.take(all(note(60, 1, 1.5), note(60, 1.5, 1.6)), 1)), ['off 60', 'on 60']);
  });

  test('that are found anew do not begin in the past, and end where they are no more', () => {
    const live = new LiveNotes();
    const [on] = live.take(all(note(60, 1, 2), note(62, 1, 2)), 0);
    assert.deepEqual(told(live.retake(all(note(60, 0.9, 2), note(65, 1, 2)), 0)), ['off 62']);
    const changes = live.take(all(note(60, 0.9, 2.1), note(65, 1, 2.1)), 2);
    assert.deepEqual(told(changes), ['off 60']);
    assert.equal(changes[0].number, on.number);
  });

  test('have velocities that can be played', () => {
    const [{ velocity }] = new LiveNotes().take(all({ ...note(60, 0, 1), velocity: 0 }), 0);
    assert.equal(velocity, 1);
  });
});

describe('the echo of our own instrument', () => {
  const guard = new EchoGuard();
  guard.struck(60, 10);

  test('is known by its pitch, or a partial of it, soon after its stroke', () => {
    for (const pitch of [60, 72, 79, 84, 48]) assert.ok(guard.isEcho(pitch, 10.1), String(pitch));
  });

  test("is none of the player's: another pitch, what was struck before, and what comes later", () => {
    assert.ok(!guard.isEcho(64, 10.1));
    // The note that our own was struck for: it began some 0.1 s before.
    assert.ok(!guard.isEcho(60, 9.85));
    assert.ok(!guard.isEcho(60, 10.5));
  });
});
