/** Drumming with dynamics and timing: hits, velocities and offsets from the grid (music_vae.md 5.5, GrooVAE). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { DRUM_CLASSES, drumClassOf, type DrumClasses } from './drum-classes.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { quantizeNoteSequence } from './quantize.js';
import { singleTempo } from './meter.js';
import { DEFAULT_QPM } from './note-sequence.js';

const CLASSES = DRUM_CLASSES.length;
/** Numbers of a step: nine hits, nine velocities, nine offsets. */
export const GROOVE_WIDTH = 3 * CLASSES;
const STEPS_PER_QUARTER = 4;
/** The class that taps are written to. */
const TAP_CLASS = 3;

export interface GrooveOptions {
  /** Forget velocities and offsets: what a model is to make human. Default false. */
  readonly humanize?: boolean;
  /** Only the loudest hit of each step, without its drum and velocity: what is tapped on a table. Default false. */
  readonly tapify?: boolean;
  readonly classes?: DrumClasses;
}

const GROOVE_OPTIONS: OptionNames<GrooveOptions> = {
  humanize: true,
  tapify: true,
  classes: true,
};

interface Hit {
  readonly velocity: number;
  readonly offset: number;
}

const louder = (a: Hit | undefined, b: Hit) => (!a || b.velocity > a.velocity ? b : a);

/** The loudest hit of each class at each step. Offsets are shares of half a step, early ones positive. */
function loudestHits(sequence: NoteSequence, steps: number, classes: DrumClasses): (Hit | undefined)[][] {
  const stepLength = 60 / singleTempo(sequence).qpm / STEPS_PER_QUARTER;
  const grid = Array.from({ length: steps }, () => new Array<Hit | undefined>(CLASSES).fill(undefined));
  for (const note of quantizeNoteSequence(sequence, STEPS_PER_QUARTER).notes) {
    const step = note.quantizedStartStep;
    const index = drumClassOf(note.pitch, classes);
    if (index < 0 || step >= steps) continue;
    const offset = (2 * (step * stepLength - (note.startTime ?? 0))) / stepLength;
    grid[step][index] = louder(grid[step][index], { velocity: (note.velocity ?? 80) / 127, offset });
  }
  return grid;
}

function tapped(hits: readonly (Hit | undefined)[]): (Hit | undefined)[] {
  const loudest = hits.reduce((best, hit) => (hit ? louder(best, hit) : best), undefined);
  return hits.map((_, index) => (index === TAP_CLASS && loudest ? { ...loudest, velocity: 0 } : undefined));
}

/**
 * @param sequence drums in seconds
 * @returns [steps, 27] row-major: hits 0 or 1, velocities 0 to 1, offsets -1 to 1
 * @throws as quantizeNoteSequence
 */
export function grooveMatrix(
  sequence: NoteSequence,
  steps: number,
  options: GrooveOptions = {},
): Float32Array {
  checkedOptions(options, GROOVE_OPTIONS);
  const { humanize = false, tapify = false, classes = DRUM_CLASSES } = options;
  const matrix = new Float32Array(steps * GROOVE_WIDTH);
  loudestHits(sequence, steps, classes).forEach((hits, step) => {
    (tapify ? tapped(hits) : hits).forEach((hit, index) => {
      if (!hit) return;
      const at = step * GROOVE_WIDTH + index;
      matrix[at] = 1;
      if (humanize) return;
      matrix[at + CLASSES] = hit.velocity;
      matrix[at + 2 * CLASSES] = hit.offset;
    });
  });
  return matrix;
}

/**
 * The same numbers by drums: each row hit, velocity and offset of one class.
 * @param matrix [steps, 27]
 * @returns [steps * 9, 3] row-major
 */
export function splitGroove(matrix: Float32Array): Float32Array {
  return matrix.map((_, i) => {
    const row = Math.floor(i / 3);
    return matrix[Math.floor(row / CLASSES) * GROOVE_WIDTH + (i % 3) * CLASSES + (row % CLASSES)];
  });
}

/** The inverse of {@link splitGroove}. */
export function joinGroove(rows: Float32Array): Float32Array {
  return rows.map((_, i) => {
    const column = i % GROOVE_WIDTH;
    const row = Math.floor(i / GROOVE_WIDTH) * CLASSES + (column % CLASSES);
    return rows[row * 3 + Math.floor(column / CLASSES)];
  });
}

/**
 * Notes of one step, where a hit is above a half.
 * @param matrix [steps, 27] row-major
 * @returns a sequence in seconds
 */
export function grooveToSequence(matrix: Float32Array, qpm = DEFAULT_QPM): NoteSequence {
  const stepLength = 60 / qpm / STEPS_PER_QUARTER;
  const steps = matrix.length / GROOVE_WIDTH;
  const notes: Note[] = [];
  for (let step = 0; step < steps; step++) {
    DRUM_CLASSES.forEach(([pitch], index) => {
      const at = step * GROOVE_WIDTH + index;
      if (!(matrix[at] > 0.5)) return;
      const shift = Math.min(0.5, Math.max(-0.5, matrix[at + 2 * CLASSES] / 2));
      const startTime = Math.max(0, (step - shift) * stepLength);
      const velocity = Math.min(127, Math.max(0, Math.round(127 * matrix[at + CLASSES])));
      notes.push({ pitch, startTime, endTime: startTime + stepLength, velocity, isDrum: true });
    });
  }
  return { tempos: [{ time: 0, qpm }], notes, totalTime: steps * stepLength };
}
