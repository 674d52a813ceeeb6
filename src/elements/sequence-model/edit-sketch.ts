/** A sketch whose notes are changed in part: by hand, or by a model that writes some of its bars anew. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { barOf } from './primer.js';
import { sketchOf, wholeOf, type Sketch } from './sketch.js';

/** From and to, seconds of the sequence. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const EPSILON = 1e-6;

/** The same sketch with other notes: those before its start are given, the others written. It grows by whole bars, where they reach further. */
function withNotes(sketch: Sketch, notes: readonly Note[]): Sketch {
  const { primer, written, start } = sketch;
  const end = notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);
  const bar = barOf(primer);
  const length = Math.max(sketch.length, Math.ceil(end / bar - EPSILON) * bar);
  if (!written) {
    if (notes.length === 0) return sketchOf({ ...primer, notes: [], totalTime: 0 });
    return sketchOf({ ...primer, notes, totalTime: length });
  }
  const isGiven = ({ startTime = 0 }: Note) => startTime < start - EPSILON;
  return {
    // What replaces its primer from the beginning leaves that as it is.
    primer: start > 0 ? { ...primer, notes: notes.filter(isGiven) } : primer,
    written: { ...written, notes: notes.filter((note) => !isGiven(note)) },
    // No seed gives this.
    ...{ start, length },
  };
}

/**
 * @param before the notes of `sketch` as they were played
 * @param after those that are there now; what is the same object keeps all that was known of it
 */
export function editedSketch(
  sketch: Sketch,
  before: readonly PlayedNote[],
  after: readonly PlayedNote[],
): Sketch {
  const { notes } = wholeOf(sketch);
  const known = new Map(before.map((note, i) => [note, notes[i]]));
  return withNotes(
    sketch,
    after.map((note) => known.get(note) ?? { ...note }),
  );
}

/** The notes of a stretch give way to others, which stand in the time of the sketch; those that reach into it end there. */
export function withStretch(sketch: Sketch, { from, to }: Stretch, notes: readonly Note[]): Sketch {
  const isInside = ({ startTime = 0 }: Note) => startTime >= from - EPSILON && startTime < to - EPSILON;
  const around = wholeOf(sketch).notes.filter((note) => !isInside(note));
  const cut = around.map((note) =>
    (note.startTime ?? 0) < from && (note.endTime ?? 0) > from ? { ...note, endTime: from } : note,
  );
  const fresh = notes.filter(isInside).map((note) => ({ ...note, endTime: Math.min(note.endTime ?? 0, to) }));
  return withNotes(sketch, [...cut, ...fresh]);
}

/** All that stands before a time, for a model to go on from. */
export function musicBefore(sequence: NoteSequence, time: number): NoteSequence {
  const { tempos, timeSignatures, notes } = sequence;
  return {
    ...(tempos && { tempos }),
    ...(timeSignatures && { timeSignatures }),
    notes: notes
      .filter(({ startTime = 0 }) => startTime < time - EPSILON)
      .map((note) => ({ ...note, endTime: Math.min(note.endTime ?? 0, time) })),
    totalTime: time,
  };
}

/**
 * The same, and behind it what a model is to play along with there.
 * @param music gives the notes of a stretch, where they stand `behind` seconds later; those that sound into it are struck where it begins
 */
export function musicToAccompany(
  before: NoteSequence,
  music: NoteSequence,
  { from, to }: Stretch,
  behind = 0,
): NoteSequence {
  const within = music.notes.flatMap((note) => {
    const startTime = Math.max(from, (note.startTime ?? 0) + behind);
    const endTime = Math.min(to, (note.endTime ?? 0) + behind);
    return endTime > startTime + EPSILON ? [{ ...note, startTime, endTime }] : [];
  });
  return { ...before, notes: [...before.notes, ...within], totalTime: to };
}

/** The stretches of what was written that are not kept. @param kept bars, counted from 0 */
export function stretchesBeside({ primer, start, length }: Sketch, kept: readonly number[]): Stretch[] {
  const bar = barOf(primer);
  const stretches: { from: number; to: number }[] = [];
  for (let index = Math.floor(start / bar + EPSILON); index * bar < length - EPSILON; index++) {
    if (kept.includes(index)) continue;
    const from = Math.max(start, index * bar);
    const to = Math.min(length, (index + 1) * bar);
    const last = stretches.at(-1);
    if (last && Math.abs(last.to - from) < EPSILON) last.to = to;
    else stretches.push({ from, to });
  }
  return stretches;
}

/** A bar, counted from 0, as far as the sketch goes. */
export function stretchOfBar({ primer, length }: Sketch, index: number): Stretch {
  const bar = barOf(primer);
  return { from: index * bar, to: Math.min(length, (index + 1) * bar) };
}
