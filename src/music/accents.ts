/**
 * Velocities of music that has none: the accents of its metre, as a player gives them. What models of melodies, drums and chorales write
 * is steps and pitches only, and all notes alike loud sound like a machine.
 */
import { drumClassOf } from './drum-classes.js';
import type { QuantizedNote, TimeSignature } from './note-sequence.js';

/** Bars and beats in steps; bars are counted from step 0. */
export interface MetreGrid {
  readonly stepsPerBar: number;
  readonly stepsPerBeat: number;
  readonly stepsPerQuarter: number;
}

/** A grid of a time signature: three eighths are a beat in 6/8 and its like. */
export function metreGrid({ numerator, denominator }: TimeSignature, stepsPerQuarter: number): MetreGrid {
  const unit = (4 * stepsPerQuarter) / denominator;
  const isCompound = denominator >= 8 && numerator > 3 && numerator % 3 === 0;
  return {
    stepsPerBar: unit * numerator,
    stepsPerBeat: isCompound ? 3 * unit : unit,
    stepsPerQuarter,
  };
}

/** The first of the bar, its middle where it has two equal halves, other beats, eighths, and what lies between. */
export type Weight = 'bar' | 'half' | 'beat' | 'eighth' | 'off';

export function weightOf(step: number, { stepsPerBar, stepsPerBeat, stepsPerQuarter }: MetreGrid): Weight {
  const within = step % stepsPerBar;
  if (within === 0) return 'bar';
  const beats = stepsPerBar / stepsPerBeat;
  if (beats % 2 === 0 && within === stepsPerBar / 2) return 'half';
  if (within % stepsPerBeat === 0) return 'beat';
  return within % (stepsPerQuarter / 2) === 0 ? 'eighth' : 'off';
}

const PITCHED: Readonly<Record<Weight, number>> = { bar: 104, half: 97, beat: 91, eighth: 82, off: 74 };
/** Rising lines grow, falling ones fade: for each semitone from the note before, and at most. */
const RISE = 0.7;
const MOST_RISE = 6;

/**
 * @param notes in the order in which they begin, or nearly
 * @param before the note before the first
 */
export function accentPitched<N extends QuantizedNote>(
  notes: readonly N[],
  grid: MetreGrid,
  before?: QuantizedNote,
): N[] {
  return notes.map((note, i) => {
    const { pitch } = (i > 0 ? notes[i - 1] : before) ?? note;
    const rise = RISE * (note.pitch - pitch);
    const base = PITCHED[weightOf(note.quantizedStartStep, grid)];
    return { ...note, velocity: Math.round(base + Math.min(MOST_RISE, Math.max(-MOST_RISE, rise))) };
  });
}

/**
 * Notes of several voices: the highest of those that begin together is the tune, the lowest carries, and the middle is softer.
 * @param notes in any order, which is kept
 * @param spans lowest and highest pitch of what began at a step, where the notes come little by little: kept for the next
 */
export function accentVoices<N extends QuantizedNote>(
  notes: readonly N[],
  grid: MetreGrid,
  spans: Map<number, readonly [low: number, high: number]> = new Map(),
): N[] {
  for (const { pitch, quantizedStartStep } of notes) {
    const [low, high] = spans.get(quantizedStartStep) ?? [pitch, pitch];
    spans.set(quantizedStartStep, [Math.min(low, pitch), Math.max(high, pitch)]);
  }
  return notes.map((note) => {
    const [low, high] = spans.get(note.quantizedStartStep) ?? [note.pitch, note.pitch];
    const softer = note.pitch === high ? 0 : note.pitch === low ? 6 : 12;
    return { ...note, velocity: PITCHED[weightOf(note.quantizedStartStep, grid)] - softer };
  });
}

/** Kick, snare, closed and open hi-hat, three toms, crash, ride: on the beat, on eighths, between. */
const DRUMS: readonly (readonly [beat: number, eighth: number, off: number])[] = [
  [112, 98, 86],
  [106, 82, 46],
  [92, 72, 54],
  [96, 84, 70],
  [104, 92, 82],
  [102, 90, 80],
  [100, 88, 78],
  [110, 102, 96],
  [92, 74, 58],
];
const OTHER_DRUMS = [96, 80, 64] as const;
/** The first of the bar. */
const DOWNBEAT = 6;

/** Backbeats are loud, snares between the eighths are ghost notes, and hi-hats breathe with the beat. */
export function accentDrums<N extends QuantizedNote>(notes: readonly N[], grid: MetreGrid): N[] {
  return notes.map((note) => {
    const [beat, eighth, off] = DRUMS[drumClassOf(note.pitch)] ?? OTHER_DRUMS;
    const weight = weightOf(note.quantizedStartStep, grid);
    const velocities = { bar: beat + DOWNBEAT, half: beat, beat, eighth, off };
    return { ...note, velocity: velocities[weight] };
  });
}
