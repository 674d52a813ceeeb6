import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHORD_SYMBOL, type Note, type NoteSequence } from '../../music/note-sequence.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PerformanceEvent } from '../../music/events.js';
import { extractPerformance } from '../../music/performance.js';
import { quantizeNoteSequenceAbsolute } from '../../music/quantize.js';
import { splitSequence } from '../../music/split.js';
import { applySustainPedal } from '../../music/sustain.js';
import { stretchSequence, transposeSequence } from '../../music/transform.js';
import { createRandom } from '../../random/random.js';
import { extractTrainingPieces } from './extraction.js';

/** Quarters of a G major scale at 120 a minute, up and down, for so many bars of 4/4. */
function scale(bars: number, extra: Partial<Note> = {}): NoteSequence {
  const degrees = [67, 69, 71, 72, 74, 72, 71, 66];
  const notes = Array.from({ length: 4 * bars }, (_, i) => ({
    pitch: degrees[i % 8],
    velocity: 80,
    startTime: i / 2,
    endTime: (i + 1) / 2,
    ...extra,
  }));
  return {
    notes,
    totalTime: 2 * bars,
    tempos: [{ time: 0, qpm: 120 }],
    timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
  };
}

const pieces = (id: Parameters<typeof extractTrainingPieces>[0], sequence: NoteSequence, augment = false) =>
  extractTrainingPieces(id, sequence, { augment });

describe('melodies', () => {
  test('of seven bars and more are taken, in C and within the range', () => {
    assert.equal(pieces('basic_rnn', scale(6)).length, 0);
    const [{ events }] = pieces('basic_rnn', scale(7));
    assert.equal(events.length, 7 * 16);
    const pitches = (events as number[]).filter((event) => event >= 0);
    // G major, mostly: its tonic becomes C.
    assert.deepEqual(pitches.slice(0, 5), [60, 62, 64, 65, 67]);
  });

  test('keep their key where the configuration has the whole range', () => {
    const [{ events }] = pieces('mono_rnn', scale(7));
    assert.equal((events as number[])[0], 67);
  });

  test('are not taken where two notes begin together, nor across a change of meter', () => {
    const chordal = scale(8);
    assert.equal(
      pieces('basic_rnn', { ...chordal, notes: [...chordal.notes, ...scale(8, { pitch: 60 }).notes] }).length,
      0,
    );
    const changing = {
      ...scale(8),
      timeSignatures: [
        { time: 0, numerator: 4, denominator: 4 },
        { time: 8, numerator: 3, denominator: 4 },
      ],
    };
    assert.equal(pieces('basic_rnn', changing).length, 0);
  });

  test('are cut at 512 steps', () => {
    assert.equal(pieces('basic_rnn', scale(40))[0].events.length, 512);
  });
});

describe('drum tracks', () => {
  test('of seven bars and more are taken', () => {
    const beat = (bars: number) => scale(bars, { pitch: 36, isDrum: true });
    assert.equal(pieces('drum_kit', beat(6)).length, 0);
    const [{ events }] = pieces('drum_kit', beat(8));
    assert.deepEqual(events.slice(0, 5), [[36], [], [], [], [36]]);
  });
});

describe('lead sheets', () => {
  const withChords = (...chords: string[]): NoteSequence => ({
    ...scale(8),
    textAnnotations: chords.map((text, i) => ({ time: 4 * i, text, annotationType: CHORD_SYMBOL })),
  });

  test('need chords, and have them as controls', () => {
    assert.equal(pieces('basic_improv', scale(8)).length, 0);
    const [{ controlsAt }] = pieces('basic_improv', withChords('G', 'D7'));
    const chord = controlsAt?.(40).chord;
    assert.ok(typeof chord === 'object' && chord.root === 2 && chord.quality === 'major');
  });

  test('are in all twelve keys for training only', () => {
    assert.equal(pieces('basic_improv', withChords('G', 'D7'), true).length, 12);
    assert.equal(pieces('basic_improv', withChords('G', 'D7')).length, 1);
  });

  test('with a chord that cannot be read are left out', () => {
    assert.equal(pieces('basic_improv', withChords('G', 'H13')).length, 0);
  });
});

describe('polyphony', () => {
  test('of 80 to 512 steps is taken, four semitones up and down for training', () => {
    assert.equal(pieces('polyphony', scale(4)).length, 0);
    assert.equal(pieces('polyphony', scale(8)).length, 1);
    assert.equal(pieces('polyphony', scale(40)).length, 0);
    const first = pieces('polyphony', scale(8), true).map(
      ({ events }) => (events[1] as { value: number }).value,
    );
    assert.deepEqual(first, [63, 64, 65, 66, 67, 68, 69, 70, 71]);
  });

  test('of several programs is not taken', () => {
    const mixed = { ...scale(8), notes: [...scale(8).notes, ...scale(8, { program: 40, pitch: 50 }).notes] };
    assert.equal(pieces('polyphony', mixed).length, 0);
  });
});

