/** Melodies of 90 classes and what is left of them without their pitches (music_vae.md 5.1; magenta.js core/data.ts). */
import {
  HIGHEST_PIANO_PITCH,
  LOWEST_PIANO_PITCH,
  melodyLabelNotes,
  melodyLabels,
  melodyRhythm,
  melodyShape,
  rhythmNotes,
  shapeNotes,
} from '../../../music/melody-labels.js';
import type { NoteSequence, QuantizedNote } from '../../../music/note-sequence.js';
import { quantizedNotes } from '../../../music/steps.js';
import { stepsToSequence } from '../../../music/to-sequence.js';
import {
  OUTPUT_VELOCITY,
  checkSteps,
  column,
  oneHot,
  wantedNotes,
  type Converter,
  type Head,
} from './converter.js';

export const STEPS_PER_QUARTER = 4;

export interface PitchRange {
  readonly minPitch?: number;
  /** Included. */
  readonly maxPitch?: number;
  /** Keep the highest of notes that begin together; by default they are refused. */
  readonly ignorePolyphony?: boolean;
}

export interface MelodyConverterArgs extends PitchRange {
  readonly numSteps: number;
  readonly numSegments?: number;
}

const RHYTHM: Head = { type: 'bits', size: 1 };
const SHAPE: Head = { type: 'categorical', size: 3 };

export const melodyClasses = ({
  minPitch = LOWEST_PIANO_PITCH,
  maxPitch = HIGHEST_PIANO_PITCH,
}: PitchRange) => maxPitch - minPitch + 3;

/** @throws as Converter.read */
export function readMelody(sequence: NoteSequence, steps: number, range: PitchRange): number[] {
  const notes = wantedNotes(quantizedNotes(sequence), ({ isDrum }) => !isDrum, 'melodic notes');
  const last = Math.max(0, ...notes.map(({ quantizedEndStep }) => quantizedEndStep));
  checkSteps(last, steps, STEPS_PER_QUARTER);
  const { minPitch, maxPitch, ignorePolyphony = false } = range;
  return melodyLabels({ notes }, { steps, minPitch, maxPitch, ignorePolyphony });
}

/** Melodies, rhythms and shapes share this. */
function melodic(
  { numSteps: steps, numSegments: segments = 1, ...range }: MelodyConverterArgs,
  head: Head,
  ofLabels: (labels: readonly number[]) => number[],
  notesOf: (values: readonly number[]) => QuantizedNote[],
): Converter {
  return {
    kind: 'melody',
    rows: steps,
    steps,
    stepsPerQuarter: STEPS_PER_QUARTER,
    segments,
    segmentsAreTracks: false,
    inputDepth: head.size,
    heads: [head],
    eventsOf: (sequence) => Float32Array.from(ofLabels(readMelody(sequence, steps, range))),
    encoderInput: (events) => ({
      input: head.type === 'bits' ? events : oneHot([...events], head.size),
    }),
    write: (events, qpm) =>
      stepsToSequence(notesOf(column(events, 1, 0)), steps, STEPS_PER_QUARTER, {
        qpm,
        velocity: OUTPUT_VELOCITY,
      }),
  };
}

export const melodyConverter = (args: MelodyConverterArgs): Converter =>
  melodic(
    args,
    { type: 'categorical', size: melodyClasses(args) },
    (labels) => [...labels],
    (labels) => melodyLabelNotes(labels, args.minPitch),
  );

export const melodyRhythmConverter = (args: MelodyConverterArgs): Converter =>
  melodic(args, RHYTHM, melodyRhythm, rhythmNotes);

export const melodyShapeConverter = (args: MelodyConverterArgs): Converter =>
  melodic(args, SHAPE, melodyShape, shapeNotes);
