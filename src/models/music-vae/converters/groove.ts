/** Drumming with dynamics and timing: hits, velocities, offsets (music_vae.md 5.5, GrooVAE). */
import { DRUM_CLASSES, drumClassOf, type DrumClasses } from '../../../music/drum-classes.js';
import { grooveMatrix, grooveToSequence, joinGroove, splitGroove } from '../../../music/groove.js';
import type { NoteSequence } from '../../../music/note-sequence.js';
import { quantizedNotes } from '../../../music/steps.js';
import { checkSteps, wantedNotes, type Converter, type Piece } from './converter.js';
import { STEPS_PER_QUARTER } from './melody.js';

export interface GrooveConverterArgs {
  /** Sixteenths. */
  readonly numSteps: number;
  readonly numSegments?: number;
  /** The encoder hears no velocities and offsets. */
  readonly humanize?: boolean;
  /** The encoder hears taps: when, not which drum and how loud. */
  readonly tapify?: boolean;
  /** The encoder hears no closed hi-hat, which the decoder adds. */
  readonly addClosedHiHat?: boolean;
  /** One row a drum and step instead of one a step. */
  readonly splitInstruments?: boolean;
  readonly pitchClasses?: DrumClasses;
}

const CLOSED_HI_HAT = 2;
/** What is tapped on anything that is no drum of the kit: any class does. */
const TAP_PITCH = 38;

export function grooveConverter(args: GrooveConverterArgs): Converter {
  const { numSteps: steps, numSegments: segments = 1, humanize = false, tapify = false } = args;
  const { addClosedHiHat = false, splitInstruments = false, pitchClasses: classes = DRUM_CLASSES } = args;
  const count = classes.length;
  const size = splitInstruments ? 3 : 3 * count;
  const arrange = (matrix: Float32Array) => (splitInstruments ? splitGroove(matrix) : matrix);

  /** Any note is a tap; of a kit only drums are struck. */
  const struck = (sequence: NoteSequence): NoteSequence => {
    if (tapify) {
      const notes = sequence.notes.map((note) => ({
        ...note,
        pitch: drumClassOf(note.pitch, classes) < 0 ? TAP_PITCH : note.pitch,
      }));
      return { ...sequence, notes };
    }
    return { ...sequence, notes: wantedNotes(sequence.notes, ({ isDrum }) => Boolean(isDrum), 'drums') };
  };

  return {
    kind: 'groove',
    rows: splitInstruments ? steps * count : steps,
    steps,
    stepsPerQuarter: STEPS_PER_QUARTER,
    segments,
    segmentsAreTracks: false,
    inputDepth: size,
    heads: [{ type: 'groove', size }],
    read(sequence): Piece {
      const heard = struck(sequence);
      const last = quantizedNotes(heard).reduce(
        (most, { quantizedStartStep }) => Math.max(most, quantizedStartStep + 1),
        0,
      );
      checkSteps(last, steps, STEPS_PER_QUARTER);
      const events = grooveMatrix(heard, steps, { classes });
      const input = grooveMatrix(heard, steps, { classes, humanize, tapify });
      if (addClosedHiHat) {
        for (let at = CLOSED_HI_HAT; at < input.length; at += count) input[at] = 0;
      }
      return { input: arrange(input), events: arrange(events) };
    },
    write: (events, qpm) => grooveToSequence(splitInstruments ? joinGroove(events) : events, qpm),
  };
}
