import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deepFreeze } from './golden.testing.js';
import { extractMelody } from './melody.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { extractPerformance } from './performance.js';
import { takeDrums, takeInstrument, takeMelody, takeVoices } from './primer.js';
import { quantizeNoteSequence, quantizeNoteSequenceAbsolute } from './quantize.js';

const note = (pitch: number, startTime: number, endTime: number, more: Partial<Note> = {}) => ({
  pitch,
  velocity: 80,
  startTime,
  endTime,
  ...more,
});
/** One after the other. */
const line = (pitches: readonly number[], length: number, more: Partial<Note> = {}) =>
  pitches.map((pitch, i) => note(pitch, i * length, (i + 1) * length, more));
const piece = (...notes: readonly Note[]) =>
  deepFreeze<NoteSequence>({ tempos: [{ time: 0, qpm: 120 }], totalTime: 4, notes });
const pitches = ({ notes }: NoteSequence) => notes.map(({ pitch }) => pitch);

const FLUTE = [72, 74, 76, 77, 79, 77, 76, 74];
const flute = (instrument: number) => line(FLUTE, 0.5, { instrument, program: 73 });
const bass = (instrument: number) => line([36, 43, 41, 43], 1, { instrument, program: 33 });
const chords = (instrument: number) =>
  [60, 64, 67].flatMap((pitch) => line([pitch, pitch], 2, { instrument }));
const drums = (instrument: number) => line([99, 38, 99, 38], 1, { instrument, isDrum: true });

describe('takeMelody', () => {
  test('takes the highest line, on whichever track it is', () => {
    assert.deepEqual(pitches(takeMelody(piece(...bass(0), ...flute(1)))), FLUTE);
    assert.deepEqual(pitches(takeMelody(piece(...flute(0), ...bass(1), ...drums(9)))), FLUTE);
    assert.deepEqual(pitches(takeMelody(piece(...drums(0), ...chords(2), ...bass(3), ...flute(5)))), FLUTE);
  });

  test('keeps the rests of that line: no other instrument fills them', () => {
    const [first, , , last] = flute(1);
    assert.deepEqual(pitches(takeMelody(piece(...bass(0), first, last))), [72, 77]);
  });

  test('goes by a tune rather than by chords a little above it', () => {
    const tune = line([60, 62, 64, 65], 1, { instrument: 1 });
    const pad = [62, 66, 69].flatMap((pitch) => line([pitch, pitch, pitch, pitch], 1, { instrument: 0 }));
    assert.deepEqual(pitches(takeMelody(piece(...pad, ...tune))), [60, 62, 64, 65]);
  });

  test('leaves out who plays a few notes only, and effects', () => {
    const bell = note(96, 0, 1, { instrument: 7 });
    const rain = line([100, 101, 100, 101], 1, { instrument: 8, program: 96 });
    assert.deepEqual(pitches(takeMelody(piece(...flute(1), bell, ...rain))), FLUTE);
    // Of effects alone, they are all there is.
    assert.equal(takeMelody(piece(...rain)).notes.length, 4);
  });

  test('of one player takes what is heard on top', () => {
    const piano = [...line(FLUTE, 0.5), ...line([48, 52, 55, 52], 1), note(40, 0, 4)];
    assert.deepEqual(pitches(takeMelody(piece(...piano))), FLUTE);
    const uneven = [note(60, 0, 1), note(64, 0.02, 1), note(67, 0.03, 1)];
    assert.deepEqual(pitches(takeMelody(piece(...uneven))), [67]);
    // Legato is no polyphony: the note before may sound a little longer.
    assert.deepEqual(
      pitches(takeMelody(piece(note(72, 0, 1.1), note(71, 1, 2), note(69, 2, 3)))),
      [72, 71, 69],
    );
  });

  test('gives what can be read as a melody, from seconds and from steps alike', () => {
    const all = piece(...bass(0), ...flute(1), ...chords(2));
    const [seconds, steps] = [quantizeNoteSequence(takeMelody(all)), takeMelody(quantizeNoteSequence(all))];
    assert.deepEqual(extractMelody(seconds), extractMelody(steps));
    assert.deepEqual(pitches(takeMelody(quantizeNoteSequenceAbsolute(all))), FLUTE);
    assert.deepEqual(takeMelody(takeMelody(all)), takeMelody(all));
  });

  test('of nothing is nothing', () => {
    assert.deepEqual(takeMelody({ notes: [] }).notes, []);
    assert.deepEqual(takeMelody(piece(...drums(0))).notes, []);
  });
});

describe('takeVoices', () => {
  const all = piece(...bass(0), ...flute(1), ...drums(9), note(60, 0, 1, { velocity: 0 }));

  test('takes all that is not drums, as one instrument that a performance can be read of', () => {
    const voices = takeVoices(all);
    assert.equal(voices.notes.length, 12);
    assert.deepEqual(
      [...new Set(voices.notes.map(({ instrument, program }) => `${instrument} ${program}`))],
      ['0 0'],
    );
    assert.ok(extractPerformance(quantizeNoteSequenceAbsolute(voices)).events.length > 24);
    assert.deepEqual(takeVoices(voices), voices);
  });

  test('keeps the program where there is one', () => {
    assert.ok(takeVoices(piece(...flute(3))).notes.every(({ program }) => program === 73));
  });

  test('writes the pedal into the notes, and leaves it out', () => {
    const controlChanges = [
      { time: 0, controlNumber: 64, controlValue: 127, instrument: 1 },
      { time: 0, controlNumber: 7, controlValue: 100, instrument: 1 },
    ];
    const held = takeVoices({
      ...piece(note(60, 0, 1, { instrument: 1 }), note(62, 1, 2, { instrument: 1 })),
      controlChanges,
    });
    assert.deepEqual(
      held.notes.map(({ endTime }) => endTime),
      [2, 2],
    );
    assert.deepEqual(
      held.controlChanges?.map(({ controlNumber }) => controlNumber),
      [7],
    );
  });
});

test('takeDrums and takeInstrument take what they say', () => {
  const all = { ...piece(...bass(0), ...drums(9)), controlChanges: [{ controlNumber: 7, instrument: 9 }] };
  assert.deepEqual(pitches(takeDrums(all)), [99, 38, 99, 38]);
  assert.deepEqual(pitches(takeInstrument(all, 0)), [36, 43, 41, 43]);
  assert.deepEqual(takeInstrument(all, 0).controlChanges, []);
});
