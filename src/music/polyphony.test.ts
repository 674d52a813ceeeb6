import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PolyphonyEvent } from './events.js';
import { deepFreeze } from './golden.testing.js';
import type { NoteSequence } from './note-sequence.js';
import {
  extractPolyphony,
  polyphonyNotes,
  polyphonySteps,
  polyphonyToSequence,
  setPolyphonyLength,
} from './polyphony.js';

const chord = deepFreeze<NoteSequence>({
  notes: [
    { pitch: 60, quantizedStartStep: 0, quantizedEndStep: 2 },
    { pitch: 67, quantizedStartStep: 0, quantizedEndStep: 3 },
    { pitch: 60, quantizedStartStep: 2, quantizedEndStep: 3 },
  ],
  quantizationInfo: { stepsPerQuarter: 4 },
  totalQuantizedSteps: 4,
});

const SHORT: Record<PolyphonyEvent['type'], string> = {
  start: '<',
  end: '>',
  stepEnd: '|',
  newNote: 'n',
  continuedNote: 'c',
};
const text = (events: readonly PolyphonyEvent[]) =>
  events.map(({ type, value }) => SHORT[type] + (value ?? '')).join(' ');
/** The other way round. */
const events = (written: string): PolyphonyEvent[] =>
  written.split(' ').map((word) => {
    const type = (Object.keys(SHORT) as PolyphonyEvent['type'][]).find((name) => SHORT[name] === word[0]);
    assert.ok(type);
    return word.length > 1 ? { type, value: Number(word.slice(1)) } : { type };
  });
const spans = (written: string) =>
  polyphonyNotes(events(written)).map(({ pitch, quantizedStartStep, quantizedEndStep }) => [
    pitch,
    quantizedStartStep,
    quantizedEndStep,
  ]);

describe('extractPolyphony', () => {
  test('writes each step from the highest pitch down, and repeats what goes on', () => {
    assert.equal(text(extractPolyphony(chord).events), '< n67 n60 | c67 c60 | c67 n60 | | >');
  });

  test('begins with the notes from a step on', () => {
    assert.equal(text(extractPolyphony(chord, { startStep: 1 }).events), '< | n60 | | >');
  });

  test('a pitch that sounds twice is continued before it begins again', () => {
    const twice = {
      ...chord,
      notes: [
        { pitch: 60, quantizedStartStep: 0, quantizedEndStep: 2 },
        { pitch: 60, quantizedStartStep: 1, quantizedEndStep: 3 },
      ],
    };
    assert.equal(text(extractPolyphony(twice).events), '< n60 | c60 n60 | c60 | | >');
    assert.deepEqual(spans('< n60 | c60 n60 | c60 | | >'), [
      [60, 1, 2],
      [60, 0, 3],
    ]);
  });

  test('refuses several programs and steps of clock time', () => {
    const notes = [chord.notes[0], { ...chord.notes[1], program: 5 }];
    assert.throws(() => extractPolyphony({ ...chord, notes }), { code: 'PROGRAMS_MIXED' });
    const clock = { ...chord, quantizationInfo: { stepsPerSecond: 100 } };
    assert.throws(() => extractPolyphony(clock), { code: 'SEQUENCE_NOT_QUANTIZED' });
  });
});

describe('polyphonyNotes', () => {
  test('undoes extractPolyphony', () => {
    const notes = polyphonyNotes(extractPolyphony(chord).events);
    assert.deepEqual(
      new Set(notes.map((note) => JSON.stringify(note))),
      new Set(chord.notes.map((note) => JSON.stringify(note))),
    );
  });

  test('a pitch that is continued and does not sound is passed over', () => {
    assert.deepEqual(spans('< c60 | n62 | | >'), [[62, 1, 2]]);
  });

  test('what sounds when the events stop ends there', () => {
    assert.deepEqual(spans('< n60 | c60 |'), [[60, 0, 2]]);
    assert.deepEqual(spans('< n60 | c60'), [[60, 0, 1]]);
  });

  test('refuses pitches that are none', () => {
    assert.throws(() => polyphonyNotes([{ type: 'newNote', value: 128 }]), { code: 'EVENT_INVALID' });
    assert.throws(() => polyphonyNotes([{ type: 'continuedNote' }]), { code: 'EVENT_INVALID' });
  });
});

test('the length is cut or filled with silence', () => {
  const whole = events('< n60 | c60 | >');
  assert.equal(polyphonySteps(whole), 2);
  assert.equal(text(setPolyphonyLength(whole, 1)), '< n60 | >');
  assert.equal(text(setPolyphonyLength(whole, 3)), '< n60 | c60 | | >');
  assert.equal(text(setPolyphonyLength(events('< n60 |'), 2)), '< n60 | |');
});

test('polyphonyToSequence gives seconds', () => {
  const { notes, totalTime } = polyphonyToSequence(extractPolyphony(chord), { qpm: 60 });
  assert.deepEqual(notes[0], {
    pitch: 60,
    velocity: 100,
    instrument: 0,
    program: 0,
    isDrum: false,
    startTime: 0,
    endTime: 0.5,
  });
  assert.equal(totalTime, 1);
});
