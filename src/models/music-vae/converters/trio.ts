/** Melody, bass and drums beside each other (music_vae.md 5.3). */
import { DRUM_CLASSES, type DrumClasses } from '../../../music/drum-classes.js';
import { melodyLabelNotes, melodyRhythm } from '../../../music/melody-labels.js';
import type { NoteSequence, QuantizedNote } from '../../../music/note-sequence.js';
import { quantizedNotes } from '../../../music/steps.js';
import { stepsToSequence } from '../../../music/to-sequence.js';
import { BASS_PART, DRUM_PART, MELODY_PART, isBass, isMelody, trioRhythmNotes } from '../../../music/trio.js';
import {
  OUTPUT_VELOCITY,
  besideEachOther,
  column,
  oneHot,
  wantedNotes,
  type Converter,
} from './converter.js';
import { hitsOfLabels, labelsOfHits, notesOfHits, readDrums } from './drums.js';
import { STEPS_PER_QUARTER, melodyClasses, readMelody, type PitchRange } from './melody.js';

export interface TrioConverterArgs {
  readonly numSteps: number;
  readonly numSegments?: number;
  readonly melArgs?: PitchRange;
  readonly bassArgs?: PitchRange;
  readonly drumsArgs?: { readonly pitchClasses?: DrumClasses };
}

interface TrioParts {
  readonly melody: readonly number[];
  readonly bass: readonly number[];
  /** [steps, classes] */
  readonly hits: Float32Array;
}

function trioParts(args: TrioConverterArgs) {
  const { numSteps: steps, melArgs = {}, bassArgs = {}, drumsArgs = {} } = args;
  const classes = drumsArgs.pitchClasses ?? DRUM_CLASSES;
  const only = (sequence: NoteSequence, isWanted: (note: QuantizedNote) => boolean): NoteSequence => ({
    notes: quantizedNotes(sequence).filter(isWanted),
  });
  // Accompaniments are chords: of notes that begin together the highest is the melody, as in training.
  const highest = (range: PitchRange) => ({ ignorePolyphony: true, ...range });
  return {
    classes,
    read(sequence: NoteSequence): TrioParts {
      const isPart = (note: QuantizedNote) => Boolean(note.isDrum) || isMelody(note) || isBass(note);
      wantedNotes(quantizedNotes(sequence), isPart, 'melody, bass or drums (programs 0 to 39, or isDrum)');
      return {
        melody: readMelody(only(sequence, isMelody), steps, highest(melArgs)),
        bass: readMelody(only(sequence, isBass), steps, highest(bassArgs)),
        hits: readDrums(
          only(sequence, ({ isDrum }) => Boolean(isDrum)),
          steps,
          classes,
        ),
      };
    },
    notes: ({ melody, bass, hits }: TrioParts): QuantizedNote[] => [
      ...melodyLabelNotes(melody, melArgs.minPitch).map((note) => ({ ...note, ...MELODY_PART })),
      ...melodyLabelNotes(bass, bassArgs.minPitch).map((note) => ({ ...note, ...BASS_PART })),
      ...notesOfHits(hits, classes).map((note) => ({ ...note, ...DRUM_PART })),
    ],
  };
}

const shared = ({ numSteps: steps, numSegments: segments = 1 }: TrioConverterArgs) => ({
  kind: 'trio' as const,
  rows: steps,
  steps,
  stepsPerQuarter: STEPS_PER_QUARTER,
  segments,
  segmentsAreTracks: false,
});

const inSeconds = (notes: readonly QuantizedNote[], steps: number, qpm: number) =>
  stepsToSequence(notes, steps, STEPS_PER_QUARTER, { qpm, velocity: OUTPUT_VELOCITY });

export function trioConverter(args: TrioConverterArgs): Converter {
  const { numSteps: steps, melArgs = {}, bassArgs = {} } = args;
  const parts = trioParts(args);
  const drumClasses = parts.classes.length;
  const sizes = [melodyClasses(melArgs), melodyClasses(bassArgs), 2 ** drumClasses];
  return {
    ...shared(args),
    inputDepth: sizes.reduce((sum, size) => sum + size, 0),
    heads: sizes.map((size) => ({ type: 'categorical', size })),
    eventsOf(sequence) {
      const { melody, bass, hits } = parts.read(sequence);
      const labels = [melody, bass, labelsOfHits(hits, drumClasses)];
      return besideEachOther(
        labels.map((part) => Float32Array.from(part)),
        steps,
      );
    },
    encoderInput: (events) => ({
      input: besideEachOther(
        sizes.map((size, part) => oneHot(column(events, 3, part), size)),
        steps,
      ),
    }),
    write(events, qpm) {
      const [melody, bass, labels] = [0, 1, 2].map((part) => column(events, 3, part));
      const notes = parts.notes({ melody, bass, hits: hitsOfLabels(labels, drumClasses) });
      return inSeconds(notes, steps, qpm);
    },
  };
}

/** The steps at which each of the three begins a note. */
export function trioRhythmConverter(args: TrioConverterArgs): Converter {
  const { numSteps: steps } = args;
  const parts = trioParts(args);
  return {
    ...shared(args),
    inputDepth: 3,
    heads: [{ type: 'bits', size: 3 }],
    eventsOf(sequence) {
      const { melody, bass, hits } = parts.read(sequence);
      const struck = labelsOfHits(hits, parts.classes.length).map((label) => Number(label > 0));
      const columns = [melodyRhythm(melody), melodyRhythm(bass), struck];
      return besideEachOther(
        columns.map((part) => Float32Array.from(part)),
        steps,
      );
    },
    encoderInput: (input) => ({ input }),
    write: (events, qpm) =>
      inSeconds(
        trioRhythmNotes(
          Array.from({ length: steps }, (_, step) => [...events.subarray(3 * step, 3 * step + 3)]),
        ),
        steps,
        qpm,
      ),
  };
}
