import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeNoteSequence, encodeNoteSequence } from './note-sequence-proto.js';
import { parseNoteSequence } from './note-sequence-json.js';
import {
  TFRecordReader,
  readNoteSequenceRecords,
  readTFRecords,
  writeNoteSequenceRecords,
  writeTFRecords,
} from './tf-record.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Every message and every field that music.proto has. */
const everything = parseNoteSequence({
  id: 'a',
  filename: 'b.mid',
  collectionName: 'c',
  referenceNumber: 5_000_000_000,
  ticksPerQuarter: 480,
  timeSignatures: [{ time: 1, numerator: 3, denominator: 8 }],
  keySignatures: [{ time: 2, key: 9, mode: 1 }],
  tempos: [{ time: 0.5, qpm: 90.5 }],
  notes: [
    {
      pitch: 60,
      velocity: 100,
      startTime: 0.25,
      endTime: 1.75,
      numerator: 3,
      denominator: 8,
      instrument: 2,
      program: 33,
      isDrum: true,
      part: 1,
      pitchName: 16,
      voice: 3,
      quantizedStartStep: 1,
      quantizedEndStep: 7,
    },
  ],
  totalTime: 12.5,
  totalQuantizedSteps: 50,
  pitchBends: [{ time: 1, bend: -8192, instrument: 1, program: 2, isDrum: true }],
  controlChanges: [
    {
      time: 1,
      quantizedStep: 4,
      controlNumber: 64,
      controlValue: 127,
      instrument: 1,
      program: 2,
      isDrum: true,
    },
  ],
  partInfos: [{ part: 1, name: 'Violin' }],
  sourceInfo: { sourceType: 1, encodingType: 2, parser: 5 },
  textAnnotations: [{ time: 3, quantizedStep: 12, text: 'Cmaj7', annotationType: 1 }],
  sectionAnnotations: [{ time: 4, sectionId: 2 }],
  sectionGroups: [
    {
      sections: [{ sectionId: 1 }, { sectionGroup: { sections: [{ sectionId: 2 }], numTimes: 3 } }],
      numTimes: 2,
    },
  ],
  quantizationInfo: { stepsPerQuarter: 4 },
  subsequenceInfo: { startTimeOffset: 1, endTimeOffset: 2 },
  sequenceMetadata: { title: 'T', artist: 'Ä', genre: ['x', 'y'], composers: ['z'] },
  instrumentInfos: [{ instrument: 1, name: 'Piano' }],
});

describe('NoteSequences as protocol buffers', () => {
  test('are those of music.proto: a note of pitch 60, velocity 100, from 0.5 s to 1 s, and a total of 1 s', () => {
    const bytes = hex(
      '42 16 08 3c 10 64 19 00 00 00 00 00 00 e0 3f 21 00 00 00 00 00 00 f0 3f 49 00 00 00 00 00 00 f0 3f',
    );
    const sequence = { notes: [{ pitch: 60, velocity: 100, startTime: 0.5, endTime: 1 }], totalTime: 1 };
    assert.deepEqual(decodeNoteSequence(bytes), sequence);
    assert.deepEqual(encodeNoteSequence(sequence), bytes);
  });

  test('keep every field', () =>
    assert.deepEqual(decodeNoteSequence(encodeNoteSequence(everything)), everything));

  test('may have fields of later versions', () => {
    // Field 200, of bytes.
    const later = Buffer.concat([encodeNoteSequence(everything), hex('c2 0c 02 61 62')]);
    assert.deepEqual(decodeNoteSequence(Uint8Array.from(later)), everything);
  });

  for (const [what, bytes, code] of [
    ['that break off', encodeNoteSequence(everything).slice(0, -3), 'TFRECORD_INVALID'],
    ['of another form', hex('0d 00 00 00 00'), 'TFRECORD_INVALID'],
    ['of nothing that is known', hex('c2 0c 02 61 62'), 'TFRECORD_INVALID'],
    ['with pitch 200', hex('42 03 08 c8 01'), 'NOTE_SEQUENCE_INVALID'],
  ] as const)
    test(`${what} are an error`, () => assert.throws(() => decodeNoteSequence(bytes), { code }));
});

describe('TFRecord files', () => {
  // Written by tf.io.TFRecordWriter: the empty record; "a".
  const empty = '00 00 00 00 00 00 00 00 29 03 98 07 d8 ea 82 a2';

  test('have the bytes that TensorFlow writes', () => {
    assert.deepEqual(writeTFRecords([new Uint8Array(0)]), hex(empty));
    assert.deepEqual(readTFRecords(hex(empty + empty)).length, 2);
  });

  test('give back what was written, also in pieces of any size', () => {
    const file = writeNoteSequenceRecords([everything, { notes: [{ pitch: 1 }] }]);
    assert.deepEqual(readNoteSequenceRecords(file), [everything, { notes: [{ pitch: 1 }] }]);
    for (const size of [1, 7, 100]) {
      const reader = new TFRecordReader();
      let count = 0;
      for (let at = 0; at < file.length; at += size)
        count += reader.push(file.subarray(at, at + size)).length;
      reader.end();
      assert.equal(count, 2);
    }
  });

  test('in which a bit is another are an error, wherever it is', () => {
    const file = writeTFRecords([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    for (let byte = 0; byte < file.length; byte++) {
      const damaged = file.slice();
      damaged[byte] ^= 16;
      assert.throws(() => readTFRecords(damaged), { code: 'TFRECORD_INVALID' }, `byte ${byte}`);
    }
  });

  test('that break off are an error with record and byte', () => {
    const file = writeTFRecords([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    assert.throws(() => readTFRecords(file.subarray(0, -1)), /it ends within record 1, at byte 19/);
  });

  test('of other things than NoteSequences are an error with the record', () =>
    assert.throws(
      () => readNoteSequenceRecords(writeTFRecords([encodeNoteSequence(everything), hex('0d 00 00 00 00')])),
      /record 1: /,
    ));
});
