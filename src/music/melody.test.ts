import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Melody } from './events.js';
import { assertSameSequence, deepFreeze } from './golden.testing.js';
import { majorKey, majorKeyHistogram, squashMelody, transposeMelody } from './key.js';
import { extractMelodies, extractMelody, melodyNotes, melodyToSequence, setMelodyLength } from './melody.js';
import type { Note, NoteSequence } from './note-sequence.js';

/** Notes as [pitch, start, end] in steps of sixteenths. */
const sixteenths = (notes: readonly (readonly [number, number, number])[], more: Partial<Note> = {}) =>
  deepFreeze<NoteSequence>({
    notes: notes.map(([pitch, quantizedStartStep, quantizedEndStep]) => ({
      pitch,
      quantizedStartStep,
      quantizedEndStep,
      ...more,
    })),
    quantizationInfo: { stepsPerQuarter: 4 },
  });

describe('extractMelody', () => {
  const events = (notes: readonly (readonly [number, number, number])[], options = {}) =>
    extractMelody(sixteenths(notes), options)?.events;

  test('writes a note where it begins, and its end only before silence', () => {
    assert.deepEqual(
      events([
        [60, 0, 2],
        [62, 2, 4],
      ]),
      [60, -2, 62, -2],
    );
    assert.deepEqual(
      events([
        [60, 0, 2],
        [62, 2, 4],
        [64, 6, 8],
      ]),
      [60, -2, 62, -2, -1, -2, 64, -2],
    );
  });

  test('cuts off a note that still sounds when the next one begins', () => {
    assert.deepEqual(
      events([
        [60, 0, 8],
        [62, 2, 4],
      ]),
      [60, -2, 62, -2],
    );
  });

  test('begins with the bar of the first note', () => {
    const melody = extractMelody(sixteenths([[60, 18, 20]]));
    assert.deepEqual(melody, {
      events: [-2, -2, 60, -2],
      startStep: 16,
      stepsPerBar: 16,
      stepsPerQuarter: 4,
    });
  });

  test('ends before a bar of silence, and not before a step less', () => {
    assert.equal(
      events([
        [60, 0, 2],
        [62, 18, 20],
      ])?.length,
      2,
    );
    assert.equal(
      events([
        [60, 0, 2],
        [62, 17, 20],
      ])?.length,
      20,
    );
  });

  test('keeps the highest of notes that begin together, or refuses them', () => {
    const chord = [
      [60, 0, 2],
      [67, 0, 4],
    ] as const;
    assert.deepEqual(events(chord, { ignorePolyphony: true }), [67, -2, -2, -2]);
    assert.throws(() => events(chord), { code: 'MELODY_POLYPHONIC' });
  });

  test('fills up the last bar with padEnd, ending the last note', () => {
    assert.deepEqual(events([[60, 0, 2]], { padEnd: true }), [60, -2, -1, ...new Array<number>(13).fill(-2)]);
  });

  test('passes over drums, silent notes and other instruments; velocities that nobody gave do sound', () => {
    assert.equal(extractMelody(sixteenths([[60, 0, 2]], { isDrum: true })), undefined);
    assert.equal(extractMelody(sixteenths([[60, 0, 2]], { velocity: 0 })), undefined);
    assert.equal(extractMelody(sixteenths([[60, 0, 2]], { instrument: 1 })), undefined);
    assert.ok(extractMelody(sixteenths([[60, 0, 2]], { instrument: 1 }), { instrument: 1 }));
  });

  test('asks for steps of quarters', () => {
    assert.throws(() => extractMelody({ notes: [] }), { code: 'SEQUENCE_NOT_QUANTIZED' });
    const seconds = { notes: [], quantizationInfo: { stepsPerSecond: 100 } };
    assert.throws(() => extractMelody(seconds), { code: 'SEQUENCE_NOT_QUANTIZED' });
  });
});

describe('extractMelodies', () => {
  const scale = (start: number, instrument = 0) =>
    Array.from({ length: 7 }, (_, bar) => ({
      pitch: 60 + bar,
      quantizedStartStep: start + 16 * bar,
      quantizedEndStep: start + 16 * bar + 16,
      instrument,
    }));
  const piece = deepFreeze<NoteSequence>({
    notes: [...scale(0), ...scale(160), ...scale(0, 3)],
    quantizationInfo: { stepsPerQuarter: 4 },
  });

  test('finds every melody of every instrument', () => {
    const found = extractMelodies(piece);
    assert.deepEqual(
      found.map(({ startStep, events }) => [startStep, events.length]),
      [
        [0, 112],
        [160, 112],
        [0, 112],
      ],
    );
  });

  test('keeps the highest of notes that begin together; where told not to, leaves the instrument there', () => {
    const chord = { pitch: 40, quantizedStartStep: 0, quantizedEndStep: 4 };
    const withChord = { ...piece, notes: [...piece.notes, chord] };
    assert.equal(extractMelodies(withChord).length, 3);
    assert.equal(extractMelodies(withChord, { ignorePolyphony: false }).length, 1);
  });

  test('drops what is short, monotonous or too long, and cuts what is long', () => {
    assert.equal(extractMelodies(piece, { minBars: 8 }).length, 0);
    assert.equal(extractMelodies(piece, { minUniquePitches: 8 }).length, 0);
    assert.equal(extractMelodies(piece, { maxStepsDiscard: 111 }).length, 0);
    const cut = extractMelodies(piece, { maxStepsTruncate: 90 });
    assert.deepEqual(
      cut.map(({ events }) => events.length),
      [90, 90, 90],
    );
    const whole = extractMelodies(piece, { maxStepsTruncate: 90, padEnd: true });
    assert.equal(whole[0].events.length, 80);
  });
});

