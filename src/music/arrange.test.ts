import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pianoRollToSequence } from './activations-to-sequence.js';
import {
  adjustTimes,
  expandSectionGroups,
  mergeSequences,
  removeRedundantData,
  repeatToDuration,
  shiftTimes,
  swing,
} from './arrange.js';
import { inferKey } from './key-inference.js';
import { pitchesToChordSymbol } from './name-chord.js';
import type { NoteSequence } from './note-sequence.js';
import { sequenceToPianoRoll } from './piano-roll.js';

/** Notes of `length` seconds, one after the other. */
const line = (pitches: readonly number[], length = 0.5): NoteSequence => ({
  notes: pitches.map((pitch, i) => ({
    pitch,
    velocity: 80,
    startTime: i * length,
    endTime: (i + 1) * length,
  })),
  totalTime: pitches.length * length,
  tempos: [{ time: 0, qpm: 120 }],
});
const times = ({ notes }: NoteSequence) =>
  notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);

test('times are shifted, all of them', () => {
  const shifted = shiftTimes({ ...line([60]), textAnnotations: [{ time: 0.25, text: 'C' }] }, 2);
  assert.deepEqual(times(shifted), [[60, 2, 2.5]]);
  assert.equal(shifted.textAnnotations?.[0].time, 2.25);
  assert.equal(shifted.totalTime, 2.5);
  assert.throws(() => shiftTimes(line([60]), -1), { code: 'OPTION_INVALID' });
});

describe('times are adjusted', () => {
  test('to swing: eighths as of triplets', () => {
    const swung = adjustTimes(line([60, 62, 64], 0.25), swing(0.5, 2 / 3));
    assert.deepEqual(
      swung.notes.map(({ startTime = 0 }) => Math.round(startTime * 6000)),
      [0, 2000, 3000],
    );
  });
  test('notes that would last no time are left out, or last as long as is said', () => {
    const flat = (seconds: number) => (seconds <= 0.5 ? 0 : seconds);
    assert.deepEqual(times(adjustTimes(line([60, 62]), flat)), [[62, 0, 1]]);
    assert.deepEqual(times(adjustTimes(line([60, 62]), flat, { minimumDuration: 0.1 }))[0], [60, 0, 0.1]);
  });
  test('but never turned round', () =>
    assert.throws(() => adjustTimes(line([60]), (seconds) => 9 - seconds), { code: 'OPTION_INVALID' }));
});

test('tempos, metres and keys that hold already go, and nothing else', () => {
  const { tempos, keySignatures, notes } = removeRedundantData({
    ...line([60]),
    tempos: [{ time: 2, qpm: 90 }, { qpm: 120 }, { time: 1, qpm: 120 }, { time: 3, qpm: 120 }],
    keySignatures: [{ time: 0, key: 0, mode: 0 }, { time: 1 }],
  });
  assert.deepEqual(tempos, [{ qpm: 120 }, { time: 2, qpm: 90 }, { time: 3, qpm: 120 }]);
  assert.equal(keySignatures?.length, 1);
  assert.equal(notes.length, 1);
});

test('a sequence is repeated up to a length, and cut off there', () => {
  const repeated = repeatToDuration(line([60, 62]), 2.25);
  assert.deepEqual(times(repeated), [
    [60, 0, 0.5],
    [62, 0.5, 1],
    [60, 1, 1.5],
    [62, 1.5, 2],
    [60, 2, 2.25],
  ]);
  assert.equal(repeated.totalTime, 2.25);
  assert.throws(() => repeatToDuration({ notes: [] }, 2), { code: 'OPTION_INVALID' });
});

test('merged sequences sound together, each with its instruments', () => {
  const bass = { ...line([36], 2), instrumentInfos: [{ instrument: 0, name: 'Bass' }] };
  const merged = mergeSequences([line([60, 62]), bass]);
  assert.deepEqual(
    merged.notes.map(({ pitch, instrument }) => [pitch, instrument]),
    [
      [60, 0],
      [36, 1],
      [62, 0],
    ],
  );
  assert.deepEqual(merged.instrumentInfos, [{ instrument: 1, name: 'Bass' }]);
  assert.equal(merged.totalTime, 2);
});

