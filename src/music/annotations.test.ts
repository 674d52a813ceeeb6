/** Annotations say what they are by number, or by the name that protobuf's JSON has for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inferChords } from './chord-inference.js';
import { chordNotes } from './chord-renderer.js';
import { extractChords } from './chords.js';
import { deepFreeze } from './golden.testing.js';
import { readMidi } from './midi-reader.js';
import { writeMidi } from './midi-writer.js';
import type { NoteSequence, TextAnnotation } from './note-sequence.js';
import { quantizeNoteSequence } from './quantize.js';
import { extractSubsequence } from './subsequence.js';
import { transposeSequence } from './transform.js';

/** Triads of C, then G, and a beat where no half bar begins. */
const piece = (chord: TextAnnotation['annotationType'], beat: TextAnnotation['annotationType']) =>
  deepFreeze<NoteSequence>({
    notes: [
      ...[60, 64, 67].map((pitch) => ({ pitch, velocity: 80, startTime: 0, endTime: 1.25 })),
      ...[67, 71, 74].map((pitch) => ({ pitch, velocity: 80, startTime: 1.25, endTime: 4 })),
    ],
    tempos: [{ time: 0, qpm: 120 }],
    textAnnotations: [
      { time: 0, text: 'C', annotationType: chord },
      { time: 2, text: 'G', annotationType: chord },
      { time: 0, text: '1', annotationType: beat },
      { time: 1.25, text: '2', annotationType: beat },
    ],
    totalTime: 4,
  });
const byNumber = piece(1, 2);
const byName = piece('CHORD_SYMBOL', 'BEAT');
const texts = ({ textAnnotations = [] }: NoteSequence) => textAnnotations.map(({ text }) => text);

describe('annotations by name are what they are by number', () => {
  const readers: Record<string, (sequence: NoteSequence) => unknown> = {
    extractChords: (sequence) => extractChords(quantizeNoteSequence(sequence)),
    chordNotes: (sequence) => chordNotes(sequence),
    transposeSequence: (sequence) => texts(transposeSequence(sequence, 2).sequence),
    extractSubsequence: (sequence) => texts(extractSubsequence(sequence, 1, 3)),
    inferChords: (sequence) =>
      inferChords(quantizeNoteSequence(sequence)).textAnnotations?.map(({ text, quantizedStep }) => [
        text,
        quantizedStep,
      ]),
    writeMidi: (sequence) => readMidi(writeMidi(sequence)).textAnnotations,
  };
  for (const [name, read] of Object.entries(readers)) {
    test(`to ${name}`, () => {
      const expected = read(byNumber);
      assert.notDeepEqual(expected, read(piece(0, 0)), 'it reads them');
      assert.deepEqual(read(byName), expected);
    });
  }
});
