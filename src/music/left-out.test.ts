/** A field that protobuf's JSON leaves out has its default, to every function; an option that is undefined is one left out. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chordNotes } from './chord-renderer.js';
import { deepFreeze, withoutDefaults } from './golden.testing.js';
import * as music from './index.js';
import { musicMeasures } from './measures.js';
import type { Note, NoteSequence } from './note-sequence.js';

/** Every field that can be 0 is 0 somewhere, as in two voices and drums that begin at once. */
const note = (pitch: number, start: number, end: number, more: Partial<Note> = {}): Note => ({
  pitch,
  velocity: 80,
  startTime: start / 8,
  endTime: end / 8,
  instrument: 0,
  program: 0,
  isDrum: false,
  part: 0,
  voice: 0,
  ...more,
});

const played = deepFreeze<NoteSequence>({
  id: '',
  ticksPerQuarter: 220,
  tempos: [{ time: 0, qpm: 120 }],
  timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
  keySignatures: [
    { time: 0, key: 0, mode: 0 },
    { time: 4, key: 0, mode: 0 },
  ],
  notes: [
    ...[0, 2, 4, 5, 7, 9, 11, 0].map((pitch, i) => note(pitch, 4 * i, 4 * i + 4)),
    note(0, 0, 8, { instrument: 1, program: 0 }),
    note(48, 8, 24, { instrument: 1, program: 0 }),
    ...[0, 8, 16].map((start) => note(36, start, start + 1, { instrument: 9, isDrum: true })),
    note(0, 0, 1, { instrument: 9, isDrum: true }),
  ],
  totalTime: 4,
  controlChanges: [
    { time: 0, controlNumber: 64, controlValue: 127, instrument: 0, program: 0, isDrum: false },
    { time: 1.1, controlNumber: 64, controlValue: 0, instrument: 0, program: 0, isDrum: false },
    { time: 0, controlNumber: 0, controlValue: 0, instrument: 1, program: 0, isDrum: false },
  ],
  pitchBends: [{ time: 0, bend: 0, instrument: 0, program: 0, isDrum: false }],
  textAnnotations: [
    { time: 0, text: 'C', annotationType: 1 },
    { time: 2, text: 'G', annotationType: 1 },
    { time: 0, text: 'Verse', annotationType: 0 },
  ],
  sectionAnnotations: [{ time: 0, sectionId: 0 }],
  subsequenceInfo: { startTimeOffset: 0, endTimeOffset: 0 },
  instrumentInfos: [{ instrument: 0, name: 'Piano' }],
});

const inSteps = (sequence: NoteSequence): NoteSequence => ({
  ...sequence,
  notes: sequence.notes.map(({ startTime = 0, endTime = 0, ...rest }) => ({
    ...rest,
    quantizedStartStep: 8 * startTime,
    quantizedEndStep: 8 * endTime,
  })),
  textAnnotations: sequence.textAnnotations?.map((one) => ({ ...one, quantizedStep: 8 * (one.time ?? 0) })),
  controlChanges: sequence.controlChanges?.map((one) => ({
    ...one,
    quantizedStep: Math.round(8 * (one.time ?? 0)),
  })),
});
const ofInstrument = (sequence: NoteSequence, instrument: number): NoteSequence => ({
  ...sequence,
  notes: sequence.notes.filter((one) => one.instrument === instrument),
});

/** Steps of beats, with the times they came from and without; steps of clock time; no steps. */
const SEQUENCES: Readonly<Record<string, NoteSequence>> = {
  seconds: played,
  beats: {
    ...music.quantizeNoteSequence(played),
    quantizationInfo: { stepsPerQuarter: 4, stepsPerSecond: 0 },
  },
  'beats without times': {
    ...inSteps(played),
    totalTime: 0,
    totalQuantizedSteps: 32,
    quantizationInfo: { stepsPerQuarter: 4, stepsPerSecond: 0 },
  },
  'clock time': {
    ...music.quantizeNoteSequenceAbsolute(played, 100),
    quantizationInfo: { stepsPerQuarter: 0, stepsPerSecond: 100 },
  },
};

const notesOf = ({ notes = [] }: Partial<NoteSequence>) => notes;

