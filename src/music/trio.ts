/** Melody, bass and drums of a piece as three lists of classes (music_vae.md 5.3). */
import { DRUM_CLASSES, drumLabelNotes, drumLabels, type DrumClasses } from './drum-classes.js';
import { melodyLabelNotes, melodyLabels, melodyRhythm } from './melody-labels.js';
import type { Note, NoteSequence, QuantizedNote } from './note-sequence.js';

export interface TrioLabels {
  /** [steps] each */
  readonly melody: readonly number[];
  readonly bass: readonly number[];
  readonly drums: readonly number[];
}

/** General MIDI: what may play the melody, and the basses. */
const MELODY_PROGRAMS = [0, 31];
const BASS_PROGRAMS = [32, 39];

const playedBy = (sequence: NoteSequence, [first, last]: readonly number[]): NoteSequence => ({
  ...sequence,
  notes: sequence.notes.filter(({ isDrum, program = 0 }) => !isDrum && program >= first && program <= last),
});

/**
 * Other programs are left out.
 * @throws PITCH_RANGE, NOTE_SEQUENCE_INVALID
 */
export function trioLabels(
  sequence: NoteSequence,
  steps: number,
  classes: DrumClasses = DRUM_CLASSES,
): TrioLabels {
  return {
    melody: melodyLabels(playedBy(sequence, MELODY_PROGRAMS), { steps }),
    bass: melodyLabels(playedBy(sequence, BASS_PROGRAMS), { steps }),
    drums: drumLabels(sequence, steps, classes),
  };
}

/** Instruments 0, 1, 2; the melody on a piano, the bass on an acoustic bass. */
const as = (part: Partial<Note>, notes: readonly QuantizedNote[]) =>
  notes.map((note) => ({ ...note, ...part }));
const MELODY_PART = { instrument: 0, program: 0 };
const BASS_PART = { instrument: 1, program: 32 };
const DRUM_PART = { instrument: 2, isDrum: true };

/** @throws EVENT_INVALID */
export function trioNotes({ melody, bass, drums }: TrioLabels): QuantizedNote[] {
  return [
    ...as(MELODY_PART, melodyLabelNotes(melody)),
    ...as(BASS_PART, melodyLabelNotes(bass)),
    ...as(DRUM_PART, drumLabelNotes(drums)),
  ];
}

/** @returns [steps][3] 1 where melody, bass, drums begin a note */
export function trioRhythm({ melody, bass, drums }: TrioLabels): [number, number, number][] {
  const [melodic, low] = [melodyRhythm(melody), melodyRhythm(bass)];
  return drums.map((label, step) => [melodic[step], low[step], Number(label > 0)]);
}

/** The pitches that stand for a note of each. */
const RHYTHM_PARTS = [
  { pitch: 72, ...MELODY_PART },
  { pitch: 36, ...BASS_PART },
  { pitch: 38, ...DRUM_PART },
];

export const trioRhythmNotes = (rhythm: readonly (readonly number[])[]): QuantizedNote[] =>
  rhythm.flatMap((row, step) =>
    RHYTHM_PARTS.filter((_, i) => row[i]).map((part) => ({
      ...part,
      quantizedStartStep: step,
      quantizedEndStep: step + 1,
    })),
  );
