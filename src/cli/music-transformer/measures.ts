/** Measures of performances beside those of all music: how thick they are, which notes are forgotten, what comes back. */
import { musicMeasures, type MusicMeasures } from '../../music/measures.js';
import type { Note } from '../../music/note-sequence.js';

export interface PerformanceMeasures extends MusicMeasures {
  /** Notes that sound at once, on the mean. */
  readonly polyphony: number;
  /** Share of notes of five seconds and more: those that were cut off among them. */
  readonly longNotes: number;
  /** Share of runs of four pitches that came eight seconds before or earlier: motifs that return. */
  readonly returns: number;
}

const LONG = 5 - 1e-6;
const APART = 8;
const RUN = 4;

/** @returns undefined where there are fewer than four notes */
export function performanceMeasures(notes: readonly Note[]): PerformanceMeasures | undefined {
  const measures = musicMeasures({ notes: [...notes] });
  if (!measures) return undefined;
  const lengths = notes.map(({ startTime = 0, endTime = 0 }) => endTime - startTime);
  const start = Math.min(...notes.map(({ startTime = 0 }) => startTime));
  const end = Math.max(...notes.map(({ endTime = 0 }) => endTime));
  return {
    ...measures,
    polyphony: end > start ? lengths.reduce((a, b) => a + b) / (end - start) : 0,
    longNotes: lengths.filter((length) => length >= LONG).length / notes.length,
    returns: returns(notes),
  };
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

/** The mean of each over the pieces that have one; undefined without any. */
export function meanPerformance(all: readonly (readonly Note[])[]): Record<string, number> | null {
  const measured = all.map(performanceMeasures).filter((measures) => measures !== undefined);
  if (measured.length === 0) return null;
  const names = Object.keys(measured[0]) as (keyof PerformanceMeasures)[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      measured.reduce((sum, measures) => sum + (measures[name] ?? 0), 0) / measured.length,
    ]),
  );
}
