import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { meanMeasures, musicMeasures } from './measures.js';

/** Quarters of half a second, one after the other. */
const tune = (...pitches: number[]) => ({
  notes: pitches.map((pitch, i) => ({ pitch, startTime: i / 2, endTime: (i + 1) / 2 })),
});

const measured = (...pitches: number[]) => {
  const measures = musicMeasures(tune(...pitches));
  assert.ok(measures);
  return measures;
};

describe('measures of music', () => {
  test('count notes a second', () => {
    assert.equal(measured(60, 62, 64, 65, 67, 69, 71, 72).noteDensity, 2);
  });

  test('tell one pitch class from all of them, in any octave', () => {
    assert.equal(measured(60, 72, 60, 48).pitchClassEntropy, 0);
    const chromatic = Array.from({ length: 24 }, (_, i) => 60 + i);
    assert.ok(Math.abs((measured(...chromatic).pitchClassEntropy ?? 0) - Math.log2(12)) < 1e-12);
  });

  test('find what no one scale has', () => {
    assert.equal(measured(62, 64, 66, 67, 69, 71, 73, 74).offKey, 0);
    // C# within C major.
    assert.equal(measured(60, 62, 64, 65, 67, 69, 71, 61).offKey, 1 / 8);
  });

  test('hear runs of four pitches again', () => {
    assert.equal(measured(60, 62, 64, 65, 67).repetition, 0);
    // Five runs, the last of them the first again.
    assert.equal(measured(60, 62, 64, 65, 60, 62, 64, 65).repetition, 1 / 5);
  });

  test('of drums say nothing of keys', () => {
    const { notes } = tune(36, 38, 42, 36, 38);
    const measures = musicMeasures({ notes: notes.map((note) => ({ ...note, isDrum: true })) });
    assert.deepEqual(measures, { noteDensity: 2, pitchClassEntropy: null, offKey: null, repetition: 0 });
  });

  test('of few notes are none, and of several pieces the mean', () => {
    assert.equal(musicMeasures(tune(60, 62, 64)), undefined);
    const mean = meanMeasures([tune(60, 60, 60, 60), tune(60), tune(60, 62, 64, 61)]);
    assert.equal(mean?.offKey, 1 / 8);
    assert.equal(meanMeasures([]), undefined);
  });
});
