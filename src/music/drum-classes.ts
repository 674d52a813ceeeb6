/** Drums in nine classes, as the drum models know them: a step is a set of nine bits (music_vae.md 5.2, note_seq/drums_encoder_decoder.py). */
import type { DrumEvent } from './events.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { quantizedNotes } from './steps.js';

/**
 * Pitches of each class; written drums have the first. Kick, snare, closed and open hi-hat, low, mid and high tom, crash, ride.
 */
export type DrumClasses = readonly (readonly number[])[];

/** The classes of note-seq, with which the models were trained. */
export const DRUM_CLASSES: DrumClasses = [
  [36, 35],
  [38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85],
  [42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22],
  [46, 67, 72, 74, 79, 81, 26],
  [45, 29, 41, 43, 61, 64, 84],
  [48, 47, 60, 63, 77, 86, 87],
  [50, 30, 62, 76, 83],
  [49, 52, 55, 57, 58],
  [51, 53, 59, 82],
];

/** The class of a pitch, -1 for one that is in none. */
export const drumClassOf = (pitch: number, classes: DrumClasses = DRUM_CLASSES) =>
  classes.findIndex((pitches) => pitches.includes(pitch));

/** Bit k is set where class k is struck. */
export function drumLabel(pitches: DrumEvent, classes: DrumClasses = DRUM_CLASSES): number {
  return pitches.reduce((label, pitch) => {
    const index = drumClassOf(pitch, classes);
    return index < 0 ? label : label | (1 << index);
  }, 0);
}

/** The other way round, lowest class first. */
export function drumsOfLabel(label: number, classes: DrumClasses = DRUM_CLASSES): number[] {
  return classes.filter((_, index) => label & (1 << index)).map(([pitch]) => pitch);
}

/**
 * The drums of a quantised sequence, a label a step.
 * @returns [steps]
 * @throws NOTE_SEQUENCE_INVALID
 */
export function drumLabels(
  sequence: NoteSequence,
  steps: number,
  classes: DrumClasses = DRUM_CLASSES,
): number[] {
  const labels = new Array<number>(steps).fill(0);
  for (const { isDrum, pitch, quantizedStartStep } of quantizedNotes(sequence)) {
    if (isDrum && quantizedStartStep < steps) labels[quantizedStartStep] |= drumLabel([pitch], classes);
  }
  return labels;
}

/**
 * The form that encoders read: the nine classes, and a tenth column for silence.
 * @returns [steps, 10] row-major
 */
export function drumRoll(labels: readonly number[]): Float32Array {
  const width = DRUM_CLASSES.length + 1;
  const roll = new Float32Array(labels.length * width);
  labels.forEach((label, step) => {
    for (let index = 0; index < DRUM_CLASSES.length; index++)
      roll[step * width + index] = (label >> index) & 1;
    if (label === 0) roll[step * width + width - 1] = 1;
  });
  return roll;
}

/** Notes of one step. */
export function drumLabelNotes(labels: readonly number[]): QuantizedNote[] {
  return labels.flatMap((label, step) =>
    drumsOfLabel(label).map((pitch) => ({
      pitch,
      quantizedStartStep: step,
      quantizedEndStep: step + 1,
      isDrum: true,
    })),
  );
}