test('a melody made longer ends the note that sounds; made shorter it is cut', () => {
  assert.deepEqual(setMelodyLength([60, -2], 4), [60, -2, -1, -2]);
  assert.deepEqual(setMelodyLength([60, -1], 3), [60, -1, -2]);
  assert.deepEqual(setMelodyLength([-2], 2), [-2, -2]);
  assert.deepEqual(setMelodyLength([60, -2, 62], 2), [60, -2]);
});

describe('melodyToSequence', () => {
  test('gives back the notes, in seconds', () => {
    const melody: Melody = deepFreeze({
      events: [-1, 60, -2, 62, -1, -2],
      startStep: 16,
      stepsPerBar: 16,
      stepsPerQuarter: 4,
    });
    const sequence = melodyToSequence(melody, { qpm: 60, velocity: 90, program: 5 });
    const rest = { velocity: 90, program: 5 };
    assertSameSequence(sequence, {
      ticksPerQuarter: 220,
      tempos: [{ time: 0, qpm: 60 }],
      notes: [
        { pitch: 60, startTime: 4.25, endTime: 4.75, ...rest },
        { pitch: 62, startTime: 4.75, endTime: 5, ...rest },
      ],
      totalTime: 5.5,
    });
  });

  test('undoes extractMelody', () => {
    const events = [60, -2, -1, 62, 62, -2, 55, -2, -2];
    const again = extractMelody({
      notes: melodyNotes(events),
      quantizationInfo: { stepsPerQuarter: 4 },
    });
    assert.deepEqual(again?.events, events);
  });

  test('refuses what is no event and no option, by name', () => {
    assert.throws(() => melodyNotes([60, 128]), /event 1 is 128/);
    assert.throws(() => melodyNotes([1.5]), { code: 'EVENT_INVALID' });
    const empty: Melody = { events: [], startStep: 0, stepsPerBar: 16, stepsPerQuarter: 4 };
    assert.throws(() => melodyToSequence(empty, { qpm: 0 }), /qpm is 0/);
    assert.throws(() => melodyToSequence(empty, { velocity: 128 }), /velocity is 128/);
  });
});

describe('keys', () => {
  test('the key is the one that most notes are in, the lowest of several', () => {
    assert.equal(majorKey([60, 62, 64, 65, 67, 69, 71]), 0);
    assert.equal(majorKey([62, 64, 66, 67, 69, 71, 73]), 2);
    assert.deepEqual(majorKeyHistogram([60, 60]), [2, 2, 0, 2, 0, 2, 0, 2, 2, 0, 2, 0]);
  });

  test('transposition folds what leaves the range back by octaves', () => {
    assert.deepEqual(transposeMelody([47, 84, 30, 100, -2, -1], 0, 48, 84), [59, 72, 54, 76, -2, -1]);
    assert.deepEqual(transposeMelody([60], 12, 48, 84), [72]);
  });

  test('squashing brings the melody to the key and near the middle of the range', () => {
    // D major, 62 to 69: to C, its middle of 65.5 - 2 is 2 below that of 48 to 83.
    const melody = [62, 64, 66, 67, 69, 73, 62];
    const squashed = squashMelody(melody, 48, 84, 0);
    assert.equal(squashed.semitones, -2);
    assert.deepEqual(squashed.events, [60, 62, 64, 65, 67, 71, 60]);
    assert.equal(
      squashMelody(
        melody.map((pitch) => pitch + 36),
        48,
        84,
        0,
      ).semitones,
      -38,
    );
    assert.deepEqual(squashMelody([30], 48, 84), { events: [54], semitones: 0 });
    assert.deepEqual(squashMelody([-2], 48, 84, 0), { events: [-2], semitones: 0 });
  });

  test('half an octave between two octaves goes to the even one, as Python rounds', () => {
    // C major from 55 to 64: its middle, 59.5, is half an octave below that of the range, 65.5.
    const melody = [55, 57, 59, 60, 62, 64];
    assert.equal(squashMelody(melody, 48, 84, 0).semitones, 0);
    const low = melody.map((pitch) => pitch - 12);
    assert.equal(squashMelody(low, 48, 84, 0).semitones, 24);
  });

  test('a range of less than an octave is refused', () => {
    assert.throws(() => transposeMelody([60], 0, 60, 66), { code: 'OPTION_INVALID' });
  });
});
