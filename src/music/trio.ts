/** Melody, bass and drums of a piece as three lists of classes (music_vae.md 5.3). */
import { withLeftOut } from './left-out.js';
import { DRUM_CLASSES, drumLabelNotes, drumLabels, type DrumClasses } from './drum-classes.js';
import { melodyLabelNotes, melodyLabels, melodyRhythm } from './melody-labels.js';
import type { Note, NoteSequence, QuantizedNote } from './note-sequence.js';

export interface TrioLabels {
  /** [steps] each */
  readonly melody: readonly number[];
  readonly bass: readonly number[];
  readonly drums: readonly number[];
}

/** General MIDI programs that may play the melody: 0 to 31. */
export const isMelody = ({ isDrum, program = 0 }: Note) => !isDrum && program >= 0 && program <= 31;
/** General MIDI's basses: 32 to 39. */
export const isBass = ({ isDrum, program = 0 }: Note) => !isDrum && program >= 32 && program <= 39;

const only = (sequence: NoteSequence, isWanted: (note: Note) => boolean): NoteSequence => ({
  ...sequence,
  notes: withLeftOut(sequence).notes.filter(isWanted),
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
    melody: melodyLabels(only(sequence, isMelody), { steps }),
    bass: melodyLabels(only(sequence, isBass), { steps }),
    drums: drumLabels(sequence, steps, classes),
  };
}

/** Instruments 0, 1, 2; the melody on a piano, the bass on an acoustic bass. */
const as = (part: Partial<Note>, notes: readonly QuantizedNote[]) =>
  notes.map((note) => ({ ...note, ...part }));
export const MELODY_PART = { instrument: 0, program: 0 };
export const BASS_PART = { instrument: 1, program: 32 };
export const DRUM_PART = { instrument: 2, isDrum: true };

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
