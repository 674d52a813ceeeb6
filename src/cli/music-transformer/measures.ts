/** Measures of performances beside those of all music: what comes back. */
import { meanMeasures, musicMeasures, type MusicMeasures } from '../../music/measures.js';
import type { Note } from '../../music/note-sequence.js';

export interface PerformanceMeasures extends MusicMeasures {
  /** Share of runs of four pitches that came eight seconds before or earlier: motifs that return. */
  readonly returns: number;
}

const APART = 8;
const RUN = 4;

/** @returns undefined where there are fewer than four notes */
export function performanceMeasures(notes: readonly Note[]): PerformanceMeasures | undefined {
  const measures = musicMeasures({ notes: [...notes] });
  return measures && { ...measures, returns: returns(notes) };
}

function returns(notes: readonly Note[]): number {
  const ordered = notes.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch);
  const first = new Map<string, number>();
  let found = 0;
  const runs = ordered.length - RUN + 1;
  for (let i = 0; i < runs; i++) {
    const run = ordered
      .slice(i, i + RUN)
      .map(({ pitch }) => pitch)
      .join();
    const { startTime = 0 } = ordered[i];
    const before = first.get(run);
    if (before === undefined) first.set(run, startTime);
    else if (startTime - before >= APART) found++;
  }
  return found / runs;
}

/** The mean of each over the pieces that have one; null without any. */
export const meanPerformance = (all: readonly (readonly Note[])[]): PerformanceMeasures | null =>
  meanMeasures(all.map(performanceMeasures)) ?? null;
