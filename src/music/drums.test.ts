import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drumNotes, drumsToSequence, extractDrumTrack, extractDrumTracks, setDrumLength } from './drums.js';
import { deepFreeze } from './golden.testing.js';
import type { Note, NoteSequence } from './note-sequence.js';

/** Hits as [pitch, step] on a grid of sixteenths. */
const beat = (hits: readonly (readonly [number, number])[], more: Partial<Note> = {}) =>
  deepFreeze<NoteSequence>({
    notes: hits.map(([pitch, step]) => ({
      pitch,
      quantizedStartStep: step,
      quantizedEndStep: step + 3,
      isDrum: true,
      ...more,
    })),
    quantizationInfo: { stepsPerQuarter: 4 },
  });

describe('extractDrumTrack', () => {
  test('gives the pitches struck at each step, lowest first, each once, however long they are held', () => {
    const track = extractDrumTrack(
      beat([
        [42, 16],
        [36, 16],
        [36, 16],
        [38, 18],
      ]),
    );
    assert.deepEqual(track, {
      events: [[36, 42], [], [38]],
      startStep: 16,
      stepsPerBar: 16,
      stepsPerQuarter: 4,
    });
  });

  test('begins with the bar of the first hit', () => {
    assert.deepEqual(extractDrumTrack(beat([[36, 2]]))?.events, [[], [], [36]]);
  });

  test('ends before a bar of silence after a hit, and not before a step less', () => {
    const length = (second: number) =>
      extractDrumTrack(
        beat([
          [36, 0],
          [36, second],
        ]),
      )?.events.length;
    assert.equal(length(17), 1);
    assert.equal(length(16), 17);
  });

  test('passes over what is no drum, and silent hits', () => {
    assert.equal(extractDrumTrack(beat([[36, 0]], { isDrum: false })), undefined);
    assert.equal(extractDrumTrack(beat([[36, 0]], { velocity: 0 })), undefined);
    assert.ok(extractDrumTrack(beat([[36, 0]], { isDrum: false }), { ignoreIsDrum: true }));
  });

  test('fills up the last bar with padEnd', () => {
    assert.equal(extractDrumTrack(beat([[36, 0]]), { padEnd: true })?.events.length, 16);
    assert.deepEqual(setDrumLength([[36], [38]], 1), [[36]]);
  });
});

test('extractDrumTracks finds all tracks, and keeps those of the length asked for', () => {
  const hits = [0, 16, 32, 80, 96].map((step) => [36, step] as const);
  const lengths = (options: object) =>
    extractDrumTracks(beat(hits), options).map(({ startStep, events }) => [startStep, events.length]);
  assert.deepEqual(lengths({ minBars: 1 }), [
    [0, 33],
    [80, 17],
  ]);
  assert.deepEqual(lengths({ minBars: 2 }), [[0, 33]]);
  assert.deepEqual(lengths({ minBars: 1, maxStepsDiscard: 20 }), [[80, 17]]);
  assert.deepEqual(lengths({ minBars: 1, maxStepsTruncate: 20, padEnd: true }), [
    [0, 16],
    [80, 16],
  ]);
  assert.deepEqual(lengths({}), []);
});

describe('drumsToSequence', () => {
  test('gives notes of one step on the drum channel', () => {
    const track = deepFreeze({ events: [[36, 42], []], startStep: 16, stepsPerBar: 16, stepsPerQuarter: 4 });
    const { notes, totalTime } = drumsToSequence(track, { qpm: 60 });
    assert.deepEqual(
      notes.map(({ pitch, startTime, endTime, isDrum, instrument }) => [
        pitch,
        startTime,
        endTime,
        isDrum,
        instrument,
      ]),
      [
        [36, 4, 4.25, true, 9],
        [42, 4, 4.25, true, 9],
      ],
    );
    assert.equal(totalTime, 4.5);
  });

  test('undoes extractDrumTrack', () => {
    const events = [[36, 42], [], [38], [42]];
    const again = extractDrumTrack({ notes: drumNotes(events), quantizationInfo: { stepsPerQuarter: 4 } });
    assert.deepEqual(again?.events, events);
  });

  test('refuses pitches that are none', () => {
    assert.throws(() => drumNotes([[36], [200]]), /event 1 has a pitch of 200/);
  });
});
