/**
 * Melodies as classes in a range of pitches, for a fixed number of steps from the beginning: 0 no event, 1 note off, 2 + pitch -
 * lowest (music_vae.md 5.1, magenta.js core/melodies.ts). And what is left of a melody without its pitches.
 */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { NO_EVENT, NOTE_OFF, type MelodyEvent } from './events.js';
import { melodyNotes } from './melody.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { quantizedNotes, totalSteps } from './steps.js';

/** The keys of a piano, the range of MusicVAE's melodies. */
export const LOWEST_PIANO_PITCH = 21;
export const HIGHEST_PIANO_PITCH = 108;

export interface MelodyLabelsOptions {
  /** Default 21, the lowest key of a piano. */
  readonly minPitch?: number;
  /** Included; default 108, the highest key of a piano. */
  readonly maxPitch?: number;
  /** Default: those of the sequence. What lies beyond is left out. */
  readonly steps?: number;
  /** Notes that begin together: keep the highest (the default), or refuse them. */
  readonly ignorePolyphony?: boolean;
}

const MELODY_LABELS_OPTIONS: OptionNames<MelodyLabelsOptions> = {
  minPitch: true,
  maxPitch: true,
  steps: true,
  ignorePolyphony: true,
};

/**
 * @returns [steps] classes from 0 to maxPitch - minPitch + 2
 * @throws PITCH_RANGE, MELODY_POLYPHONIC, NOTE_SEQUENCE_INVALID
 */
export function melodyLabels(sequence: NoteSequence, options: MelodyLabelsOptions = {}): number[] {
  checkedOptions(options, MELODY_LABELS_OPTIONS);
  const { minPitch = LOWEST_PIANO_PITCH, maxPitch = HIGHEST_PIANO_PITCH, ignorePolyphony = true } = options;
  const labels = new Array<number>(options.steps ?? totalSteps(sequence)).fill(0);
  const write = (step: number, label: number) => {
    if (step < labels.length) labels[step] = label;
  };
  const notes = quantizedNotes(sequence).sort(
    (a, b) => a.quantizedStartStep - b.quantizedStartStep || b.pitch - a.pitch,
  );
  let last = -1;
  for (const { pitch, quantizedStartStep, quantizedEndStep } of notes) {
    if (pitch < minPitch || pitch > maxPitch) {
      throw new TimbrelError(
        'PITCH_RANGE',
        `The note at step ${quantizedStartStep} has a pitch of ${pitch}; expected ${minPitch} to ${maxPitch}`,
      );
    }
    if (quantizedStartStep === last) {
      if (ignorePolyphony) continue;
      throw new TimbrelError(
        'MELODY_POLYPHONIC',
        `Two notes begin at step ${quantizedStartStep}; ignorePolyphony keeps the highest`,
      );
    }
    last = quantizedStartStep;
    write(quantizedStartStep, pitch - minPitch + 2);
    write(quantizedEndStep, 1);
  }
  return labels;
}

const eventOf = (label: number, minPitch: number): MelodyEvent =>
  label === 0 ? NO_EVENT : label === 1 ? NOTE_OFF : label - 2 + minPitch;

/** @throws EVENT_INVALID */
export const melodyLabelNotes = (labels: readonly number[], minPitch = LOWEST_PIANO_PITCH): QuantizedNote[] =>
  melodyNotes(labels.map((label) => eventOf(label, minPitch)));

/** @returns [steps] 1 where a note begins */
export const melodyRhythm = (labels: readonly number[]) => labels.map((label) => Number(label > 1));

/** The directions of a melody: down, on, up. */
export const DOWN = 0;
export const FLAT = 1;
export const UP = 2;

/**
 * Towards each note from the one before; before the first as to the second, behind the last as it came.
 * @returns [steps] of 0 (down), 1 (flat), 2 (up)
 */
export function melodyShape(labels: readonly number[]): number[] {
  const shape = new Array<number>(labels.length).fill(FLAT);
  let previous = -1;
  let written = 0;
  let direction = FLAT;
  labels.forEach((label, step) => {
    if (label <= 1) return;
    if (previous >= 0) {
      direction = label > previous ? UP : label < previous ? DOWN : FLAT;
      shape.fill(direction, written, step + 1);
      written = step + 1;
    }
    previous = label;
  });
  return shape.fill(direction, written);
}

/**
 * @param boundaries ascending pitches between the registers
 * @returns in which of them the mean pitch of the notes lies, 0 below the first
 */
export function melodyRegister(
  labels: readonly number[],
  boundaries: readonly number[],
  minPitch = LOWEST_PIANO_PITCH,
): number {
  const pitches = labels.filter((label) => label > 1).map((label) => label - 2 + minPitch);
  const mean = pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  return boundaries.filter((boundary) => mean >= boundary).length;
}

/** The snare, at each step where something begins. */
const RHYTHM_PITCH = 38;
/** Shapes are drawn from here. */
const SHAPE_PITCH = 65;

const oneStep = (pitch: number, step: number) => ({
  pitch,
  quantizedStartStep: step,
  quantizedEndStep: step + 1,
});

export const rhythmNotes = (rhythm: readonly number[]): QuantizedNote[] =>
  rhythm.flatMap((hit, step) => (hit ? [{ ...oneStep(RHYTHM_PITCH, step), isDrum: true }] : []));

/** A line that goes a semitone a step. */
export function shapeNotes(shape: readonly number[]): QuantizedNote[] {
  let pitch = SHAPE_PITCH;
  return shape.map((direction, step) => oneStep((pitch += direction - FLAT), step));
}
