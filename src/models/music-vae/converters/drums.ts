/** Drums in classes: as a roll with a column for silence, as bits, or as one class of all combinations (music_vae.md 5.2). */
import { DRUM_INSTRUMENT } from '../../../music/drums.js';
import { DRUM_CLASSES, drumClassOf, type DrumClasses } from '../../../music/drum-classes.js';
import type { NoteSequence, QuantizedNote } from '../../../music/note-sequence.js';
import { quantizedNotes } from '../../../music/steps.js';
import { stepsToSequence } from '../../../music/to-sequence.js';
import {
  OUTPUT_VELOCITY,
  besideEachOther,
  checkSteps,
  column,
  oneHot,
  wantedNotes,
  type Converter,
} from './converter.js';
import { STEPS_PER_QUARTER } from './melody.js';

export interface DrumsConverterArgs {
  readonly numSteps: number;
  readonly numSegments?: number;
  /** Pitches of each class; default: note-seq's nine. */
  readonly pitchClasses?: DrumClasses;
}

/** Finds the classes that are struck at each step. @returns [steps, classes] @throws NOTES_MISSING, SEQUENCE_TOO_LONG */
export function readDrums(sequence: NoteSequence, steps: number, classes: DrumClasses): Float32Array {
  const struck = wantedNotes(quantizedNotes(sequence), ({ isDrum }) => Boolean(isDrum), 'drums');
  // How long a drum lasts says nothing.
  const last = Math.max(0, ...struck.map(({ quantizedStartStep }) => quantizedStartStep + 1));
  checkSteps(last, steps, STEPS_PER_QUARTER);
  return drumHits(struck, steps, classes);
}

export function drumHits(notes: readonly QuantizedNote[], steps: number, classes: DrumClasses): Float32Array {
  const hits = new Float32Array(steps * classes.length);
  for (const { pitch, quantizedStartStep } of notes) {
    const index = drumClassOf(pitch, classes);
    if (index >= 0 && quantizedStartStep < steps) hits[quantizedStartStep * classes.length + index] = 1;
  }
  return hits;
}

/** Bit k of each is set where class k is struck; at most 9 classes make so many combinations that anybody learnt them. */
export const labelsOfHits = (hits: Float32Array, classes: number): number[] =>
  Array.from({ length: hits.length / classes }, (_, step) =>
    hits
      .subarray(step * classes, (step + 1) * classes)
      .reduce((label, hit, index) => label | (hit > 0 ? 1 << index : 0), 0),
  );

export const hitsOfLabels = (labels: readonly number[], classes: number): Float32Array =>
  Float32Array.from(labels.flatMap((label) => Array.from({ length: classes }, (_, i) => (label >> i) & 1)));

/** Notes of one step, lowest class first, with the first pitch of each class. */
export const notesOfHits = (hits: Float32Array, classes: DrumClasses): QuantizedNote[] =>
  Array.from({ length: hits.length / classes.length }, (_, step) => step).flatMap((step) =>
    classes.flatMap(([pitch], index) =>
      hits[step * classes.length + index] > 0
        ? [{ pitch, quantizedStartStep: step, quantizedEndStep: step + 1, isDrum: true }]
        : [],
    ),
  );

/** The hits, and a column that is 1 where nothing is struck. */
export function withSilence(hits: Float32Array, classes: number): Float32Array {
  const silent = Float32Array.from(labelsOfSilence(hits, classes));
  return besideEachOther([hits, silent], hits.length / classes);
}

const labelsOfSilence = (hits: Float32Array, classes: number): number[] =>
  Array.from({ length: hits.length / classes }, (_, step) =>
    Number(!hits.subarray(step * classes, (step + 1) * classes).some(Boolean)),
  );

type Form = 'roll' | 'label';

function drums(
  { numSteps: steps, numSegments: segments = 1, pitchClasses: classes = DRUM_CLASSES }: DrumsConverterArgs,
  input: Form,
  output: Form,
): Converter {
  const count = classes.length;
  const labels = (hits: Float32Array) => labelsOfHits(hits, count);
  const hitsOf = (events: Float32Array) =>
    output === 'roll' ? events : hitsOfLabels(column(events, 1, 0), count);
  return {
    kind: 'drums',
    rows: steps,
    steps,
    stepsPerQuarter: STEPS_PER_QUARTER,
    segments,
    segmentsAreTracks: false,
    inputDepth: input === 'roll' ? count + 1 : 2 ** count,
    heads: [output === 'roll' ? { type: 'bits', size: count } : { type: 'categorical', size: 2 ** count }],
    eventsOf(sequence) {
      const hits = readDrums(sequence, steps, classes);
      return output === 'roll' ? hits : Float32Array.from(labels(hits));
    },
    encoderInput(events) {
      const hits = hitsOf(events);
      return { input: input === 'roll' ? withSilence(hits, count) : oneHot(labels(hits), 2 ** count) };
    },
    write(events, qpm) {
      return stepsToSequence(notesOfHits(hitsOf(events), classes), steps, STEPS_PER_QUARTER, {
        qpm,
        velocity: OUTPUT_VELOCITY,
        instrument: DRUM_INSTRUMENT,
      });
    },
  };
}

/** Reads a roll, writes one of 512 combinations. */
export const drumsConverter = (args: DrumsConverterArgs): Converter => drums(args, 'roll', 'label');

/** Reads a roll, writes bits. */
export const drumRollConverter = (args: DrumsConverterArgs): Converter => drums(args, 'roll', 'roll');

/** Reads and writes one of 512 combinations. */
export const drumsOneHotConverter = (args: DrumsConverterArgs): Converter => drums(args, 'label', 'label');
