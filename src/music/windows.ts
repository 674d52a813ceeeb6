/**
 * Pieces of equal length cut out of whole ones, as models of two or four bars learn from them and encode them: at every bar, without
 * a change of meter or tempo inside (magenta/models/music_vae/data.py: slicing of melodies and drum tracks).
 */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { DRUM_CLASSES, type DrumClasses } from './drum-classes.js';
import { NOTE_OFF } from './events.js';
import { GROOVE_WIDTH, grooveMatrix } from './groove.js';
import { extractMelodies, melodyNotes } from './melody.js';
import type { NoteSequence, QuantizedSequence } from './note-sequence.js';
import { quantizeNoteSequence, unquantizeSequence } from './quantize.js';
import { splitAtMeterAndTempoChanges } from './split.js';
import { stepsPerBar, totalSteps } from './steps.js';

export interface WindowOptions {
  /** Sixteenths of a window, default 32: two bars of 4/4. */
  readonly steps?: number;
  /** A window has at least so many onsets, default 4. */
  readonly minOnsets?: number;
}

const WINDOW_OPTIONS: OptionNames<WindowOptions> = {
  steps: true,
  minOnsets: true,
};

export interface GrooveWindowOptions extends WindowOptions {
  readonly classes?: DrumClasses;
}

const GROOVE_WINDOW_OPTIONS: OptionNames<GrooveWindowOptions> = { ...WINDOW_OPTIONS, classes: true };

/** Bars of other lengths are passed over: Magenta's models know 4/4. */
const STEPS_PER_BAR = 16;

/** Parts of one tempo and of 4/4, in sixteenths. What cannot be put into steps is no part. */
function parts(sequence: NoteSequence): QuantizedSequence[] {
  const { stepsPerQuarter, stepsPerSecond } = sequence.quantizationInfo ?? {};
  const seconds = stepsPerQuarter || stepsPerSecond ? unquantizeSequence(sequence) : sequence;
  return splitAtMeterAndTempoChanges(seconds)
    .map((part) => quantizeNoteSequence(part))
    .filter((part) => {
      try {
        return stepsPerBar(part) === STEPS_PER_BAR;
      } catch (error) {
        if (error instanceof TimbrelError && error.code === 'METER_INVALID') return false;
        throw error;
      }
    });
}

/** The first steps of the windows of a piece of so many steps. */
const starts = (total: number, steps: number) =>
  Array.from(
    { length: Math.max(0, Math.floor((total - steps) / STEPS_PER_BAR) + 1) },
    (_, bar) => bar * STEPS_PER_BAR,
  );

/**
 * Cuts windows out of every melodic line of a piece; of notes that begin together the highest is the line. A note that sounds into a window is silence
 * there.
 * @returns windows of `steps` sixteenths, in steps
 * @throws NOTE_SEQUENCE_INVALID
 */
export function melodyWindows(sequence: NoteSequence, options: WindowOptions = {}): QuantizedSequence[] {
  checkedOptions(options, WINDOW_OPTIONS);
  const { steps = 32, minOnsets = 4 } = options;
  return parts(sequence).flatMap((part) => {
    const melodic = { ...part, notes: part.notes.filter(({ isDrum }) => !isDrum) };
    const lines = extractMelodies(melodic, { minBars: 1, minUniquePitches: 1, padEnd: true });
    return lines.flatMap(({ events }) =>
      starts(events.length, steps).flatMap((from) => {
        const window = events.slice(from, from + steps);
        const first = window.findIndex((event) => event >= 0);
        const onsets = window.filter((event) => event >= 0).length;
        if (onsets < minOnsets) return [];
        const notes = melodyNotes(window.map((event, i) => (i < first && event === NOTE_OFF ? -2 : event)));
        return [
          {
            notes,
            quantizationInfo: { stepsPerQuarter: 4 },
            tempos: part.tempos,
            totalQuantizedSteps: steps,
          },
        ];
      }),
    );
  });
}

/**
 * Cuts windows out of the drums of a piece, with their timing between the steps.
 * @returns [steps, 27] row-major each: hits, velocities, offsets
 * @throws NOTE_SEQUENCE_INVALID
 */
export function grooveWindows(sequence: NoteSequence, options: GrooveWindowOptions = {}): Float32Array[] {
  checkedOptions(options, GROOVE_WINDOW_OPTIONS);
  const { steps = 32, minOnsets = 4, classes = DRUM_CLASSES } = options;
  return parts(sequence).flatMap((part) => {
    const drums = { ...part, notes: part.notes.filter(({ isDrum }) => isDrum) };
    const total = Math.ceil(totalSteps(drums) / STEPS_PER_BAR) * STEPS_PER_BAR;
    const matrix = grooveMatrix(drums, total, { classes });
    return starts(total, steps)
      .map((from) => matrix.slice(from * GROOVE_WIDTH, (from + steps) * GROOVE_WIDTH))
      .filter((window) => onsetsOf(window) >= minOnsets);
  });
}

const onsetsOf = (window: Float32Array) =>
  window.filter((value, i) => i % GROOVE_WIDTH < 9 && value > 0.5).length;

/**
 * Cuts windows out of the drums of a piece.
 * @returns windows of `steps` sixteenths, in steps
 * @throws NOTE_SEQUENCE_INVALID
 */
export function drumWindows(sequence: NoteSequence, options: WindowOptions = {}): QuantizedSequence[] {
  checkedOptions(options, WINDOW_OPTIONS);
  const { steps = 32, minOnsets = 4 } = options;
  return parts(sequence).flatMap((part) => {
    const drums = part.notes.filter(({ isDrum }) => isDrum);
    const total = Math.ceil(totalSteps({ ...part, notes: drums }) / STEPS_PER_BAR) * STEPS_PER_BAR;
    return starts(total, steps).flatMap((from) => {
      const notes = drums
        .filter(({ quantizedStartStep }) => quantizedStartStep >= from && quantizedStartStep < from + steps)
        .map(({ pitch, velocity, quantizedStartStep }) => ({
          pitch,
          velocity,
          isDrum: true,
          quantizedStartStep: quantizedStartStep - from,
          quantizedEndStep: quantizedStartStep - from + 1,
        }));
      if (notes.length < minOnsets) return [];
      return [
        { notes, quantizationInfo: { stepsPerQuarter: 4 }, tempos: part.tempos, totalQuantizedSteps: steps },
      ];
    });
  });
}
