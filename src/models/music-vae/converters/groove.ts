/** Drumming with dynamics and timing: hits, velocities, offsets (music_vae.md 5.5, GrooVAE). */
import { DRUM_CLASSES, drumClassOf, type DrumClasses } from '../../../music/drum-classes.js';
import { grooveMatrix, grooveToSequence, joinGroove, splitGroove } from '../../../music/groove.js';
import type { NoteSequence } from '../../../music/note-sequence.js';
import { quantizedNotes } from '../../../music/steps.js';
import { checkSteps, wantedNotes, type Converter } from './converter.js';
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
/** A tap on anything that is no drum of the kit is put into this class: any does. */
const TAP_PITCH = 38;

/** The class that taps are written to: the open hi-hat. */
const TAP_CLASS = 3;

/** The loudest hit of each step, without its drum and velocity. @param matrix [steps, 3 drums]. @returns the same */
export function tapsOf(matrix: Float32Array, drums: number): Float32Array {
  const taps = new Float32Array(matrix.length);
  for (let from = 0; from < matrix.length; from += 3 * drums) {
    let loudest = -1;
    for (let drum = 0; drum < drums; drum++) {
      const isLouder = loudest < 0 || matrix[from + drums + drum] > matrix[from + drums + loudest];
      if (matrix[from + drum] > 0.5 && isLouder) loudest = drum;
    }
    if (loudest < 0) continue;
    taps[from + TAP_CLASS] = 1;
    taps[from + 2 * drums + TAP_CLASS] = matrix[from + 2 * drums + loudest];
  }
  return taps;
}

export function grooveConverter(args: GrooveConverterArgs): Converter {
  const { numSteps: steps, numSegments: segments = 1, humanize = false, tapify = false } = args;
  const { addClosedHiHat = false, splitInstruments = false, pitchClasses: classes = DRUM_CLASSES } = args;
  const count = classes.length;
  const size = splitInstruments ? 3 : 3 * count;
  const arrange = (matrix: Float32Array) => (splitInstruments ? splitGroove(matrix) : matrix);
  const restore = (events: Float32Array) => (splitInstruments ? joinGroove(events) : events);

  /** The part of a groove that the encoder hears. */
  const hear = (matrix: Float32Array): Float32Array => {
    const heard = tapify ? tapsOf(matrix, count) : matrix.slice();
    for (let from = 0; from < heard.length; from += 3 * count) {
      if (humanize) heard.fill(0, from + count, from + 3 * count);
      if (addClosedHiHat) for (let part = 0; part < 3; part++) heard[from + part * count + CLOSED_HI_HAT] = 0;
    }
    return heard;
  };

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
    eventsOf(sequence) {
      const heard = struck(sequence);
      const last = quantizedNotes(heard).reduce(
        (most, { quantizedStartStep }) => Math.max(most, quantizedStartStep + 1),
        0,
      );
      checkSteps(last, steps, STEPS_PER_QUARTER);
      return arrange(grooveMatrix(heard, steps, { classes }));
    },
    encoderInput: (events) => ({ input: arrange(hear(restore(events))) }),
    write: (events, qpm) => grooveToSequence(restore(events), qpm),
  };
}
