/** Encodes what a model is told besides the events, in front of each input (note_seq/{chords_encoder_decoder,performance_controls}.py). */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import {
  CHORD_PITCHES_SIZE,
  TRIAD_CLASSES,
  chordPitchesOf,
  triadClassOf,
  type Chord,
} from '../../../music/chord-encoding.js';
import { NO_CHORD } from '../../../music/note-sequence.js';
import type { Controls } from '../protocol.js';
import type { SparseVector } from '../../../ops/lstm/network.js';
import { isWithin } from './encoding.js';

/** Gives what holds for the event at `position`. It is asked when that event is about to be written, so it may change meanwhile. */
export type ControlSource = (position: number) => Controls;

export interface ControlEncoding {
  readonly size: number;
  /** The controls that it looks at. */
  readonly reads: readonly (keyof Controls)[];
  /** Sets values from index 0. @throws CONTROL_INVALID */
  write(controls: Controls, input: SparseVector): void;
}

const invalid = (field: keyof Controls, value: unknown, expected: string): TimbrelError =>
  new TimbrelError('CONTROL_INVALID', `${field} is ${JSON.stringify(value) ?? value}; expected ${expected}`);

function chordOf({ chord = NO_CHORD }: Controls): Chord {
  if (chord === NO_CHORD) return NO_CHORD;
  const classes = [chord.root, chord.bass, ...chord.pitches];
  if (classes.every((pitch) => isWithin(pitch, 0, 11))) return chord;
  throw invalid('chord', chord, 'root, bass and pitches as pitch classes from 0 to 11');
}

/** [49] no chord, then 12 roots of each of four triads. A chord of another quality has no class. */
export const triadChord: ControlEncoding = {
  size: TRIAD_CLASSES,
  reads: ['chord'],
  write(controls, input) {
    const chord = chordOf(controls);
    const index = triadClassOf(chord);
    if (index === undefined) {
      throw invalid('chord', chord, 'a major, minor, augmented or diminished triad, for this configuration');
    }
    input.set(index);
  },
};

/** [37] no chord, root, pitches, bass. */
export const chordPitches: ControlEncoding = {
  size: CHORD_PITCHES_SIZE,
  reads: ['chord'],
  write(controls, input) {
    for (const index of chordPitchesOf(chordOf(controls))) input.set(index);
  },
};

/** Notes per second where a bin ends and the next begins. */
const DENSITY_BOUNDARIES = [1, 2, 4, 8, 16, 32, 64];
const DEFAULT_DENSITY = 15;

/** 8: one-hot of the bin. */
export const noteDensity: ControlEncoding = {
  size: DENSITY_BOUNDARIES.length + 1,
  reads: ['noteDensity'],
  write({ noteDensity = DEFAULT_DENSITY }, input) {
    if (!(noteDensity >= 0)) throw invalid('noteDensity', noteDensity, 'notes per second, 0 or more');
    input.set(DENSITY_BOUNDARIES.filter((boundary) => boundary <= noteDensity).length);
  },
};

/** 12: weights that sum to 1, all equal where all were zero. */
export const pitchHistogram: ControlEncoding = {
  size: 12,
  reads: ['pitchHistogram'],
  write({ pitchHistogram = [] }, input) {
    const weights = pitchHistogram.length === 0 ? new Array<number>(12).fill(1) : pitchHistogram;
    if (weights.length !== 12 || !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
      throw invalid('pitchHistogram', pitchHistogram, '12 numbers, 0 or more');
    }
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, pitch) => input.set(pitch, total > 0 ? weight / total : 1 / 12));
  },
};

/** One after the other. */
export function both(...parts: readonly ControlEncoding[]): ControlEncoding {
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    reads: parts.flatMap(({ reads }) => reads),
    write(controls, input) {
      let first = 0;
      for (const part of parts) {
        const before = input.count;
        part.write(controls, input);
        for (let i = before; i < input.count; i++) input.indices[i] += first;
        first += part.size;
      }
    },
  };
}

/** A flag in front: 1 for going without, and then zeros. */
export function optional(part: ControlEncoding): ControlEncoding {
  const flagged = both({ size: 1, reads: ['unconditioned'], write: () => {} }, part);
  return {
    size: flagged.size,
    reads: flagged.reads,
    write(controls, input) {
      const { noteDensity, pitchHistogram } = controls;
      const given = noteDensity !== undefined || pitchHistogram !== undefined;
      if (controls.unconditioned ?? !given) input.set(0);
      else flagged.write(controls, input);
    },
  };
}

/** Values spread evenly over `total` events: event i has that of index floor(i n / total). */
export function spreadOver<T>(values: readonly T[], total: number): (position: number) => T | undefined {
  return (position) =>
    values[Math.min(Math.floor((position * values.length) / Math.max(total, 1)), values.length - 1)];
}
