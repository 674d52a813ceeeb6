import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deepFreeze } from './golden.testing.js';
import { parseNoteSequence, validateNoteSequence } from './note-sequence-json.js';

const full = deepFreeze({
  id: 'a',
  filename: 'a.mid',
  referenceNumber: 3,
  collectionName: 'tunes',
  ticksPerQuarter: 480,
  timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }],
  keySignatures: [{ time: 0, key: 7, mode: 1 }],
  tempos: [{ time: 0, qpm: 90.5 }],
  notes: [
    {
      pitch: 60,
      pitchName: 15,
      velocity: 80,
      startTime: 0.5,
      endTime: 1,
      quantizedStartStep: 4,
      quantizedEndStep: 8,
      numerator: 1,
      denominator: 8,
      instrument: 2,
      program: 33,
      isDrum: true,
      part: 1,
      voice: 2,
    },
  ],
  totalTime: 1,
  totalQuantizedSteps: 8,
  pitchBends: [{ time: 0.5, bend: -8192, instrument: 2, program: 33, isDrum: false }],
  controlChanges: [{ time: 0.5, quantizedStep: 4, controlNumber: 64, controlValue: 127, instrument: 2 }],
  partInfos: [{ part: 1, name: 'Bass' }],
  sourceInfo: { sourceType: 1, encodingType: 3, parser: 2 },
  textAnnotations: [{ time: 0, quantizedStep: 0, text: 'C', annotationType: 1 }],
  sectionAnnotations: [{ time: 0, sectionId: 1 }],
  sectionGroups: [{ sections: [{ sectionId: 1 }], numTimes: 2 }],
  quantizationInfo: { stepsPerQuarter: 4 },
  subsequenceInfo: { startTimeOffset: 1, endTimeOffset: 2 },
  sequenceMetadata: { title: 'Tune', artist: 'Anon', genre: ['reel'], composers: ['Trad.'] },
  instrumentInfos: [{ instrument: 2, name: 'Bass' }],
});

describe('parseNoteSequence', () => {
  test('keeps every field of every kind', () => {
    assert.deepEqual(parseNoteSequence(JSON.parse(JSON.stringify(full))), full);
    assert.deepEqual(parseNoteSequence(full), full);
  });

  test('reads 64-bit integers as texts, enums by name, and snake_case', () => {
    const read = parseNoteSequence({
      notes: [{ pitch: 60, quantized_start_step: '4', quantizedEndStep: '8' }],
      totalQuantizedSteps: '16',
      key_signatures: [{ key: 'E_FLAT', mode: 'MINOR' }],
      textAnnotations: [{ text: 'C', annotationType: 'CHORD_SYMBOL' }],
      sourceInfo: { encodingType: 'MIDI' },
    });
    assert.deepEqual(read, {
      notes: [{ pitch: 60, quantizedStartStep: 4, quantizedEndStep: 8 }],
      totalQuantizedSteps: 16,
      keySignatures: [{ key: 3, mode: 1 }],
      textAnnotations: [{ text: 'C', annotationType: 1 }],
      sourceInfo: { encodingType: 3 },
    });
  });

  test('puts in what protobuf leaves out and every reader needs', () => {
    assert.deepEqual(parseNoteSequence({}), { notes: [] });
    assert.deepEqual(parseNoteSequence({ notes: [{ endTime: 1 }] }).notes, [{ pitch: 0, endTime: 1 }]);
    const quantized = {
      notes: [{ pitch: 60, quantizedEndStep: 4 }],
      quantizationInfo: { stepsPerQuarter: 4 },
    };
    assert.equal(parseNoteSequence(quantized).notes[0].quantizedStartStep, 0);
  });

  test('passes over names that it does not know, and fields that are null', () => {
    assert.deepEqual(parseNoteSequence({ notes: [{ pitch: 60, colour: 'red', velocity: null }], x: 1 }), {
      notes: [{ pitch: 60 }],
    });
    assert.deepEqual(parseNoteSequence(JSON.parse('{"__proto__": {"notes": 3}, "constructor": 1}')), {
      notes: [],
    });
  });

  for (const [name, json, message] of [
    ['no object', 7, /The NoteSequence is 7; expected an object/],
    ['JSON of no object', '"notes"', /The NoteSequence is "notes"; expected an object/],
    ['no JSON', 'notes', /This is no NoteSequence in JSON/],
    ['null', null, /The NoteSequence is null/],
    ['a file', new File(['{}'], 'a.json'), /The NoteSequence is \[object File\]; expected an object/],
    [
      'a promise',
      Promise.resolve({ notes: [] }),
      /The NoteSequence is \[object Promise\]; expected an object/,
    ],
    ['a note that is a map', { notes: [new Map()] }, /notes\[0\] is \[object Map\]; expected an object/],
    ['notes that are no list', { notes: 3 }, /notes is 3; expected a list/],
    ['a note that is none', { notes: [{ pitch: 60 }, 4] }, /notes\[1\] is 4; expected an object/],
    [
      'a pitch',
      { notes: [{ pitch: 128 }] },
      /notes\[0\]\.pitch is 128; expected a whole number from 0 to 127/,
    ],
    ['half a pitch', { notes: [{ pitch: 60.5 }] }, /notes\[0\]\.pitch is 60\.5/],
    ['a velocity', { notes: [{ velocity: 128 }] }, /notes\[0\]\.velocity is 128/],
    ['a time', { notes: [{ startTime: -1 }] }, /notes\[0\]\.startTime is -1; expected a number from 0/],
    ['a time that is NaN', { totalTime: NaN }, /totalTime is NaN/],
    ['an end', { notes: [{ startTime: 2, endTime: 1 }] }, /notes\[0\]\.endTime is 1; expected at least/],
    ['a truth', { notes: [{ isDrum: 'yes' }] }, /notes\[0\]\.isDrum is "yes"; expected true or false/],
    ['an enum', { keySignatures: [{ key: 'H' }] }, /keySignatures\[0\]\.key is "H"/],
    ['a text', { id: 3 }, /id is 3; expected a text/],
    [
      'steps',
      { quantizationInfo: { stepsPerQuarter: 0 } },
      /quantizationInfo is .*expected stepsPerQuarter or/,
    ],
  ] as const) {
    test(`refuses ${name}, by the name of the field`, () => {
      assert.throws(() => parseNoteSequence(json), { code: 'NOTE_SEQUENCE_INVALID' });
      assert.throws(() => parseNoteSequence(json), message);
    });
  }

  test('validateNoteSequence says nothing of what is good', () => {
    validateNoteSequence(full);
    assert.throws(() => validateNoteSequence({ notes: [{ pitch: -1 }] }), { code: 'NOTE_SEQUENCE_INVALID' });
  });
});
