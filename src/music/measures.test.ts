import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { meanMeasures, musicMeasures } from './measures.js';

/** Quarters of half a second, one after the other. */
const tune = (...pitches: number[]) => ({
  notes: pitches.map((pitch, i) => ({ pitch, startTime: i / 2, endTime: (i + 1) / 2 })),
});

/** Quarters of half a second in bars of four. */
const BEATS = { secondsPerQuarter: 0.5, quartersPerBar: 4 };

/** [pitch, begins, ends], in quarters. */
const notesOf = (rows: readonly (readonly [number, number, number])[], isDrum = false) => ({
  notes: rows.map(([pitch, start, end]) => ({ pitch, startTime: start / 2, endTime: end / 2, isDrum })),
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
    assert.deepEqual(measures, {
      noteDensity: 2,
      pitchClassEntropy: null,
      offKey: null,
      repetition: 0,
      polyphony: null,
      longNotes: null,
      onBeat: null,
      barsThatReturn: null,
      kickOnOne: null,
    });
  });

  test('count what sounds at once', () => {
    assert.equal(measured(60, 62, 64, 65).polyphony, 1);
    // Three chord tones of four quarters, and one of two: 14 quarters of sound in four.
    const chord = notesOf([
      [60, 0, 4],
      [64, 0, 4],
      [67, 0, 4],
      [72, 2, 4],
    ]);
    assert.equal(musicMeasures(chord)?.polyphony, 14 / 4);
  });

  test('find notes that hang, among those that have the time to', () => {
    const hanging = notesOf([
      [60, 0, 10],
      [62, 1, 2],
      [64, 2, 3],
      [65, 3, 13.5],
      [67, 14, 15],
      [69, 15, 20],
    ]);
    // Five seconds are ten quarters; only what begins in the first ten quarters of twenty can be that long.
    assert.equal(musicMeasures(hanging)?.longNotes, 2 / 4);
    assert.equal(measured(60, 62, 64, 65).longNotes, null, 'two seconds are too short to tell');
  });

  test('hear the beat, where there is one', () => {
    const syncopated = notesOf([
      [60, 0, 1],
      [62, 1, 1.5],
      [64, 1.5, 2],
      [65, 2.25, 3],
    ]);
    assert.equal(musicMeasures(syncopated)?.onBeat, null);
    assert.equal(musicMeasures(syncopated, BEATS)?.onBeat, 1 / 2);
    const late = notesOf([0, 1, 2, 3].map((quarter) => [60, quarter + 0.25, quarter + 1] as const));
    assert.equal(musicMeasures(late, BEATS)?.onBeat, 0, 'a sixteenth late, all of it');
  });

  test('hear bars again, whatever stands between them', () => {
    const a = (bar: number) => [
      [60, 4 * bar, 4 * bar + 1] as const,
      [64, 4 * bar + 1.5, 4 * bar + 3] as const,
    ];
    const b = (bar: number) => [[62, 4 * bar, 4 * bar + 4] as const];
    const returns = (...rows: (readonly [number, number, number])[][]) =>
      musicMeasures(notesOf(rows.flat()), BEATS)?.barsThatReturn;
    assert.equal(returns(a(0), b(1), a(2), b(3)), 2 / 4);
    assert.equal(returns(a(0), a(1), a(2), a(4)), 3 / 4, 'an empty bar is none');
    assert.equal(returns(a(0), [[61, 4, 5]], [[60, 8, 9]]), 0, 'all of a bar has to be there');
  });

  test('look for the kick on one, in bars that have drums', () => {
    const kick = (at: number) => [36, at, at + 0.1] as const;
    const snare = (at: number) => [38, at, at + 0.1] as const;
    const beat = notesOf([kick(0), snare(1), kick(4.25), snare(5), kick(8), kick(13)], true);
    assert.equal(musicMeasures(beat, BEATS)?.kickOnOne, 2 / 4);
    assert.equal(musicMeasures(beat)?.kickOnOne, null);
    assert.equal(musicMeasures(notesOf([kick(0), kick(1), kick(4), kick(8)]), BEATS)?.kickOnOne, null);
  });

  test('of few notes are none, and of several pieces the mean', () => {
    assert.equal(musicMeasures(tune(60, 62, 64)), undefined);
    const mean = meanMeasures(
      [tune(60, 60, 60, 60), tune(60), tune(60, 62, 64, 61)].map((one) => musicMeasures(one)),
    );
    assert.equal(mean?.offKey, 1 / 8);
    assert.equal(meanMeasures([]), undefined);
    assert.equal(mean?.onBeat, null, 'what no piece has is no measure of theirs');
  });
});
