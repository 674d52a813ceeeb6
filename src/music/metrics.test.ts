import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { accuracy, eventMetrics } from './event-metrics.js';
import { frameScore } from './frame-metrics.js';
import { assertSame, readGolden } from './golden.testing.js';
import { maximumMatching } from './matching.js';
import { noteScore, type Score } from './note-metrics.js';
import type { Note } from './note-sequence.js';

const note = (pitch: number, startTime: number, endTime: number, velocity = 80) => ({
  pitch,
  startTime,
  endTime,
  velocity,
});

describe('events', () => {
  test('the loss of a uniform guess is the logarithm of the number of classes', () => {
    const uniform = new Array<number>(10).fill(-Math.log(38));
    const { loss, perplexity, events } = eventMetrics(uniform);
    assert.ok(Math.abs(loss - Math.log(38)) < 1e-12);
    assert.ok(Math.abs(perplexity - 38) < 1e-9);
    assert.equal(events, 10);
  });

  test('accuracy is the share of hits', () => {
    assert.equal(accuracy([1, 2, 3, 4], [1, 2, 0, 4]), 0.75);
  });

  test('nothing, NaN and lists that do not fit are refused', () => {
    assert.throws(() => eventMetrics([]), { code: 'OPTION_INVALID' });
    assert.throws(() => eventMetrics([-1, NaN]), /logProbabilities\[1\] is NaN/);
    assert.throws(() => accuracy([1], [1, 2]), { code: 'OPTION_INVALID' });
  });
});

describe('notes', () => {
  const f1 = (estimate: ReturnType<typeof note>, options = {}) =>
    noteScore([note(60, 1, 2)], [estimate], options).f1;

  test('an onset may be 50 ms off and no more', () => {
    assert.equal(f1(note(60, 1.05, 2)), 1);
    assert.equal(f1(note(60, 0.95, 2)), 1);
    assert.equal(f1(note(60, 1.0501, 2)), 0);
    assert.equal(f1(note(61, 1, 2)), 0);
  });

  test('an offset a fifth of the length, or 50 ms where that is more', () => {
    assert.equal(f1(note(60, 1, 2.2), { offsets: true }), 1);
    assert.equal(f1(note(60, 1, 2.21), { offsets: true }), 0);
    assert.equal(noteScore([note(60, 1, 1.1)], [note(60, 1, 1.15)], { offsets: true }).f1, 1);
    assert.equal(noteScore([note(60, 1, 1.1)], [note(60, 1, 1.16)], { offsets: true }).f1, 0);
  });

  test('each note is matched once, and as many as can be', () => {
    // Greedily 1.00 takes 1.04, and 1.06 finds none.
    const reference = [note(60, 1, 2), note(60, 1.06, 2)];
    const estimate = [note(60, 1.04, 2), note(60, 0.98, 2), note(60, 5, 6)];
    assert.deepEqual(noteScore(reference, estimate), { precision: 2 / 3, recall: 1, f1: 0.8 });
    assert.equal(noteScore([note(60, 1, 2)], [note(60, 1, 2), note(60, 1, 2)]).precision, 0.5);
  });

  test('notes without length, and empty lists, are no division by zero', () => {
    assert.deepEqual(noteScore([], []), { precision: 0, recall: 0, f1: 0 });
    assert.deepEqual(noteScore([note(60, 1, 2), note(62, 1, 1)], [note(60, 1, 2)]).recall, 1);
  });

  test('velocities count after the best fit, so that half as loud all over is right', () => {
    const reference = [note(60, 0, 1, 20), note(62, 1, 2, 60), note(64, 2, 3, 120)];
    const quieter = reference.map((one) => ({ ...one, velocity: one.velocity / 2 + 5 }));
    assert.equal(noteScore(reference, quieter, { velocities: true }).f1, 1);
    const wrong = [20, 120, 60].map((velocity, i) => ({ ...reference[i], velocity }));
    assert.ok(noteScore(reference, wrong, { velocities: true }).f1 < 1);
    const equal = reference.map((one) => ({ ...one, velocity: 64 }));
    assert.ok(Number.isFinite(noteScore(reference, equal, { velocities: true }).f1));
  });

  test('a matching is as large as that of trying everything, on small random graphs', () => {
    const random = createRandom('matching');
    const most = (
      candidates: readonly (readonly number[])[],
      from = 0,
      used: readonly number[] = [],
    ): number =>
      from === candidates.length
        ? used.length
        : Math.max(
            most(candidates, from + 1, used),
            ...candidates[from]
              .filter((right) => !used.includes(right))
              .map((right) => most(candidates, from + 1, [...used, right])),
          );
    for (let i = 0; i < 300; i++) {
      const candidates = Array.from({ length: 5 }, () => [0, 1, 2, 3, 4].filter(() => random() < 0.35));
      const pairs = maximumMatching(candidates, 5);
      assert.equal(pairs.length, most(candidates));
      assert.equal(new Set(pairs.map(([left]) => left)).size, pairs.length);
      assert.ok(pairs.every(([left, right]) => candidates[left].includes(right)));
    }
  });

  test('ten thousand notes take seconds, not minutes', () => {
    const random = createRandom('many');
    const many = Array.from({ length: 10000 }, (_, i) => note(60 + (i % 12), random() * 600, 700));
    const began = performance.now();
    assert.equal(noteScore(many, many).f1, 1);
    assert.ok(performance.now() - began < 10000);
  });
});

test('frames count what sounds when', () => {
  const result = frameScore([note(60, 0, 2)], [note(60, 1, 4)], 1);
  // One of two frames that are found is right; what the estimate holds behind the reference's end does not count.
  assert.deepEqual(result, { precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, accuracy: 1 / 3 });
  // A frame counts where a note sounds in a part of it.
  assert.equal(frameScore([note(60, 0.6, 1.2)], [note(60, 0, 2)], 1).accuracy, 1);
  assert.equal(frameScore([], []).accuracy, 0);
});

interface MetricCase {
  readonly name: string;
  readonly reference: Note[];
  readonly estimate: Note[];
  readonly note: Score;
  readonly noteWithVelocity: Score;
  readonly noteWithOffsets: Score;
  readonly noteWithOffsetsAndVelocity: Score;
  readonly frames: Score & { readonly accuracyWithoutTrueNegatives: number };
}

describe('transcriptions, as mir_eval scores them', () => {
  const { cases, framesPerSecond } = readGolden<{ cases: MetricCase[]; framesPerSecond: number }>(
    'transcription_metrics.json',
  );
  for (const { name, reference, estimate, ...expected } of cases) {
    test(`golden: ${name}`, () => {
      assertSame(noteScore(reference, estimate), expected.note);
      assertSame(noteScore(reference, estimate, { velocities: true }), expected.noteWithVelocity);
      assertSame(noteScore(reference, estimate, { offsets: true }), expected.noteWithOffsets);
      assertSame(
        noteScore(reference, estimate, { offsets: true, velocities: true }),
        expected.noteWithOffsetsAndVelocity,
      );
      const { precision, recall, f1, accuracyWithoutTrueNegatives: accuracy } = expected.frames;
      assertSame(frameScore(reference, estimate, framesPerSecond), { precision, recall, f1, accuracy });
    });
  }
});
