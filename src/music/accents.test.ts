import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accentDrums, accentPitched, accentVoices, metreGrid } from './accents.js';
import type { QuantizedNote } from './note-sequence.js';

const at = (pitch: number, quantizedStartStep: number): QuantizedNote => ({
  pitch,
  quantizedStartStep,
  quantizedEndStep: quantizedStartStep + 1,
});
const COMMON = metreGrid({ numerator: 4, denominator: 4 }, 4);
const velocities = (notes: readonly QuantizedNote[]) => notes.map(({ velocity }) => velocity ?? 0);
const steady = (steps: readonly number[], grid = COMMON) =>
  velocities(
    accentPitched(
      steps.map((step) => at(60, step)),
      grid,
    ),
  );

describe('accents of the metre', () => {
  test('go from the first of the bar over its middle, beats and eighths to what lies between', () => {
    const [bar, off, eighth, beat, half, next] = steady([0, 1, 2, 4, 8, 16]);
    assert.ok(bar > half && half > beat && beat > eighth && eighth > off);
    assert.equal(next, bar);
  });

  test('know the beats of other metres', () => {
    const [bar, beat] = steady([0, 4, 8], metreGrid({ numerator: 3, denominator: 4 }, 4));
    assert.deepEqual(steady([0, 4, 8, 12], metreGrid({ numerator: 3, denominator: 4 }, 4)), [
      bar,
      beat,
      beat,
      bar,
    ]);
    const [first, eighth, middle] = steady([0, 2, 6], metreGrid({ numerator: 6, denominator: 8 }, 4));
    assert.ok(first > middle && middle > eighth, 'three eighths are a beat of 6/8');
  });

  test('swell with a rising line, within bounds', () => {
    const [, up] = velocities(accentPitched([at(60, 0), at(64, 4)], COMMON));
    const [, down] = velocities(accentPitched([at(64, 0), at(60, 4)], COMMON));
    assert.ok(up > down);
    const all = velocities(accentPitched([at(0, 0), at(127, 0), at(0, 1)], COMMON));
    assert.ok(all.every((velocity) => velocity >= 1 && velocity <= 127));
  });

  test('bring the highest of several voices out', () => {
    const [alto, soprano, bass] = velocities(accentVoices([at(64, 0), at(72, 0), at(48, 0)], COMMON));
    assert.ok(soprano > bass && bass > alto);
  });

  test('of drums differ by drum and place: a snare between the eighths is a ghost note', () => {
    const [backbeat, ghost] = velocities(accentDrums([at(38, 4), at(38, 7)], COMMON));
    assert.ok(backbeat > 2 * ghost);
    const hats = velocities(
      accentDrums(
        [0, 2, 4, 6, 7].map((step) => at(42, step)),
        COMMON,
      ),
    );
    assert.ok(new Set(hats).size >= 4);
    assert.ok(velocities(accentDrums([at(80, 3)], COMMON))[0] > 0, 'one of no class has a velocity too');
  });
});
