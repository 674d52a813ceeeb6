/** Numbers that say how music is made, so that a model's music can be held against the music it learned from. */
import { drumClassOf } from './drum-classes.js';
import { withLeftOut } from './left-out.js';
import { majorKeyHistogram } from './key.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { LONGEST_NOTE } from './performance.js';

/** The quarters and bars of music that has beats; both are counted from second 0. */
export interface Beats {
  readonly secondsPerQuarter: number;
  readonly quartersPerBar: number;
}

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
  /** Notes that sound at once, on the mean over the time from the first beginning to the last end; null for drums. */
  readonly polyphony: number | null;
  /**
   * Share of notes of five seconds and more, those that were cut off there among them, of the notes that begin five seconds before
   * the end or earlier; null for drums and where there are none.
   */
  readonly longNotes: number | null;
  /** Share of notes that begin on a quarter; null without beats. */
  readonly onBeat: number | null;
  /** Share of bars in which something begins whose beginnings, pitch for pitch, are those of a bar before; null without beats. */
  readonly barsThatReturn: number | null;
  /** Share of bars in which a drum is struck that begin with a kick; null without beats or drums. */
  readonly kickOnOne: number | null;
}

const RUN = 4;
/** The first of the drum classes. */
const KICK = 0;
/** Rounding takes at most this from a time, seconds. */
const NEARLY = 1e-6;

/** @returns undefined where there are fewer than four notes */
export function musicMeasures(
  sequence: Pick<NoteSequence, 'notes'>,
  beats?: Beats,
): MusicMeasures | undefined {
  const { notes } = withLeftOut(sequence);
  if (notes.length < RUN) return undefined;
  const ordered = notes.toSorted((a, b) => onset(a) - onset(b) || a.pitch - b.pitch);
  const pitches = ordered.map(({ pitch }) => pitch);
  const start = onset(ordered[0]);
  const end = ordered.reduce((last, { endTime = 0 }) => Math.max(last, endTime), start);
  const isPitched = notes.some(({ isDrum }) => !isDrum);
  const classes = new Array<number>(12).fill(0);
  for (const pitch of pitches) classes[pitch % 12]++;
  return {
    noteDensity: end > start ? notes.length / (end - start) : 0,
    pitchClassEntropy: isPitched ? entropy(classes) : null,
    offKey: isPitched ? outsideOfScale(pitches) : null,
    repetition: repetition(pitches),
    polyphony: isPitched && end > start ? sum(notes.map(lengthOf)) / (end - start) : null,
    longNotes: isPitched ? longNotes(notes, end) : null,
    onBeat: beats ? share(notes, (note) => isOnQuarter(onset(note), beats)) : null,
    ...(beats ? measuresOfBars(ordered, beats) : { barsThatReturn: null, kickOnOne: null }),
  };
}

const onset = ({ startTime = 0 }: Note) => startTime;
const lengthOf = ({ startTime = 0, endTime = 0 }: Note) => endTime - startTime;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Null of nothing. */
const share = <T>(items: readonly T[], is: (item: T) => boolean): number | null =>
  items.length > 0 ? items.filter(is).length / items.length : null;

/** Share of pitches outside of the major scale that has the most of them. */
export const outsideOfScale = (pitches: readonly number[]) =>
  1 - Math.max(...majorKeyHistogram(pitches)) / pitches.length;

function longNotes(notes: readonly Note[], end: number): number | null {
  const judged = notes.filter((note) => onset(note) <= end - LONGEST_NOTE + NEARLY);
  return share(judged, (note) => lengthOf(note) >= LONGEST_NOTE - NEARLY);
}

function isOnQuarter(time: number, { secondsPerQuarter }: Beats): boolean {
  const quarters = time / secondsPerQuarter;
  return Math.abs(quarters - Math.round(quarters)) * secondsPerQuarter < NEARLY;
}

function measuresOfBars(ordered: readonly Note[], { secondsPerQuarter, quartersPerBar }: Beats) {
  const seconds = secondsPerQuarter * quartersPerBar;
  const bars = new Map<number, Note[]>();
  for (const note of ordered) {
    const bar = Math.floor((onset(note) + NEARLY) / seconds);
    bars.set(bar, [...(bars.get(bar) ?? []), note]);
  }
  const seen = new Set<string>();
  const begins = (note: Note, bar: number) => onset(note) - bar * seconds;
  const returns = share([...bars], ([bar, notes]) => {
    const contents = notes.map((note) => `${begins(note, bar).toFixed(4)} ${note.pitch}`).join();
    const isKnown = seen.has(contents);
    seen.add(contents);
    return isKnown;
  });
  const ofDrums = [...bars].filter(([, notes]) => notes.some(({ isDrum }) => isDrum));
  const kickOnOne = share(ofDrums, ([bar, notes]) =>
    notes.some((note) => note.isDrum && drumClassOf(note.pitch) === KICK && begins(note, bar) < NEARLY),
  );
  return { barsThatReturn: returns, kickOnOne };
}

/** Bits. */
function entropy(counts: readonly number[]): number {
  const total = sum(counts);
  return sum(counts.map((count) => (count > 0 ? -(count / total) * Math.log2(count / total) : 0)));
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

/** The mean of each measure over the pieces that have it, null where none has; undefined without pieces. */
export function meanMeasures<M extends MusicMeasures>(pieces: readonly (M | undefined)[]): M | undefined {
  const all = pieces.filter((measures) => measures !== undefined);
  if (all.length === 0) return undefined;
  const names = Object.keys(all[0]) as (keyof M)[];
  const mean = (values: readonly number[]) => (values.length > 0 ? sum(values) / values.length : null);
  const means = names.map((name) => [name, mean(all.flatMap((one) => (one[name] as number | null) ?? []))]);
  return Object.fromEntries(means) as M;
}