describe('sections', () => {
  const sections = (sectionGroups: NoteSequence['sectionGroups']): NoteSequence => ({
    ...line([60, 62, 64]),
    sectionAnnotations: [
      { time: 0, sectionId: 0 },
      { time: 0.5, sectionId: 1 },
      { time: 1, sectionId: 2 },
    ],
    sectionGroups,
  });
  test('are played as their groups say, groups within groups', () => {
    const inner = { sections: [{ sectionId: 0 }, { sectionId: 1 }], numTimes: 2 };
    const played = expandSectionGroups(
      sections([{ sections: [{ sectionGroup: inner }, { sectionId: 2 }], numTimes: 2 }]),
    );
    assert.deepEqual(
      played.notes.map(({ pitch }) => pitch),
      [60, 62, 60, 62, 64, 60, 62, 60, 62, 64],
    );
    assert.equal(played.totalTime, 5);
    assert.equal(played.sectionGroups, undefined);
  });
  test('that there are not are an error', () =>
    assert.throws(() => expandSectionGroups(sections([{ sections: [{ sectionId: 7 }], numTimes: 1 }])), {
      code: 'NOTE_SEQUENCE_INVALID',
    }));
  test('without groups a sequence is left as it is', () =>
    assert.equal(expandSectionGroups(line([60])).notes.length, 1));
});

test('a piano roll gives back its notes, to a frame, with their velocities', () => {
  const given: NoteSequence = {
    notes: [
      { pitch: 60, velocity: 100, startTime: 0.32, endTime: 0.96 },
      { pitch: 60, velocity: 50, startTime: 0.96, endTime: 1.28 },
      { pitch: 108, velocity: 20, startTime: 0.64, endTime: 1.6 },
      { pitch: 36, velocity: 99, startTime: 0, endTime: 1, isDrum: true },
    ],
    totalTime: 1.92,
  };
  const roll = sequenceToPianoRoll(given);
  assert.equal(roll.frameCount, 60);
  const { notes } = pianoRollToSequence(roll);
  const facts = (
    sequence: readonly { pitch: number; startTime?: number; endTime?: number; velocity?: number }[],
  ) =>
    sequence
      .map(({ pitch, startTime = 0, endTime = 0, velocity }) => [
        Math.round(startTime / 0.032),
        pitch,
        Math.round(endTime / 0.032),
        velocity,
      ])
      .sort(([a], [b]) => Number(a) - Number(b));
  assert.deepEqual(facts(notes), facts(given.notes.slice(0, 3)));
});

describe('chords are named', () => {
  for (const [pitches, symbol] of [
    [[60, 64, 67], 'C'],
    [[64, 67, 72], 'C/E'],
    [[57, 60, 64, 67], 'Am7'],
    [[60, 64, 67, 69], 'C6'],
    [[55, 59, 62, 65], 'G7'],
    [[59, 62, 65, 69], 'Bm7b5'],
    [[54, 58, 61, 65], 'F#maj7'],
    [[48, 60, 67], 'C5'],
    [[], 'N.C.'],
  ] as const)
    test(`${pitches.join(' ')} is ${symbol}`, () => assert.equal(pitchesToChordSymbol(pitches), symbol));
  test('but not what is none', () =>
    assert.throws(() => pitchesToChordSymbol([60, 61, 62]), { code: 'CHORD_SYMBOL_UNKNOWN' }));
});

describe('keys are inferred', () => {
  for (const [what, pitches, key, mode] of [
    ['C major', [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60], 0, 0],
    ['D major', [62, 66, 69, 67, 66, 64, 62, 61, 62], 2, 0],
    ['A minor', [69, 71, 72, 74, 76, 68, 69, 76, 72, 69], 9, 1],
  ] as const)
    test(what, () => {
      const found = inferKey(line(pitches));
      assert.deepEqual([found?.key, found?.mode], [key, mode]);
    });
  test('not of silence', () => assert.equal(inferKey({ notes: [] }), undefined));
});
