/** Numbers that say how music is made, so that a model's music can be held against the music it learned from. */
import { withLeftOut } from './left-out.js';
import { majorKeyHistogram } from './key.js';
import type { NoteSequence } from './note-sequence.js';

export interface MusicMeasures {
  /** Notes that begin in a second, over the time from the first beginning to the last end. */
  readonly noteDensity: number;
  /** The entropy of the twelve pitch classes by how often each begins, bits: 0 for one alone, log2(12) = 3.58 for all alike; null for drums. */
  readonly pitchClassEntropy: number | null;
  /**
   * Share of notes outside of the major scale (of any key) that has the most of them; 5 / 12 by chance, less by choice of key. Of
   * drums null.
   */
  readonly offKey: number | null;
  /** Share of runs of four pitches, in the order of their beginnings, that came before in the piece. */
  readonly repetition: number;
}

const RUN = 4;

/** @returns undefined where there are fewer than four notes */
export function musicMeasures(sequence: Pick<NoteSequence, 'notes'>): MusicMeasures | undefined {
  const { notes } = withLeftOut(sequence);
  if (notes.length < RUN) return undefined;
  const ordered = notes.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch);
  const pitches = ordered.map(({ pitch }) => pitch);
  const start = ordered[0].startTime ?? 0;
  const end = ordered.reduce((last, { endTime = 0 }) => Math.max(last, endTime), start);
  const isPitched = notes.some(({ isDrum }) => !isDrum);
  const classes = new Array<number>(12).fill(0);
  for (const pitch of pitches) classes[pitch % 12]++;
  return {
    noteDensity: end > start ? notes.length / (end - start) : 0,
    pitchClassEntropy: isPitched ? entropy(classes) : null,
    offKey: isPitched ? 1 - Math.max(...majorKeyHistogram(pitches)) / notes.length : null,
    repetition: repetition(pitches),
  };
}

/** Bits. */
function entropy(counts: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b);
  return counts.reduce(
    (sum, count) => (count > 0 ? sum - (count / total) * Math.log2(count / total) : sum),
    0,
  );
}

function repetition(pitches: readonly number[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  const runs = pitches.length - RUN + 1;
  for (let i = 0; i < runs; i++) {
    const run = pitches.slice(i, i + RUN).join();
    if (seen.has(run)) repeated++;
    seen.add(run);
  }
  return repeated / runs;
}

const mean = (values: readonly number[]) =>
  values.length > 0 ? values.reduce((a, b) => a + b) / values.length : null;

/** The mean of each measure over several pieces, each measured by itself. */
export function meanMeasures(pieces: readonly Pick<NoteSequence, 'notes'>[]): MusicMeasures | undefined {
  const all = pieces.flatMap((piece) => musicMeasures(piece) ?? []);
  if (all.length === 0) return undefined;
  return {
    noteDensity: mean(all.map(({ noteDensity }) => noteDensity)) ?? 0,
    pitchClassEntropy: mean(all.flatMap(({ pitchClassEntropy }) => pitchClassEntropy ?? [])),
    offKey: mean(all.flatMap(({ offKey }) => offKey ?? [])),
    repetition: mean(all.map(({ repetition }) => repetition)) ?? 0,
  };
}