/** Every function that takes sequences or notes, with arguments that make it do something. */
const READERS: Readonly<Record<string, (sequence: NoteSequence) => unknown>> = {
  adjustTimes: (s) => music.adjustTimes(s, (time) => 2 * time),
  applySustainPedal: (s) => music.applySustainPedal(s),
  'applySustainPedal of pedal 0': (s) => music.applySustainPedal(s, 0),
  augmentSequence: (s) => music.augmentSequence(s, { minTransposition: -3, maxTransposition: 3 }, () => 0.7),
  chordNotes: (s) => chordNotes(s),
  clipSequence: (s) => music.clipSequence(s, 0, 1.25),
  concatenateSequences: (s) => music.concatenateSequences([s, s, s]),
  drumLabels: (s) => music.drumLabels(s, 32),
  encodeNoteSequence: (s) => music.decodeNoteSequence(music.encodeNoteSequence(s)),
  expandSectionGroups: (s) =>
    music.expandSectionGroups({ ...s, sectionGroups: [{ sections: [{ sectionId: 0 }], numTimes: 2 }] }),
  extractChords: (s) => music.extractChords(s),
  extractDrumTrack: (s) => music.extractDrumTrack(s),
  extractDrumTracks: (s) => music.extractDrumTracks(s, { minBars: 0 }),
  extractLeadSheets: (s) => music.extractLeadSheets(s, { minBars: 0 }),
  melodyWindows: (s) => music.melodyWindows(s, { minOnsets: 0 }),
  drumWindows: (s) => music.drumWindows(s, { minOnsets: 0 }),
  grooveWindows: (s) => music.grooveWindows(s, { minOnsets: 0 }),
  extractMelodies: (s) => music.extractMelodies(s, { minBars: 0, minUniquePitches: 1 }),
  extractMelody: (s) => music.extractMelody(s),
  extractNotePerformance: (s) => music.extractNotePerformance(s, { instrument: 0 }),
  extractPerformance: (s) => music.extractPerformance(s, { instrument: 0, velocityBins: 32 }),
  extractPolyphony: (s) => music.extractPolyphony(s, { instrument: 1 }),
  extractSubsequence: (s) => music.extractSubsequence(s, 0, 1.25),
  'extractSubsequence from within': (s) => music.extractSubsequence(s, 0.5, 3),
  frameScore: (s) => music.frameScore(notesOf(s), played.notes),
  grooveMatrix: (s) => [...music.grooveMatrix(s, 32)],
  inferChords: (s) => music.inferChords(s),
  inferKey: (s) => music.inferKey(s),
  inferMelody: (s) => music.inferMelody(s),
  melodyTokens: (s) => music.melodyTokens(s, { extend: true }),
  performanceTokens: (s) => music.performanceTokens(s),
  melodyLabels: (s) => music.melodyLabels(s, { minPitch: 0, maxPitch: 127 }),
  mergeConsecutiveNotes: (s) => music.mergeConsecutiveNotes(s),
  mergeSequences: (s) => music.mergeSequences([s, s]),
  mergeInstruments: (s) => music.mergeInstruments(s),
  multitrackTokens: (s) => music.multitrackTokens(s),
  musicMeasures: (s) => musicMeasures(s),
  noteScore: (s) => music.noteScore(notesOf(s), played.notes, { offsets: true, velocities: true }),
  parseNoteSequence: (s) => music.parseNoteSequence(s),
  quantizeNoteSequence: (s) => music.quantizeNoteSequence(s),
  quantizeNoteSequenceAbsolute: (s) => music.quantizeNoteSequenceAbsolute(s),
  removeRedundantData: (s) => music.removeRedundantData(s),
  repeatToDuration: (s) => music.repeatToDuration(s, 7),
  replaceInstruments: (s) => music.replaceInstruments(s, s),
  sequenceToPianoRoll: (s) => music.sequenceToPianoRoll(s, { secondsPerFrame: 0.125 }),
  shiftTimes: (s) => music.shiftTimes(s, 1),
  splitAtMeterAndTempoChanges: (s) => music.splitAtMeterAndTempoChanges(s),
  splitIntoChunks: (s) => music.splitIntoChunks(s, 12),
  splitOnSilence: (s) => music.splitOnSilence(s, 0.1),
  splitSequence: (s) => music.splitSequence(s, 1.5),
  stepsPerBar: (s) => music.stepsPerBar(s),
  stretchSequence: (s) => music.stretchSequence(s, 2),
  takeDrums: (s) => music.takeDrums(s),
  takeInstrument: (s) => music.takeInstrument(s, 0),
  takeMelody: (s) => music.takeMelody(s),
  takeVoices: (s) => music.takeVoices(s),
  totalSeconds: (s) => music.totalSeconds(s),
  totalSteps: (s) => music.totalSteps(s),
  transposeSequence: (s) => music.transposeSequence(s, 2),
  trimSequence: (s) => music.trimSequence(s, 0, 3, true),
  'trimSequence from within': (s) => music.trimSequence(s, 1, 3, true),
  trioLabels: (s) => music.trioLabels({ ...s, notes: notesOf(s).filter((one) => one.isDrum) }, 32),
  unquantizeSequence: (s) => music.unquantizeSequence(s, 60),
  validateNoteSequence: (s) => music.validateNoteSequence(s),
  writeMidi: (s) => [...music.writeMidi(s)],
};

