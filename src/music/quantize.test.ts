import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertSameSequence, deepFreeze, readGolden } from './golden.testing.js';
import type { NoteSequence } from './note-sequence.js';
import {
  quantizeNoteSequence,
  quantizeNoteSequenceAbsolute,
  quantizeToStep,
  unquantizeSequence,
} from './quantize.js';
import { stepsPerBar } from './steps.js';

interface QuantizeCase {
  readonly label: string;
  readonly input: NoteSequence;
  readonly stepsPerQuarter: number;
  readonly result?: NoteSequence;
  readonly error?: { readonly name: string };
}

/** The reference's exceptions and our codes. */
const CODES: Record<string, string> = {
  MultipleTempoException: 'TEMPO_CHANGES',
  BadTimeSignatureException: 'METER_INVALID',
};

/** To the reference a change is one where no note sounds any more too. */
const AFTER_THE_LAST_NOTE = ['tempo change', 'implicit tempo change'];

describe('quantizeNoteSequence', () => {
  for (const [i, { label, input, stepsPerQuarter, result, error }] of readGolden<{
    cases: QuantizeCase[];
  }>('quantize.json').cases.entries()) {
    test(`golden ${i}: ${label}, ${stepsPerQuarter} a quarter`, () => {
      if (AFTER_THE_LAST_NOTE.includes(label)) {
        assert.equal(quantizeNoteSequence(input, stepsPerQuarter).tempos?.length, 1);
      } else if (error) {
        assert.throws(() => quantizeNoteSequence(input, stepsPerQuarter), { code: CODES[error.name] });
      } else {
        assertSameSequence(quantizeNoteSequence(input, stepsPerQuarter), result);
      }
    });
  }

  const oneNote = deepFreeze({ notes: [{ pitch: 60, startTime: 0.5, endTime: 1 }], totalTime: 1 });

  test('gives control changes and annotations their steps', () => {
    const { controlChanges, textAnnotations } = quantizeNoteSequence({
      ...oneNote,
      controlChanges: [{ time: 0.24, controlNumber: 64, controlValue: 127 }],
      textAnnotations: [{ time: 0.51, text: 'C', annotationType: 1 }],
    });
    assert.equal(controlChanges?.[0].quantizedStep, 2);
    assert.equal(textAnnotations?.[0].quantizedStep, 4);
  });

  test('refuses a meter that changes, or comes late, while a note sounds', () => {
    const meters = (...timeSignatures: NoteSequence['timeSignatures'] & object) => ({
      ...oneNote,
      timeSignatures,
    });
    const change = meters(
      { time: 0, numerator: 3, denominator: 4 },
      { time: 0.9, numerator: 4, denominator: 4 },
    );
    assert.throws(() => quantizeNoteSequence(change), { code: 'METER_CHANGES', message: /at 0\.9 s/ });
    const late = meters({ time: 0.9, numerator: 3, denominator: 4 });
    assert.throws(() => quantizeNoteSequence(late), { code: 'METER_CHANGES' });
  });

  test('refuses a tempo that changes while a note sounds, in numbers for people', () => {
    const tempos = [
      { time: 0, qpm: 60e6 / 666_666 },
      { time: 0.9000000001, qpm: 120 },
    ];
    assert.throws(() => quantizeNoteSequence({ ...oneNote, tempos }), {
      code: 'TEMPO_CHANGES',
      message: /from 90 to 120 quarters a minute at 0\.9 s/,
    });
    const late = { ...oneNote, tempos: [{ time: 0.5, qpm: 90 }] };
    assert.throws(() => quantizeNoteSequence(late), { code: 'TEMPO_CHANGES', message: /90 .* at 0\.5 s/ });
  });

  test('passes over changes after the last note, and over those of rounding', () => {
    const sequence = deepFreeze({
      ...oneNote,
      tempos: [
        { time: 0, qpm: 90 },
        { time: 0.7, qpm: 60e6 / 666_666 },
        { time: 1, qpm: 60 },
        { time: 50, qpm: 180 },
      ],
      timeSignatures: [
        { time: 0, numerator: 3, denominator: 4 },
        { time: 50, numerator: 4, denominator: 4 },
      ],
    });
    const { tempos, timeSignatures, notes } = quantizeNoteSequence(sequence);
    assert.deepEqual(tempos, [{ time: 0, qpm: 90 }]);
    assert.deepEqual(timeSignatures, [{ time: 0, numerator: 3, denominator: 4 }]);
    assert.deepEqual([notes[0].quantizedStartStep, notes[0].quantizedEndStep], [3, 6]);
    const alone = { ...oneNote, tempos: [{ time: 50, qpm: 90 }] };
    assert.equal(quantizeNoteSequence(alone).tempos?.[0].qpm, 120);
  });

  test('refuses changes of a sequence that has steps only: where they fall among the notes cannot be told', () => {
    const steps = {
      notes: [{ pitch: 60, quantizedStartStep: 0, quantizedEndStep: 4 }],
      quantizationInfo: { stepsPerQuarter: 4 },
      timeSignatures: [
        { numerator: 3, denominator: 4 },
        { time: 9, numerator: 4, denominator: 4 },
      ],
    };
    assert.throws(() => stepsPerBar(steps), { code: 'METER_CHANGES' });
  });

  test('refuses more steps than lists of them can hold, by the name of the field', () => {
    const far = { notes: [{ pitch: 60, startTime: 1e8, endTime: 1e8 + 1 }] };
    assert.throws(() => quantizeNoteSequence(far), {
      code: 'NOTE_SEQUENCE_INVALID',
      message:
        /notes\[0\]\.startTime is 100000000 s: .* 120 quarters .* step 800000000, and 4000000 is the last/,
    });
    assert.throws(() => quantizeNoteSequenceAbsolute({ notes: [], totalTime: 1e8 }), {
      code: 'NOTE_SEQUENCE_INVALID',
      message: /totalTime is 100000000 s: at 100 steps a second/,
    });
    assert.throws(() => quantizeNoteSequence({ ...oneNote, tempos: [{ qpm: 1e9 }] }), {
      code: 'NOTE_SEQUENCE_INVALID',
      message: /1000000000 quarters a minute \(tempos\[0\]\.qpm\)/,
    });
  });

  test('refuses times that are no times, by the name of the field', () => {
    const at = (startTime: number, endTime: number) => ({ notes: [{ pitch: 60, startTime, endTime }] });
    assert.throws(() => quantizeNoteSequence(at(-1, 1)), /notes\[0\]\.startTime is -1/);
    assert.throws(() => quantizeNoteSequence(at(0, NaN)), /notes\[0\]\.endTime is NaN/);
    assert.throws(() => quantizeNoteSequence(at(2, 1)), /notes\[0\]\.endTime is 1/);
    assert.throws(() => quantizeNoteSequence({ ...oneNote, totalTime: Infinity }), /totalTime is Infinity/);
    assert.throws(() => quantizeNoteSequence(oneNote, 0), { code: 'OPTION_INVALID' });
    assert.throws(() => quantizeNoteSequence({ ...oneNote, tempos: [{ qpm: 0 }] }), /tempos\[0\]\.qpm is 0/);
  });

  test('refuses notes that have steps and no times, which would all fall on step 0', () => {
    const stepsOnly = { notes: [{ pitch: 60, quantizedStartStep: 4, quantizedEndStep: 8 }] };
    assert.throws(() => quantizeNoteSequence(stepsOnly), { code: 'SEQUENCE_QUANTIZED' });
  });
});

