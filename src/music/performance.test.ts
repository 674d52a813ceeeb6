import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PerformanceEvent } from './events.js';
import { assertSame, deepFreeze, readGolden, withoutDefaults } from './golden.testing.js';
import { extractNotePerformance, notesOfNotePerformance } from './note-performance.js';
import type { Note, NoteSequence } from './note-sequence.js';
import {
  extractPerformance,
  performanceNotes,
  performanceSteps,
  performanceToSequence,
  setPerformanceLength,
} from './performance.js';
import { binToVelocity, velocityToBin } from './velocity.js';

interface GoldenEvent {
  readonly type: 'note-on' | 'note-off' | 'time-shift' | 'velocity-change';
  readonly pitch?: number;
  readonly steps?: number;
  readonly velocityBin?: number;
}

interface PerformanceCase {
  readonly input: NoteSequence;
  readonly maxShiftSteps: number;
  readonly numVelocityBins: number;
  readonly events: GoldenEvent[];
  readonly program: number;
  readonly isDrum: boolean;
  readonly numSteps: number;
  readonly toNoteSequence: NoteSequence;
  readonly setNumSteps: { readonly numSteps: number; readonly events: GoldenEvent[] }[];
}

const NAMES = {
  'note-on': 'noteOn',
  'note-off': 'noteOff',
  'time-shift': 'timeShift',
  'velocity-change': 'velocity',
} as const;

const ours = (events: readonly GoldenEvent[]): PerformanceEvent[] =>
  events.map(({ type, pitch, steps, velocityBin }) => ({
    type: NAMES[type],
    value: pitch ?? steps ?? velocityBin ?? 0,
  }));

describe('performances of the reference', () => {
  const { cases } = readGolden<{ cases: PerformanceCase[] }>('performance.json');
  for (const [i, expected] of cases.entries()) {
    const { input, maxShiftSteps, numVelocityBins: velocityBins } = expected;
    test(`golden ${i}: shifts to ${maxShiftSteps}, ${velocityBins} bins`, () => {
      const performance = extractPerformance(input, { maxShiftSteps, velocityBins });
      const { events, program, isDrum } = performance;
      assert.deepEqual(events, ours(expected.events));
      assert.deepEqual([program, isDrum], [expected.program, expected.isDrum]);
      assert.equal(performanceSteps(events), expected.numSteps);
      const notes = performanceNotes(events, velocityBins);
      assertSame(withoutDefaults(notes), withoutDefaults(expected.toNoteSequence.notes).map(plainNote));
      for (const { numSteps, events: wanted } of expected.setNumSteps) {
        const cut = setPerformanceLength(deepFreeze(events), numSteps, maxShiftSteps);
        assert.deepEqual(cut, ours(wanted), `${numSteps} steps`);
      }
    });
  }
});

/** Without what all notes of the golden sequences share. */
const plainNote = ({ instrument: _, program: _p, isDrum: _d, ...note }: Note) => note;

const clockTime = (notes: readonly Note[]) =>
  deepFreeze<NoteSequence>({ notes, quantizationInfo: { stepsPerSecond: 100 } });
const note = (
  pitch: number,
  quantizedStartStep: number,
  quantizedEndStep: number,
  more: Partial<Note> = {},
) => ({ pitch, quantizedStartStep, quantizedEndStep, velocity: 80, ...more });
const text = (events: readonly PerformanceEvent[]) =>
  events.map(({ type, value }) => `${type} ${value}`).join(', ');

describe('extractPerformance', () => {
  const read = (notes: readonly Note[], options = {}) =>
    text(extractPerformance(clockTime(notes), options).events);

  test('splits gaps at a second', () => {
    assert.equal(
      read([note(60, 250, 260)]),
      'timeShift 100, timeShift 100, timeShift 50, noteOn 60, timeShift 10, noteOff 60',
    );
  });

  test('ends with the silence at the end of the piece', () => {
    const sequence = { ...clockTime([note(60, 0, 1)]), totalQuantizedSteps: 151 };
    assert.equal(
      text(extractPerformance(sequence).events),
      'noteOn 60, timeShift 1, noteOff 60, timeShift 100, timeShift 50',
    );
  });

  test('sets the velocity before the first note and at each change, whatever bin that is', () => {
    assert.equal(
      read([note(60, 0, 1, { velocity: 127 }), note(62, 0, 1, { velocity: 127 })], { velocityBins: 32 }),
      'velocity 32, noteOn 60, noteOn 62, timeShift 1, noteOff 60, noteOff 62',
    );
  });

  test('has shifts of up to four quarters where steps are of beats', () => {
    const { maxShiftSteps } = extractPerformance({ notes: [], quantizationInfo: { stepsPerQuarter: 12 } });
    assert.equal(maxShiftSteps, 48);
  });

  test('refuses several programs, and takes one instrument where it is told', () => {
    const duo = [note(60, 0, 1), note(40, 0, 1, { program: 33, instrument: 1 })];
    assert.throws(() => read(duo), { code: 'PROGRAMS_MIXED' });
    assert.equal(read(duo, { instrument: 1 }), 'noteOn 40, timeShift 1, noteOff 40');
    assert.equal(extractPerformance(clockTime(duo), { instrument: 1 }).program, 33);
  });

  test('refuses what has no steps, and options out of range', () => {
    assert.throws(() => extractPerformance({ notes: [] }), { code: 'SEQUENCE_NOT_QUANTIZED' });
    assert.throws(() => read([], { velocityBins: 200 }), /velocityBins is 200/);
    assert.throws(() => read([], { maxShiftSteps: 0 }), /maxShiftSteps is 0/);
  });
});