/** Functions of events, symbols, files and numbers: no sequence goes in. */
const OTHERS = new Set(
  `accuracy decodeNoteSequence pitchesToChordSymbol readABCTunebook readMusic readMusicXML readNoteSequenceRecords readTFRecords
  swing writeNoteSequenceRecords writeTFRecords binToVelocity chordOfClass chordPitchesVector chordRoot chordsToSequence drumClassOf drumLabel
  drumLabelNotes drumNotes drumRoll drumsOfLabel drumsToSequence eventMetrics grooveToSequence inferTempo isNoChord joinGroove
  leadSheetToSequence majorKey majorKeyHistogram majorMinorChordClass melodyLabelNotes melodyNotes melodyRegister melodyRhythm
  melodyShape melodyToSequence multitrackClasses multitrackNotes notesOfNotePerformance parseChordList parseChordSymbol
  performanceNotes performanceSteps performanceToSequence perplexity pianoRollToSequence polyphonyNotes polyphonySteps polyphonyToSequence
  quantizeToStep readMidi rhythmNotes setDrumLength setMelodyLength setPerformanceLength setPolyphonyLength shapeNotes
  splitGroove spreadChords squashMelody transposeChordSymbol transposeLeadSheet transposeMelody tokensToSequence triadChordClass trioNotes
  trioRhythm trioRhythmNotes velocityToBin`.split(/\s+/),
);

type Outcome = { readonly result: unknown } | { readonly code: unknown };

function outcomeOf(read: (sequence: NoteSequence) => unknown, sequence: NoteSequence): Outcome {
  try {
    return { result: withoutDefaults(read(sequence)) };
  } catch (error) {
    const { code } = error as { code?: string };
    // A crash is no answer.
    if (code === undefined) throw error;
    return { code };
  }
}

describe('a sequence whose zeros are left out is the one that says them, to', () => {
  for (const [name, read] of Object.entries(READERS)) {
    test(name, () => {
      let answers = 0;
      for (const [kind, sequence] of Object.entries(SEQUENCES)) {
        for (const whole of [sequence, ofInstrument(sequence, 0), { ...sequence, notes: [] }]) {
          const said = outcomeOf(read, deepFreeze(whole));
          assert.deepEqual(outcomeOf(read, deepFreeze(withoutDefaults(whole))), said, kind);
          if ('result' in said && whole.notes.length > 0) answers++;
        }
      }
      assert.ok(answers > 0, 'some of them are read');
    });
  }

  test('all functions of the index', () => {
    const known = new Set([...Object.keys(READERS).map((name) => name.split(' ')[0]), ...OTHERS]);
    const functions = Object.entries(music).filter(([, value]) => typeof value === 'function');
    assert.deepEqual(
      functions.map(([name]) => name).filter((name) => !known.has(name)),
      [],
    );
  });
});

test('null is as if it had been left out: of notes, lists and fields', () => {
  const some = JSON.parse(
    '{"notes": [{"pitch": null, "startTime": null, "endTime": 1, "velocity": 80}], "tempos": null, "totalTime": null}',
  ) as NoteSequence;
  const plain = { notes: [{ pitch: 0, endTime: 1, velocity: 80 }] };
  for (const read of [
    (one: NoteSequence) => music.concatenateSequences([one, one]),
    (one: NoteSequence) => music.splitSequence(one, 0.5),
    (one: NoteSequence) => music.inferMelody(one),
    (one: NoteSequence) => music.totalSeconds(one),
    (one: NoteSequence) => music.extractMelody(music.quantizeNoteSequence(one)),
  ])
    assert.deepEqual(withoutDefaults(read(some)), withoutDefaults(read(plain)));
  const none = JSON.parse('{"notes": null}') as NoteSequence;
  assert.equal(music.totalSeconds(none), 0);
  assert.deepEqual(music.inferMelody(none).sequence.notes, []);
});

test('a tempo that is left out stays 0 when a piece is stretched', () => {
  const piece = JSON.parse('{"notes": [], "tempos": [{}]}') as NoteSequence;
  assert.deepEqual(music.stretchSequence(piece, 2).tempos, [{ time: 0, qpm: 0 }]);
});

