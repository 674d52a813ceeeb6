/** Sustain, concatenation, parts, splits, stretching, transposition, merging. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { concatenateSequences } from './concatenate.js';
import { assertSame, assertSameSequence, deepFreeze, readGolden, withoutDefaults } from './golden.testing.js';
import { mergeConsecutiveNotes, mergeInstruments, replaceInstruments } from './merge.js';
import type { ControlChange, Note, NoteSequence } from './note-sequence.js';
import { extractPerformance } from './performance.js';
import { quantizeNoteSequence, quantizeNoteSequenceAbsolute, unquantizeSequence } from './quantize.js';
import { splitAtMeterAndTempoChanges, splitIntoChunks, splitOnSilence, splitSequence } from './split.js';
import { clipSequence, extractSubsequence, trimSequence } from './subsequence.js';
import { applySustainPedal } from './sustain.js';
import { augmentSequence, stretchSequence, transposeSequence } from './transform.js';

interface Arguments {
  readonly sequence: NoteSequence;
  readonly sequences: NoteSequence[];
  readonly qpm?: number;
  readonly durations?: number[];
  readonly start: number;
  readonly end: number;
  readonly truncateEndNotes: boolean;
  readonly chunkSize: number;
  readonly original: NoteSequence;
  readonly replace: NoteSequence;
}

const OPERATIONS: Record<string, (args: Arguments) => NoteSequence | NoteSequence[]> = {
  unquantizeSequence: ({ sequence, qpm }) => unquantizeSequence(sequence, qpm),
  mergeConsecutiveNotes: ({ sequence }) => mergeConsecutiveNotes(sequence),
  mergeInstruments: ({ sequence }) => mergeInstruments(sequence),
  concatenate: ({ sequences, durations }) => concatenateSequences(sequences, durations),
  trim: ({ sequence, start, end, truncateEndNotes }) => trimSequence(sequence, start, end, truncateEndNotes),
  split: ({ sequence, chunkSize }) => splitIntoChunks(sequence, chunkSize),
  replaceInstruments: ({ original, replace }) => replaceInstruments(original, replace),
  applySustainControlChanges: ({ sequence }) => applySustainPedal(sequence),
};

describe('operations of the reference', () => {
  const { cases } = readGolden<{
    cases: {
      readonly op: string;
      readonly args: Arguments;
      readonly result?: unknown;
      readonly error?: unknown;
    }[];
  }>('sequence_ops.json');
  for (const [i, { op, args, result, error }] of cases.entries()) {
    test(`golden ${i}: ${op}`, () => {
      if (error) assert.throws(() => OPERATIONS[op](args), { code: 'OPTION_INVALID' });
      else assertSame(withoutDefaults(OPERATIONS[op](args)), withoutDefaults(result));
    });
  }
});

describe('parts without end', () => {
  test('are refused, by the length of the sequence', () => {
    const far = { notes: [{ pitch: 60, startTime: 1e8, endTime: 1e8 + 1 }] };
    assert.throws(() => splitSequence(far, 30), {
      code: 'NOTE_SEQUENCE_INVALID',
      message: /lasts 100000001 s .* at most 100000/,
    });
  });

  test('and tempos that differ by rounding are one part', () => {
    const tempos = [
      { time: 0, qpm: 90 },
      { time: 1, qpm: 60e6 / 666_666 },
      { time: 2, qpm: 91 },
    ];
    const parts = splitAtMeterAndTempoChanges({ notes: [{ pitch: 60, startTime: 0, endTime: 4 }], tempos });
    assert.deepEqual(
      parts.map(({ subsequenceInfo }) => subsequenceInfo?.startTimeOffset),
      [0, 2],
    );
  });
});

const note = (pitch: number, startTime: number, endTime: number, more: Partial<Note> = {}) => ({
  pitch,
  startTime,
  endTime,
  ...more,
});
const pedal = (time: number, controlValue: number, more: Partial<ControlChange> = {}) => ({
  time,
  controlNumber: 64,
  controlValue,
  ...more,
});
const spans = ({ notes }: NoteSequence) =>
  notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);

describe('applySustainPedal', () => {
  const sustained = (notes: readonly Note[], ...controlChanges: readonly ControlChange[]) =>
    spans(applySustainPedal(deepFreeze({ notes, controlChanges })));

  test('holds a note until the pedal goes up', () => {
    assert.deepEqual(sustained([note(60, 0, 1)], pedal(0.5, 127), pedal(2, 0)), [[60, 0, 2]]);
    assert.deepEqual(sustained([note(60, 0, 1)], pedal(0.5, 63), pedal(2, 0)), [[60, 0, 1]]);
  });

  test('until the same pitch is struck again', () => {
    assert.deepEqual(sustained([note(60, 0, 1), note(60, 1.5, 1.7)], pedal(0.5, 127), pedal(2, 0)), [
      [60, 0, 1.5],
      [60, 1.5, 2],
    ]);
  });

  test('deletes a note that is struck again as it begins, where the reference keeps it twice', () => {
    assert.deepEqual(sustained([note(60, 1, 1.2), note(60, 1, 1.4)], pedal(0, 127), pedal(2, 0)), [
      [60, 1, 2],
    ]);
  });

  test('takes the pedal before the notes of its moment, where the reference takes them as they come', () => {
    assert.deepEqual(sustained([note(60, 0, 1)], pedal(1, 127), pedal(2, 0)), [[60, 0, 2]]);
    assert.deepEqual(sustained([note(60, 0, 1)], pedal(0.5, 127), pedal(1, 0)), [[60, 0, 1]]);
  });

  test('is the instrument’s own, and not for drums', () => {
    assert.deepEqual(sustained([note(60, 0, 1, { instrument: 1 })], pedal(0, 127), pedal(2, 0)), [
      [60, 0, 1],
    ]);
    assert.deepEqual(sustained([note(36, 0, 1, { isDrum: true })], pedal(0, 127), pedal(2, 0)), [[36, 0, 1]]);
  });

  test('refuses steps', () => {
    const steps = { notes: [], quantizationInfo: { stepsPerQuarter: 4 } };
    assert.throws(() => applySustainPedal(steps), { code: 'SEQUENCE_QUANTIZED' });
  });
});

describe('concatenateSequences', () => {
  const bar = deepFreeze<NoteSequence>({
    notes: [note(60, 0, 1)],
    tempos: [{ time: 0, qpm: 90 }],
    controlChanges: [pedal(0.5, 127)],
    pitchBends: [{ time: 0.25, bend: 100 }],
    textAnnotations: [{ time: 0, text: 'C', annotationType: 1 }],
    totalTime: 2,
  });

  test('moves controls, bends and annotations too, where the reference forgets them', () => {
    const { controlChanges, pitchBends, textAnnotations } = concatenateSequences([bar, bar]);
    assert.deepEqual(
      controlChanges?.map(({ time }) => time),
      [0.5, 2.5],
    );
    assert.deepEqual(
      pitchBends?.map(({ time }) => time),
      [0.25, 2.25],
    );
    assert.deepEqual(
      textAnnotations?.map(({ time }) => time),
      [0, 2],
    );
  });

  test('says a tempo again only where it changes', () => {
    assert.deepEqual(concatenateSequences([bar, bar]).tempos, [{ time: 0, qpm: 90 }]);
    const faster = { ...bar, tempos: [{ time: 0, qpm: 100 }] };
    assert.deepEqual(concatenateSequences([bar, faster]).tempos, [
      { time: 0, qpm: 90 },
      { time: 2, qpm: 100 },
    ]);
  });

  test('takes quantised sequences of one kind and tempo only', () => {
    const quantized = quantizeNoteSequence(bar);
    assert.equal(concatenateSequences([quantized, quantized]).totalQuantizedSteps, 24);
    assert.throws(() => concatenateSequences([quantized, quantizeNoteSequence(bar, 2)]), {
      code: 'OPTION_INVALID',
    });
    assert.throws(() => concatenateSequences([quantized, bar]), { code: 'OPTION_INVALID' });
    const faster = quantizeNoteSequence({ ...bar, tempos: [{ time: 0, qpm: 120 }] });
    assert.throws(() => concatenateSequences([quantized, faster]), { code: 'TEMPO_CHANGES' });
  });

  test('refuses nothing at all, and durations that would cut', () => {
    assert.throws(() => concatenateSequences([]), { code: 'OPTION_INVALID' });
    assert.throws(() => concatenateSequences([bar], [1]), /durations\[0\] is 1/);
  });
});

const piece = deepFreeze<NoteSequence>({
  notes: [note(60, 0, 1), note(62, 1, 3), note(64, 3, 4)],
  tempos: [
    { time: 0, qpm: 60 },
    { time: 2, qpm: 90 },
  ],
  timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }],
  keySignatures: [{ time: 0, key: 7, mode: 0 }],
  textAnnotations: [
    { time: 0, text: 'C', annotationType: 1 },
    { time: 2.5, text: 'G', annotationType: 1 },
    { time: 3, text: '', annotationType: 2 },
  ],
  controlChanges: [pedal(0.5, 127), pedal(2.5, 0), { time: 1, controlNumber: 7, controlValue: 90 }],
  pitchBends: [{ time: 1.5, bend: 10 }],
  totalTime: 5,
});

describe('parts of a sequence', () => {
  test('clipSequence leaves the times as they are', () => {
    const part = clipSequence(piece, 1, 2);
    assert.deepEqual(spans(part), [[62, 1, 2]]);
    assert.equal(part.totalTime, 2);
  });

  test('extractSubsequence begins at 0 with the state that holds', () => {
    const part = extractSubsequence(piece, 1, 3);
    assertSameSequence(part, {
      notes: [note(62, 0, 2)],
      tempos: [{ qpm: 60 }, { time: 1, qpm: 90 }],
      timeSignatures: [{ numerator: 3, denominator: 4 }],
      keySignatures: [{ key: 7 }],
      textAnnotations: [
        { text: 'C', annotationType: 1 },
        { time: 1.5, text: 'G', annotationType: 1 },
      ],
      controlChanges: [
        { controlNumber: 64, controlValue: 127 },
        { time: 1.5, controlNumber: 64 },
      ],
      totalTime: 2,
      subsequenceInfo: { startTimeOffset: 1, endTimeOffset: 2 },
    });
  });

  test('trimSequence moves what stands at a time, and carries the state', () => {
    const { controlChanges, tempos, pitchBends } = trimSequence(piece, 1, 3);
    assert.deepEqual(
      controlChanges?.map(({ time }) => time),
      [1.5, 0],
    );
    assert.deepEqual(tempos, [
      { time: 0, qpm: 60 },
      { time: 1, qpm: 90 },
    ]);
    assert.deepEqual(pitchBends, [{ time: 0.5, bend: 10 }]);
  });

  test('spans that are none, and steps, are refused', () => {
    for (const operation of [clipSequence, extractSubsequence, trimSequence]) {
      assert.throws(() => operation(piece, 2, 1), { code: 'OPTION_INVALID' });
      assert.throws(() => operation(piece, -1, 1), { code: 'OPTION_INVALID' });
    }
    assert.throws(() => extractSubsequence(piece, 5, 6), { code: 'OPTION_INVALID' });
    const quantized = quantizeNoteSequence({ ...piece, tempos: [] });
    assert.throws(() => extractSubsequence(quantized, 0, 1), { code: 'SEQUENCE_QUANTIZED' });
    assert.throws(() => clipSequence(quantized, 0, 1), { code: 'SEQUENCE_QUANTIZED' });
  });
});

describe('splits', () => {
  const starts = (parts: readonly NoteSequence[]) =>
    parts.map(({ subsequenceInfo }) => subsequenceInfo?.startTimeOffset);

  test('by a length, or at times; not through notes where that is asked for', () => {
    assert.deepEqual(starts(splitSequence(piece, 2)), [0, 2, 4]);
    assert.deepEqual(starts(splitSequence(piece, [3, 1, 9])), [0, 1, 3]);
    assert.deepEqual(starts(splitSequence(piece, 2, { skipSplitsInsideNotes: true })), [0, 4]);
    assert.deepEqual(splitSequence({ notes: [] }, 2), []);
    assert.throws(() => splitSequence(piece, 0), { code: 'OPTION_INVALID' });
  });

  test('at changes of tempo and meter, so that each part can be quantised', () => {
    // 3/4 at 0 is no cut: nothing lies before it.
    const parts = splitAtMeterAndTempoChanges(piece);
    assert.deepEqual(starts(parts), [0, 2]);
    assert.deepEqual(
      parts.map((part) => quantizeNoteSequence(part).tempos?.[0].qpm),
      [60, 90],
    );
  });

  test('and each ends with its last note: silence behind it is no part of it', () => {
    const gaps = { notes: [note(60, 0, 1), note(62, 6, 7)], totalTime: 10 };
    const lengths = (parts: readonly NoteSequence[]) =>
      parts.map(({ totalTime, subsequenceInfo }) => [
        subsequenceInfo?.startTimeOffset,
        totalTime,
        subsequenceInfo?.endTimeOffset,
      ]);
    const expected = [
      [0, 1, 9],
      [3, 0, 7],
      [6, 1, 3],
      [9, 0, 1],
    ];
    assert.deepEqual(lengths(splitSequence(gaps, 3)), expected);
    assert.deepEqual(lengths([extractSubsequence(gaps, 0, 5), extractSubsequence(gaps, 2, 6.5)]), [
      [0, 1, 9],
      [2, 4.5, 3.5],
    ]);
    assert.deepEqual(lengths(splitOnSilence(gaps)), [
      [0, 1, 9],
      [6, 1, 3],
    ]);
    // So a performance of a part has no time shifts at its end.
    const steps = quantizeNoteSequenceAbsolute(splitSequence(gaps, 3)[0]);
    assert.deepEqual(extractPerformance(steps).events.at(-1), { type: 'noteOff', value: 60 });
  });

  test('on silence of more than three seconds', () => {
    const silent = { notes: [note(60, 0, 1), note(62, 4, 5), note(64, 8.5, 9)] };
    assert.deepEqual(starts(splitOnSilence(silent)), [0, 8.5]);
  });

  test('parts put together again are the piece', () => {
    const whole = { notes: piece.notes, tempos: piece.tempos, totalTime: 5 };
    const again = concatenateSequences(splitSequence(whole, [1, 3]), [1, 2, 2]);
    assert.deepEqual([spans(again), again.tempos, again.totalTime], [spans(whole), whole.tempos, 5]);
    assert.equal(again.subsequenceInfo, undefined);
  });

  test('chunks keep silence, and continue notes', () => {
    const steps = deepFreeze<NoteSequence>({
      notes: [{ pitch: 60, quantizedStartStep: 2, quantizedEndStep: 9 }],
      quantizationInfo: { stepsPerQuarter: 4 },
      totalQuantizedSteps: 16,
    });
    assert.deepEqual(
      splitIntoChunks(steps, 4).map(({ notes }) =>
        notes.map(({ quantizedStartStep, quantizedEndStep }) => [quantizedStartStep, quantizedEndStep]),
      ),
      [[[2, 4]], [[0, 4]], [[0, 1]], []],
    );
    assert.throws(() => splitIntoChunks(steps, 0), { code: 'OPTION_INVALID' });
  });
});

describe('stretching and transposing', () => {
  test('twice as long is half as fast', () => {
    const slow = stretchSequence(piece, 2);
    assert.deepEqual(slow.tempos, [
      { time: 0, qpm: 30 },
      { time: 4, qpm: 45 },
    ]);
    assert.deepEqual(spans(slow)[2], [64, 6, 8]);
    assert.equal(slow.totalTime, 10);
    assert.equal(slow.controlChanges?.[1].time, 5);
    assert.throws(() => stretchSequence(piece, 0), { code: 'OPTION_INVALID' });
  });

  test('notes, chords and keys move, drums stay', () => {
    const band = { ...piece, notes: [...piece.notes, note(36, 0, 5, { isDrum: true })] };
    const { sequence, deleted } = transposeSequence(deepFreeze(band), 3);
    assert.deepEqual(
      sequence.notes.map(({ pitch }) => pitch),
      [63, 65, 67, 36],
    );
    assert.deepEqual(
      sequence.textAnnotations?.map(({ text }) => text),
      ['Eb', 'Bb', ''],
    );
    assert.equal(sequence.keySignatures?.[0].key, 10);
    assert.equal(deleted, 0);
  });

  test('what leaves the range is deleted and counted, and the piece ends with its last note', () => {
    const { sequence, deleted } = transposeSequence(piece, 0, { minPitch: 60, maxPitch: 62 });
    assert.equal(deleted, 1);
    assert.equal(sequence.totalTime, 3);
  });

  test('augmentation goes down as far as the lowest note can, and no further', () => {
    const random = createRandom('down');
    const options = { minTransposition: -8, maxTransposition: 0, minPitch: 58 };
    const lowest = Array.from({ length: 100 }, () => augmentSequence(piece, options, random).notes[0].pitch);
    assert.deepEqual([...new Set(lowest)].sort(), [58, 59, 60]);
  });

  test('augmentation stays in its ranges and, unless told, loses no note', () => {
    const random = createRandom('augment');
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const options = {
        minStretch: 0.9,
        maxStretch: 1.1,
        minTransposition: -8,
        maxTransposition: 8,
        maxPitch: 66,
      };
      const { notes } = augmentSequence(piece, options, random);
      assert.equal(notes.length, 3);
      seen.add(notes[0].pitch - 60);
      const factor = (notes[0].endTime ?? 0) / 1;
      assert.ok(factor >= 0.9 && factor <= 1.1);
    }
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2],
    );
  });
});

describe('merging', () => {
  test('controls and names go with their instrument', () => {
    const merged = mergeInstruments(
      deepFreeze({
        notes: [
          note(60, 0, 1, { instrument: 3, program: 5 }),
          note(36, 0, 1, { instrument: 7, isDrum: true }),
        ],
        controlChanges: [pedal(0, 127, { instrument: 3 }), pedal(0, 1, { instrument: 7 })],
        instrumentInfos: [{ instrument: 7, name: 'Kit' }],
      }),
    );
    assert.deepEqual(
      merged.controlChanges?.map(({ instrument }) => instrument),
      [0, 1],
    );
    assert.deepEqual(merged.instrumentInfos, [{ instrument: 1, name: 'Kit' }]);
  });

  test('notes of other pitches in between do not keep two notes apart', () => {
    const steps = (pitch: number, quantizedStartStep: number, quantizedEndStep: number) => ({
      pitch,
      quantizedStartStep,
      quantizedEndStep,
    });
    const { notes } = mergeConsecutiveNotes(
      deepFreeze({
        notes: [steps(60, 0, 2), steps(64, 0, 2), steps(60, 2, 4), steps(64, 3, 4)],
        quantizationInfo: { stepsPerQuarter: 4 },
      }),
    );
    assert.deepEqual(notes, [steps(60, 0, 4), steps(64, 0, 2), steps(64, 3, 4)]);
  });
});
