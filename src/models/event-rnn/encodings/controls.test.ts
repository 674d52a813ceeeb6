import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { ChordTones } from '../../../music/chord-symbol.js';
import type { Controls } from '../protocol.js';
import { SparseVector } from '../../../ops/lstm/network.js';
import { CONFIGURATIONS } from './configurations.js';
import {
  chordPitches,
  noteDensity,
  pitchHistogram,
  spreadOver,
  triadChord,
  type ControlEncoding,
} from './controls.js';

function vectorOf({ size, write }: ControlEncoding, controls: Controls): number[] {
  const input = new SparseVector(size);
  write(controls, input);
  const vector = new Array<number>(size).fill(0);
  for (let i = 0; i < input.count; i++) vector[input.indices[i]] = input.values[i];
  return vector;
}

const hot = (vector: readonly number[]) => vector.flatMap((value, i) => (value === 0 ? [] : [i]));

const invalid = (field: string) => (error: unknown) =>
  error instanceof TimbrelError && error.code === 'CONTROL_INVALID' && error.message.startsWith(field);

const G_OVER_B: ChordTones = { root: 7, bass: 11, pitches: [7, 11, 2], quality: 'major' };

describe('chords', () => {
  test('as triads: no chord 0, then roots by quality', () => {
    assert.deepEqual(hot(vectorOf(triadChord, { chord: 'N.C.' })), [0]);
    assert.deepEqual(hot(vectorOf(triadChord, {})), [0]);
    assert.deepEqual(hot(vectorOf(triadChord, { chord: G_OVER_B })), [8]);
    assert.deepEqual(hot(vectorOf(triadChord, { chord: { ...G_OVER_B, quality: 'diminished' } })), [44]);
  });

  test('as triads: a chord that is none is an error', () => {
    assert.throws(() => vectorOf(triadChord, { chord: { ...G_OVER_B, quality: 'other' } }), invalid('chord'));
  });

  test('as pitches: root, pitches, the true bass', () => {
    assert.deepEqual(hot(vectorOf(chordPitches, { chord: G_OVER_B })), [8, 15, 20, 24, 36]);
    assert.deepEqual(hot(vectorOf(chordPitches, { chord: 'N.C.' })), [0]);
    assert.throws(() => vectorOf(chordPitches, { chord: { ...G_OVER_B, root: 12 } }), invalid('chord'));
  });
});

describe('note density', () => {
  test('bins end at 1, 2, 4 .. 64 notes a second', () => {
    const bin = (density: number) => hot(vectorOf(noteDensity, { noteDensity: density }))[0];
    assert.deepEqual([0, 0.9, 1, 15, 16, 63, 64, 1000].map(bin), [0, 0, 1, 4, 5, 6, 7, 7]);
    assert.deepEqual(hot(vectorOf(noteDensity, {})), [4]);
    assert.throws(() => bin(-1), invalid('noteDensity'));
    assert.throws(() => bin(NaN), invalid('noteDensity'));
  });
});

describe('pitch histogram', () => {
  test('sums to 1; of nothing it is even', () => {
    const weights = [3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert.deepEqual(vectorOf(pitchHistogram, { pitchHistogram: weights }).slice(0, 3), [0.75, 0, 0.25]);
    const even = new Array<number>(12).fill(Math.fround(1 / 12));
    assert.deepEqual(vectorOf(pitchHistogram, {}), even);
    assert.deepEqual(vectorOf(pitchHistogram, { pitchHistogram: new Array<number>(12).fill(0) }), even);
  });

  test('of another length, or below zero, is an error', () => {
    assert.throws(() => vectorOf(pitchHistogram, { pitchHistogram: [1, 2] }), invalid('pitchHistogram'));
    const negative = new Array<number>(12).fill(-1);
    assert.throws(() => vectorOf(pitchHistogram, { pitchHistogram: negative }), invalid('pitchHistogram'));
  });
});

describe('several controls', () => {
  const histogram = [1, ...new Array<number>(11).fill(0)];

  test('density comes first, then the histogram', () => {
    const { controls } = CONFIGURATIONS.multiconditioned_performance_with_dynamics;
    assert.equal(controls.size, 20);
    assert.deepEqual(hot(vectorOf(controls, { noteDensity: 15, pitchHistogram: histogram })), [4, 8]);
  });

  test('optional ones: a flag and zeros, or zero and the controls', () => {
    const { controls } = CONFIGURATIONS.optional_multiconditioned_performance_with_dynamics;
    assert.equal(controls.size, 21);
    assert.deepEqual(hot(vectorOf(controls, {})), [0]);
    assert.deepEqual(hot(vectorOf(controls, { noteDensity: 15, pitchHistogram: histogram })), [5, 9]);
    assert.deepEqual(hot(vectorOf(controls, { noteDensity: 15, unconditioned: true })), [0]);
  });
});

test('values are spread evenly over the events', () => {
  const at = spreadOver(['a', 'b', 'c'], 7);
  assert.equal([0, 1, 2, 3, 4, 5, 6, 7].map(at).join(''), 'aaabbccc');
});