test('a time becomes the nearest step, halves the later one; with cutoff 1 the step that has begun', () => {
  // 120 quarters a minute at four steps: 8 steps a second (data_layer.md, checks).
  assert.equal(quantizeToStep(0.24, 8), 2);
  assert.equal(quantizeToStep(0.1875, 8), 2);
  assert.equal(quantizeToStep(0.18, 8), 1);
  assert.equal(quantizeToStep(0.24, 8, 1), 1);
  assert.equal(quantizeToStep(0.24, 8, 0), 2);
  assert.equal(quantizeToStep(0.25, 8, 0), 3);
});

test('steps of clock time pass over tempo and meter', () => {
  const { notes, totalQuantizedSteps, tempos, quantizationInfo } = quantizeNoteSequenceAbsolute(
    deepFreeze({
      notes: [{ pitch: 60, startTime: 0, endTime: 0.02 }],
      tempos: [
        { time: 0, qpm: 60 },
        { time: 1, qpm: 90 },
      ],
      totalTime: 2,
    }),
    8,
  );
  assert.deepEqual([notes[0].quantizedStartStep, notes[0].quantizedEndStep], [0, 1]);
  assert.equal(totalQuantizedSteps, 16);
  assert.equal(tempos?.length, 2);
  assert.deepEqual(quantizationInfo, { stepsPerSecond: 8 });
});

describe('stepsPerBar', () => {
  const bar = (numerator: number, denominator: number, stepsPerQuarter = 4) =>
    stepsPerBar({
      notes: [],
      timeSignatures: [{ numerator, denominator }],
      quantizationInfo: { stepsPerQuarter },
    });

  test('of the common meters', () => {
    assert.deepEqual([bar(4, 4), bar(3, 4), bar(6, 8), bar(7, 8)], [16, 12, 12, 14]);
  });

  test('refuses bars that are no whole number of steps, and sequences without steps', () => {
    assert.throws(() => bar(7, 8, 1), { code: 'METER_INVALID' });
    assert.throws(() => stepsPerBar({ notes: [] }), { code: 'SEQUENCE_NOT_QUANTIZED' });
  });
});

describe('unquantizeSequence', () => {
  test('undoes the quantisation of times that lie on steps', () => {
    const played = deepFreeze<NoteSequence>({
      notes: [
        { pitch: 60, startTime: 0, endTime: 0.5 },
        { pitch: 62, startTime: 0.75, endTime: 1 },
      ],
      timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }],
      tempos: [{ time: 0, qpm: 60 }],
      totalTime: 2,
    });
    assertSameSequence(unquantizeSequence(quantizeNoteSequence(played)), played);
    assertSameSequence(unquantizeSequence(quantizeNoteSequenceAbsolute(played, 4)), played);
  });

  test('puts control changes and annotations at their steps, where the reference takes their time for a step', () => {
    const { controlChanges, textAnnotations } = unquantizeSequence(
      deepFreeze({
        notes: [],
        quantizationInfo: { stepsPerQuarter: 4 },
        tempos: [{ time: 0, qpm: 120 }],
        controlChanges: [{ time: 0.49, quantizedStep: 4, controlNumber: 64, controlValue: 127 }],
        textAnnotations: [{ time: 1, quantizedStep: 8, text: 'C', annotationType: 1 }],
      }),
      60,
    );
    assert.deepEqual(controlChanges, [{ time: 1, controlNumber: 64, controlValue: 127 }]);
    assert.deepEqual(textAnnotations, [{ time: 2, text: 'C', annotationType: 1 }]);
  });

  test('refuses what has no steps, and tempos that are none', () => {
    assert.throws(() => unquantizeSequence({ notes: [] }), { code: 'SEQUENCE_NOT_QUANTIZED' });
    assert.throws(() => unquantizeSequence({ notes: [], quantizationInfo: { stepsPerQuarter: 4 } }, -1), {
      code: 'OPTION_INVALID',
    });
  });
});
