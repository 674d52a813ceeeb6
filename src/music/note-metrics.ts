/** Measures of transcribed notes, as mir_eval counts them (mir_eval.transcription, transcription_velocity). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import type { Note } from './note-sequence.js';
import { maximumMatching } from './matching.js';

export interface Score {
  /** The share of the estimated notes that are right. */
  readonly precision: number;
  /** The share of the reference notes that were found. */
  readonly recall: number;
  /** Their harmonic mean, 0 where both are 0. */
  readonly f1: number;
}

export interface NoteScoreOptions {
  /** Seconds, default 0.05. */
  readonly onsetTolerance?: number;
  /** Compare ends too: within 0.05 s or a fifth of the reference's length, whichever is more. Default false. */
  readonly offsets?: boolean;
  /** Compare velocities too, after the best linear fit of them: less than 0.1 of the reference's range apart. Default false. */
  readonly velocities?: boolean;
}

const NOTE_SCORE_OPTIONS: OptionNames<NoteScoreOptions> = {
  onsetTolerance: true,
  offsets: true,
  velocities: true,
};

const OFFSET_TOLERANCE = 0.05;
const OFFSET_RATIO = 0.2;
const VELOCITY_TOLERANCE = 0.1;
/** Semitones. */
const PITCH_TOLERANCE = 0.5;

/** mir_eval rounds distances to 4 decimals, so that 1.05 s is within 50 ms of 1 s in floating point too. */
const isWithin = (distance: number, tolerance: number) =>
  Math.round(Math.abs(distance) * 1e4) / 1e4 <= tolerance;

export function score(hits: number, estimated: number, reference: number): Score {
  const precision = estimated > 0 ? hits / estimated : 0;
  const recall = reference > 0 ? hits / reference : 0;
  return { precision, recall, f1: hits > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

const pitchOf = ({ pitch = 0 }: Partial<Note>) => pitch;
const start = (note: Note) => note.startTime ?? 0;
const end = (note: Note) => note.endTime ?? 0;

function isMatch(reference: Note, estimate: Note, onsetTolerance: number, offsets: boolean): boolean {
  if (Math.abs(pitchOf(reference) - pitchOf(estimate)) > PITCH_TOLERANCE) return false;
  if (!isWithin(start(reference) - start(estimate), onsetTolerance)) return false;
  const tolerance = Math.max(OFFSET_TOLERANCE, OFFSET_RATIO * (end(reference) - start(reference)));
  return !offsets || isWithin(end(reference) - end(estimate), tolerance);
}

/** Pairs of indices whose velocities agree, after the line that fits them best (least squares). */
function agreeingVelocities(
  pairs: readonly (readonly [number, number])[],
  reference: readonly Note[],
  estimate: readonly Note[],
) {
  const all = reference.map(({ velocity = 0 }) => velocity);
  const lowest = all.reduce((a, b) => Math.min(a, b), Infinity);
  const range = Math.max(1, all.reduce((a, b) => Math.max(a, b), -Infinity) - lowest);
  const points = pairs.map(([r, e]) => ({ x: estimate[e].velocity ?? 0, y: (all[r] - lowest) / range }));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const variance = mean(points.map(({ x }) => (x - meanX) ** 2));
  const slope = variance > 0 ? mean(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / variance : 0;
  return pairs.filter((_, i) => {
    const { x, y } = points[i];
    return Math.abs(meanY + slope * (x - meanX) - y) < VELOCITY_TOLERANCE;
  });
}

/**
 * Each reference note goes with at most one estimated note, so that as many as possible have a partner of the same pitch and
 * onset. Notes without length count nowhere.
 * @param reference notes in seconds
 * @param estimate notes in seconds
 */
export function noteScore(
  reference: readonly Note[],
  estimate: readonly Note[],
  options: NoteScoreOptions = {},
): Score {
  checkedOptions(options, NOTE_SCORE_OPTIONS);
  const { onsetTolerance = 0.05, offsets = false, velocities = false } = options;
  const real = reference.filter((note) => end(note) > start(note));
  const guessed = estimate.filter((note) => end(note) > start(note));
  const order = [...guessed.keys()].sort((a, b) => start(guessed[a]) - start(guessed[b]));
  // Estimates in order of time, so that only those near an onset are compared with it. 1 ms for the rounding.
  const reach = onsetTolerance + 1e-3;
  const candidates = real.map((note) => {
    const near: number[] = [];
    for (let i = firstAfter(order, guessed, start(note) - reach); i < order.length; i++) {
      const estimated = guessed[order[i]];
      if (start(estimated) > start(note) + reach) break;
      if (isMatch(note, estimated, onsetTolerance, offsets)) near.push(order[i]);
    }
    return near;
  });
  const pairs = maximumMatching(candidates, guessed.length);
  const hits = velocities && pairs.length > 0 ? agreeingVelocities(pairs, real, guessed) : pairs;
  return score(hits.length, guessed.length, real.length);
}

/** The first place in the order whose note begins at `time` or later. */
function firstAfter(order: readonly number[], notes: readonly Note[], time: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start(notes[order[middle]]) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
