/** Measures of a transcription frame by frame (magenta/models/onsets_frames_transcription/metrics.py). */
import type { Note } from './note-sequence.js';
import { score, type Score } from './note-metrics.js';

export interface FrameScore extends Score {
  /** The share of the cells that sound in both among those that sound in either: true positives over those and both kinds of errors. */
  readonly accuracy: number;
}

const PITCHES = 128;

/** Cells frame * 128 + pitch in which a note sounds, be it for a part of the frame; each note has one at least. */
function soundingCells(
  notes: readonly Partial<Note>[],
  framesPerSecond: number,
  frames: number,
): Set<number> {
  const cells = new Set<number>();
  for (const { pitch = 0, startTime = 0, endTime = 0 } of notes) {
    const first = Math.floor(startTime * framesPerSecond);
    const last = Math.max(first + 1, Math.ceil(endTime * framesPerSecond));
    for (let frame = first; frame < Math.min(last, frames); frame++) {
      cells.add(frame * PITCHES + pitch);
    }
  }
  return cells;
}

/**
 * Compares as many frames as the reference has: what the estimate holds behind its end does not count.
 * @param framesPerSecond default that of Onsets and Frames, 16000 / 512
 */
export function frameScore(
  reference: readonly Note[],
  estimate: readonly Note[],
  framesPerSecond = 31.25,
): FrameScore {
  const end = reference.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);
  const frames = Math.floor(end * framesPerSecond + 1);
  const real = soundingCells(reference, framesPerSecond, frames);
  const guessed = soundingCells(estimate, framesPerSecond, frames);
  let hits = 0;
  for (const cell of guessed) hits += Number(real.has(cell));
  const all = real.size + guessed.size - hits;
  return { ...score(hits, guessed.size, real.size), accuracy: all > 0 ? hits / all : 0 };
}