describe('performanceNotes', () => {
  const events = (...list: readonly (readonly [PerformanceEvent['type'], number])[]) =>
    list.map(([type, value]) => ({ type, value }));
  const spans = (list: readonly PerformanceEvent[]) =>
    performanceNotes(list, 32).map(({ pitch, quantizedStartStep, quantizedEndStep }) => [
      pitch,
      quantizedStartStep,
      quantizedEndStep,
    ]);

  test('a note-off ends the oldest note of its pitch, the end of the piece the others', () => {
    assert.deepEqual(
      spans(events(['noteOn', 60], ['timeShift', 2], ['noteOn', 60], ['timeShift', 3], ['noteOff', 60])),
      [
        [60, 0, 5],
        [60, 2, 5],
      ],
    );
  });

  test('a key that is struck again ends the note before, where a key has one', () => {
    const again = events(
      ['noteOn', 60],
      ['timeShift', 10],
      ['noteOn', 60],
      ['timeShift', 5],
      ['noteOff', 60],
      ['timeShift', 5],
    );
    const ends = (oneNoteAKey: boolean) =>
      performanceNotes(again, 32, 0, Infinity, oneNoteAKey).map(({ quantizedEndStep }) => quantizedEndStep);
    assert.deepEqual(ends(true), [10, 15]);
    assert.deepEqual(ends(false), [15, 20]);
  });

  test('notes without length, and note-offs of silence, are nothing', () => {
    assert.deepEqual(spans(events(['noteOff', 60], ['noteOn', 60], ['noteOff', 60], ['timeShift', 1])), []);
  });

  test('refuses events that are none, by index', () => {
    assert.throws(() => spans(events(['timeShift', 0])), /event 0 is timeShift 0/);
    assert.throws(() => spans(events(['noteOn', 60], ['noteOn', 128])), /event 1 is noteOn 128/);
  });
});

test('performanceToSequence gives seconds, velocity 100 where none was written, and a longest note', () => {
  const performance = extractPerformance(clockTime([note(60, 50, 1000, { program: 3 })]));
  const { notes, totalTime } = performanceToSequence(performance, { maxNoteDuration: 5 });
  assert.deepEqual(notes, [
    { pitch: 60, velocity: 100, instrument: 0, program: 3, isDrum: false, startTime: 0.5, endTime: 5.5 },
  ]);
  assert.equal(totalTime, 10);
});

describe('velocity bins', () => {
  test('of 32 and of 8', () => {
    assert.deepEqual(
      [1, 4, 5, 127].map((velocity) => velocityToBin(velocity, 32)),
      [1, 1, 2, 32],
    );
    assert.equal(velocityToBin(64, 8), 4);
    assert.equal(binToVelocity(4, 8), 49);
  });

  test('a bin is that of its own velocity', () => {
    for (const bins of [8, 32, 127]) {
      for (let bin = 1; bin <= bins; bin++) {
        assert.equal(velocityToBin(binToVelocity(bin, bins), bins), bin);
      }
    }
  });
});

describe('performances as notes', () => {
  test('have shift, pitch, velocity and length, and give the notes back', () => {
    const sequence = clockTime([note(64, 30, 45, { velocity: 81 }), note(60, 10, 1000, { velocity: 1 })]);
    const events = extractNotePerformance(sequence);
    assert.deepEqual(events, [
      { shift: 10, pitch: 60, velocityBin: 1, duration: 990 },
      { shift: 20, pitch: 64, velocityBin: 21, duration: 15 },
    ]);
    assert.deepEqual(
      notesOfNotePerformance(events),
      [sequence.notes[1], sequence.notes[0]].map(({ ...plain }) => plain),
    );
  });

  test('cannot say silences and notes of more than ten seconds', () => {
    assert.throws(() => extractNotePerformance(clockTime([note(60, 1001, 1002)])), { code: 'EVENT_INVALID' });
    assert.throws(() => extractNotePerformance(clockTime([note(60, 0, 1001)])), { code: 'EVENT_INVALID' });
  });
});