describe('performances', () => {
  test('come in half minutes, five speeds and seven keys for training', () => {
    assert.equal(pieces('performance_with_dynamics', scale(30)).length, 2);
    assert.equal(pieces('performance_with_dynamics', scale(30), true).length, 2 * 35);
  });

  test('have at least 32 events, and their velocities where the configuration has them', () => {
    assert.equal(pieces('performance', scale(2)).length, 0);
    const types = (id: 'performance' | 'performance_with_dynamics') =>
      new Set(pieces(id, scale(10))[0].events.map((event) => (event as { type: string }).type));
    assert.equal(types('performance').has('velocity'), false);
    assert.equal(types('performance_with_dynamics').has('velocity'), true);
  });

  test('have what they are conditioned on, read from themselves', () => {
    const [{ events, controlsAt }] = pieces('density_conditioned_performance_with_dynamics', scale(10));
    // Quarters at 120 a minute: six notes begin in three seconds. At the end of what is heard, the last one of half a second.
    assert.deepEqual(controlsAt?.(0), { noteDensity: 2, pitchHistogram: undefined });
    const last = events.length - 1;
    assert.deepEqual(events[last], { type: 'noteOff', value: 66 });
    assert.deepEqual(controlsAt?.(last), { noteDensity: 0, pitchHistogram: undefined });
    const [piece] = pieces('multiconditioned_performance_with_dynamics', scale(10));
    const { noteDensity, pitchHistogram = [] } = piece.controlsAt?.(0) ?? {};
    assert.equal(noteDensity, 2);
    // Half a second each of G A B C D C B F# G A in five seconds.
    assert.deepEqual(
      pitchHistogram.map((weight) => Math.round(100 * weight) / 100),
      [1.01, 0.01, 0.51, 0.01, 0.01, 0.01, 0.51, 1.01, 0.01, 1.01, 0.01, 1.01],
    );
  });

  test('come twice where conditioning is an option, with and without', () => {
    const found = pieces('optional_multiconditioned_performance_with_dynamics', scale(10));
    assert.equal(found.length, 2);
    assert.equal(found[0].controlsAt?.(5).unconditioned, undefined);
    assert.equal(found[1].controlsAt?.(5).unconditioned, true);
  });

  test('of whole notes are refused', () => {
    assert.throws(
      () => pieces('performance_with_dynamics_and_note_encoding', scale(10)),
      (error) => error instanceof TimbrelError && error.code === 'CONFIGURATION_UNKNOWN',
    );
  });
});

describe('what is left out', () => {
  const reasons = (id: Parameters<typeof pieces>[0], sequence: NoteSequence) => {
    const found: string[] = [];
    extractTrainingPieces(id, sequence, { augment: true, onDrop: (reason) => found.push(reason) });
    return found;
  };

  test('is told with its reason', () => {
    assert.deepEqual(reasons('basic_rnn', scale(6)), ['shorter than 7 bars']);
    assert.deepEqual(reasons('basic_rnn', scale(8, { pitch: 60 })), ['fewer than 5 pitch classes']);
    assert.deepEqual(reasons('basic_rnn', scale(40)), ['cut at 512 steps']);
    assert.deepEqual(reasons('drum_kit', scale(8)), ['no drums']);
    assert.deepEqual(reasons('basic_improv', scale(8)), ['no chords']);
    assert.deepEqual(
      reasons('polyphony', scale(8, { pitch: 126 })),
      Array(3).fill('transposed out of range'),
    );
    assert.deepEqual(reasons('basic_rnn', scale(8)), []);
  });
});

describe('performances, stretched and transposed', () => {
  /** Each stretch and each key the long way: the notes are stretched, moved, put into steps and read. */
  function plain(sequence: NoteSequence): PerformanceEvent[][] {
    return splitSequence(applySustainPedal(sequence), 30).flatMap((part) =>
      [0.95, 0.975, 1, 1.025, 1.05].flatMap((factor) =>
        [-3, -2, -1, 0, 1, 2, 3].flatMap((semitones) => {
          const { sequence: moved, deleted } = transposeSequence(stretchSequence(part, factor), semitones);
          const steps = quantizeNoteSequenceAbsolute(moved);
          const { events } = extractPerformance(steps, { velocityBins: 32 });
          return deleted > 0 || events.length < 32 ? [] : [events.slice(0, 512)];
        }),
      ),
    );
  }

  function recording(seed: number, extra: Partial<Note>, low: number, high: number): NoteSequence {
    const random = createRandom(seed);
    const notes = Array.from({ length: 400 }, () => {
      const startTime = 70 * random();
      const pitch = low + Math.floor((high - low + 1) * random());
      const velocity = 1 + Math.floor(127 * random());
      return { pitch, velocity, startTime, endTime: startTime + random(), ...extra };
    });
    const controlChanges = Array.from({ length: 200 }, (_, i) => ({
      time: i / 3,
      controlNumber: 64,
      controlValue: Math.floor(128 * random()),
    }));
    return { notes, controlChanges, totalTime: 71 };
  }

  for (const [what, extra, low, high] of [
    ['of a piano', {}, 30, 90],
    ['at the bottom of the range', {}, 1, 60],
    ['at the top of the range', {}, 60, 125],
    ['of drums, which keep their pitch', { isDrum: true }, 0, 127],
  ] as const) {
    test(`are those of the notes ${what}`, () => {
      const sequence = recording(1, extra, low, high);
      const found = extractTrainingPieces('performance_with_dynamics', sequence, { augment: true });
      assert.deepEqual(
        found.map(({ events }) => events),
        plain(sequence),
      );
      assert.ok(found.length >= 60, `${found.length} pieces`);
    });
  }
});
