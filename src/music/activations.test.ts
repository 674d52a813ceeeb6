/** Activations to notes: the vectors of both implementations, and the rules one by one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { KEYS, type Activations } from './activations.js';
import { checkedThresholds, pianoRollToSequence, type PianoRollOptions } from './activations-to-sequence.js';
import { NoteDecoder } from './note-decoder.js';
import type { Note, NoteSequence } from './note-sequence.js';

type Cells = readonly (readonly [frame: number, pitchIndex: number, value: number])[];

interface RollCase {
  readonly name?: string;
  readonly decoder?: 'frames' | 'onsets' | 'viterbi';
  readonly alpha?: number;
  readonly useOffsets?: boolean;
  readonly frameSeconds: number;
  readonly velocityScale: number;
  readonly velocityBias: number;
  readonly notes: readonly Note[];
  readonly totalTime: number;
}

interface RollVectors {
  readonly frameSeconds: number;
  readonly pianoroll: RollCase & {
    readonly frames: number;
    readonly frameProbs: Cells;
    readonly onsetProbs: Cells;
    readonly offsetProbs: Cells;
    readonly velocities: Cells;
    readonly velocityValues: Cells;
    readonly cases: readonly RollCase[];
  };
}

const read = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../test/golden/onsets_frames_${name}.json`, import.meta.url), 'utf8'),
  ) as RollVectors;

function matrix(frames: number, cells: Cells, value = (given: number) => given): Float32Array {
  const result = new Float32Array(frames * KEYS).fill(value(0));
  for (const [frame, key, given] of cells) result[frame * KEYS + key] = value(given);
  return result;
}

function assertNotes({ notes }: NoteSequence, expected: readonly Note[]) {
  assert.equal(notes.length, expected.length);
  notes.forEach((note, i) => {
    const { startTime = 0, endTime = 0, ...rest } = note;
    const { startTime: start = 0, endTime: end = 0, ...others } = expected[i];
    assert.deepEqual(rest, others);
    assert.ok(
      Math.abs(startTime - start) < 1e-8 && Math.abs(endTime - end) < 1e-8,
      `note ${i}: ${startTime}`,
    );
  });
}

describe('piano rolls of the vectors', () => {
  test('magenta.js', () => {
    const { pianoroll, frameSeconds } = read('uni');
    const { frames: frameCount, frameProbs, onsetProbs, velocities } = pianoroll;
    const sequence = pianoRollToSequence({
      frameCount,
      secondsPerFrame: frameSeconds,
      frames: matrix(frameCount, frameProbs),
      onsets: matrix(frameCount, onsetProbs),
      velocities: matrix(frameCount, velocities),
    });
    assertNotes(sequence, pianoroll.notes);
    assert.equal(sequence.totalTime, pianoroll.totalTime);
  });

  const { pianoroll } = read('maestro');
  for (const roll of pianoroll.cases) {
    test(`Python: ${roll.name}`, () => {
      const { frames: frameCount, frameProbs, onsetProbs, offsetProbs, velocityValues } = pianoroll;
      const { velocityScale, velocityBias, frameSeconds, useOffsets, decoder, alpha } = roll;
      const velocity = (value: number) =>
        Math.trunc(velocityScale * Math.min(1, Math.max(0, value)) + velocityBias);
      const sequence = pianoRollToSequence(
        {
          frameCount,
          secondsPerFrame: frameSeconds,
          frames: matrix(frameCount, frameProbs),
          onsets: matrix(frameCount, onsetProbs),
          offsets: matrix(frameCount, offsetProbs),
          velocities: matrix(frameCount, velocityValues, velocity),
        },
        { decoder, onsetWeight: alpha, offsetThreshold: useOffsets ? 0.5 : 0 },
      );
      assertNotes(sequence, roll.notes);
      // Python counts the empty frame that it appends; drums end with their last frame's note.
      const appended = decoder === 'onsets' ? 0 : frameSeconds;
      assert.ok(Math.abs((sequence.totalTime ?? 0) + appended - roll.totalTime) < 1e-8);
    });
  }
});

describe('a pitch', () => {
  /** One pitch: frames in which an onset, a sound or an end is predicted. */
  const roll = (
    onsets: readonly number[],
    frames: readonly number[],
    offsets: readonly number[] = [],
  ): Activations => ({
    frameCount: 9,
    secondsPerFrame: 0.032,
    onsets: matrix(
      9,
      onsets.map((frame) => [frame, 39, 0.9]),
    ),
    frames: matrix(
      9,
      frames.map((frame) => [frame, 39, 0.9]),
    ),
    offsets: matrix(
      9,
      offsets.map((frame) => [frame, 39, 0.9]),
    ),
    velocities: matrix(
      9,
      onsets.map((frame) => [frame, 39, 40 + frame]),
    ),
  });
  const notesOf = (activations: Activations, options?: PianoRollOptions) =>
    pianoRollToSequence(activations, options).notes.map(({ pitch, velocity, startTime = 0, endTime = 0 }) => [
      pitch,
      velocity,
      Math.round(startTime / 0.032),
      Math.round(endTime / 0.032),
    ]);

  test('begins at an onset, and two onset frames are one', () => {
    assert.deepEqual(notesOf(roll([3, 4], [3, 4, 5, 6, 7])), [[60, 43, 3, 8]]);
  });
  test('is struck again where an onset comes anew', () => {
    assert.deepEqual(notesOf(roll([3, 6], [3, 4, 5, 6, 7])), [
      [60, 43, 3, 6],
      [60, 46, 6, 8],
    ]);
  });
  test('does not begin without an onset, and an onset sounds without a frame', () => {
    assert.deepEqual(notesOf(roll([], [2, 3, 4])), []);
    assert.deepEqual(notesOf(roll([5], [])), [[60, 45, 5, 6]]);
  });
  test('ends at an offset where these are used; an onset in the same frame is lost', () => {
    const activations = roll([2, 6], [2, 3, 4, 5, 6, 7], [4, 6]);
    assert.deepEqual(notesOf(activations), [
      [60, 42, 2, 6],
      [60, 46, 6, 8],
    ]);
    assert.deepEqual(notesOf(activations, { offsetThreshold: 0.5 }), [[60, 42, 2, 4]]);
  });
  test('that still sounds at the end ends there', () => {
    assert.deepEqual(notesOf(roll([7], [7, 8])), [[60, 47, 7, 9]]);
  });

  test('is the same in whatever parts the frames come, and sounds until it ends', () => {
    const activations = roll([1, 2, 5, 8], [1, 2, 3, 4, 5, 6, 8]);
    const decoder = new NoteDecoder(checkedThresholds({}));
    const ended: Note[] = [];
    for (let frame = 0; frame < 9; frame++) {
      const part = (values: Float32Array | undefined) =>
        values?.subarray(frame * KEYS, (frame + 1) * KEYS) ?? new Float32Array(0);
      ended.push(
        ...decoder.take({
          frameCount: 1,
          secondsPerFrame: 0.032,
          onsets: part(activations.onsets),
          frames: part(activations.frames),
          velocities: part(activations.velocities),
        }),
      );
      if (frame === 3)
        assert.deepEqual(decoder.sounding(), [{ pitch: 60, velocity: 41, startTime: 0.032, endTime: 0.128 }]);
    }
    assert.deepEqual([...ended, ...decoder.sounding()], pianoRollToSequence(activations).notes);
  });
});

test('options that mean nothing are refused', () => {
  const empty = new Float32Array(0);
  const activations = {
    frameCount: 0,
    secondsPerFrame: 0.032,
    onsets: empty,
    frames: empty,
    velocities: empty,
  };
  for (const options of [
    { onsetThreshold: 1.5 },
    { frameThreshold: NaN },
    { offsetThreshold: -1 },
    { onsetWeight: 1 },
    { decoder: 'hmm' as 'viterbi' },
  ])
    assert.throws(() => pianoRollToSequence(activations, options), { code: 'OPTION_INVALID' });
  const drums = { frameCount: 0, secondsPerFrame: 0.01, onsets: empty, velocities: empty };
  assert.throws(() => pianoRollToSequence(drums, { decoder: 'viterbi' }), { code: 'OPTION_INVALID' });
});