test('concatenation moves what begins at a 0 that was left out', () => {
  const part = {
    notes: [
      { pitch: 60, velocity: 80, endTime: 1 },
      { pitch: 72, velocity: 80, startTime: 0.5, endTime: 1.5 },
    ],
    totalTime: 1.5,
  };
  const { notes } = music.concatenateSequences([part, part]);
  assert.deepEqual(
    notes.map(({ startTime = 0, endTime }) => [startTime, endTime]),
    [
      [0, 1],
      [0.5, 1.5],
      [1.5, 2.5],
      [2, 3],
    ],
  );
});

describe('an option that is undefined is one left out, to', () => {
  const beats = SEQUENCES.beats;
  const one = ofInstrument(beats, 0);
  const performance = music.extractPerformance(one, { velocityBins: 32 });
  const melody = music.extractMelody(beats)!;
  const chords = music.extractChords(beats);
  const drums = music.extractDrumTrack(beats)!;
  const everything = {
    ...{
      velocity: undefined,
      instrument: undefined,
      program: undefined,
      qpm: undefined,
      startTime: undefined,
    },
    ...{ gapBars: undefined, ignorePolyphony: undefined, padEnd: undefined, searchStartStep: undefined },
    ...{
      minBars: undefined,
      minUniquePitches: undefined,
      maxStepsTruncate: undefined,
      maxStepsDiscard: undefined,
    },
    ...{
      ignoreIsDrum: undefined,
      requireChords: undefined,
      allTranspositions: undefined,
      chordsPerBar: undefined,
    },
    ...{ keyChangeProbability: undefined, chordChangeProbability: undefined, concentration: undefined },
    ...{
      velocityBins: undefined,
      maxShiftSteps: undefined,
      startStep: undefined,
      initialVelocityBin: undefined,
    },
    ...{
      maxNoteDuration: undefined,
      skipSplitsInsideNotes: undefined,
      minPitch: undefined,
      maxPitch: undefined,
    },
    ...{
      transposeChords: undefined,
      minStretch: undefined,
      maxStretch: undefined,
      minTransposition: undefined,
    },
    ...{
      maxTransposition: undefined,
      deleteOutOfRange: undefined,
      onsetTolerance: undefined,
      offsets: undefined,
    },
    ...{
      velocities: undefined,
      humanize: undefined,
      tapify: undefined,
      classes: undefined,
      steps: undefined,
    },
    ...{ tracks: undefined, tokens: undefined, addKeySignatures: undefined },
  };
  const calls: Readonly<Record<string, (options: object) => unknown>> = {
    chordsToSequence: (options) => music.chordsToSequence(chords, options),
    drumsToSequence: (options) => music.drumsToSequence(drums, options),
    melodyToSequence: (options) => music.melodyToSequence(melody, options),
    polyphonyToSequence: (options) => music.polyphonyToSequence(music.extractPolyphony(one), options),
    performanceToSequence: (options) => music.performanceToSequence({ ...performance, program: 5 }, options),
    leadSheetToSequence: (options) => music.leadSheetToSequence({ melody, chords }, options),
    extractMelody: (options) => music.extractMelody(beats, options),
    extractMelodies: (options) =>
      music.extractMelodies(music.concatenateSequences([beats, beats, beats, beats]), options),
    extractDrumTrack: (options) => music.extractDrumTrack(beats, options),
    extractDrumTracks: (options) => music.extractDrumTracks(beats, options),
    extractLeadSheets: (options) => music.extractLeadSheets(beats, options),
    extractPerformance: (options) => music.extractPerformance(one, options),
    extractNotePerformance: (options) => music.extractNotePerformance(one, options),
    extractPolyphony: (options) => music.extractPolyphony(one, options),
    inferChords: (options) => music.inferChords(beats, options),
    splitSequence: (options) => music.splitSequence(played, 1, options),
    splitAtMeterAndTempoChanges: (options) => music.splitAtMeterAndTempoChanges(played, options),
    transposeSequence: (options) => music.transposeSequence(played, 3, options),
    augmentSequence: (options) => music.augmentSequence(played, options, () => 0.5),
    noteScore: (options) => music.noteScore(played.notes, played.notes, options),
    grooveMatrix: (options) => music.grooveMatrix(ofInstrument(played, 9), 32, options),
    melodyLabels: (options) =>
      music.melodyLabels({ ...one, notes: one.notes.filter(({ pitch }) => pitch > 20) }, options),
    multitrackTokens: (options) => music.multitrackTokens(beats, options),
    multitrackNotes: (options) => music.multitrackNotes([[60, 490]], options),
  };
  for (const [name, call] of Object.entries(calls))
    test(name, () => assert.deepEqual(call(everything), call({})));
});
