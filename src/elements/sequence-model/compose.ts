/** Lets a model write, in one go or in parts that keep a little ahead of what is heard. */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import type { NewNotes } from '../../models/continuation/written-notes.js';
import type { WritingModel } from './kind.js';

/** Notes are shown so often while a part is written, ms: each time costs the page something. */
const BETWEEN_LOOKS = 50;

export type Length = { readonly steps: number } | { readonly seconds: number };

export interface Composition {
  readonly written: NoteSequence;
  /** Its beginning and end, seconds of the primer's time. */
  readonly start: number;
  readonly end: number;
  /** It is written up to here: what begins later is still to come. */
  readonly until: number;
}

/** Steps from the beginning of the primer to the end of a part, and to that of the whole. */
export interface Span {
  readonly steps: number;
  readonly total: number;
}

export interface CompositionPlan<O extends ContinueOptions> {
  readonly length: Length;
  /** The end of the piece that it is a part of, seconds of the primer's time; by default its own. */
  readonly pieceEnd?: number;
  /** Options that hold from the beginning: the seed, and the use of the primer. */
  readonly whole: Partial<O>;
  /** Gives the options that may change on the way; it is asked before each part. */
  readonly now: (span: Span) => Partial<O>;
  /** Seconds of a part; without it all is written in one. */
  readonly part?: number;
  /** Only the last so many seconds of what is written are given: a piece without an end is as long as what is kept of it. */
  readonly kept?: number;
  /** It begins with its first note: what a model lets pass before is left out, and it is as long as it was to be all the same. */
  readonly withoutRest?: boolean;
  readonly signal: AbortSignal;
  readonly onNotes: (composition: Composition) => void;
  /** Resolves when what comes after this time, seconds, is wanted. */
  readonly wanted?: (time: number) => Promise<void>;
}

/** The same, moved to the beginning. */
export function atTheBeginning({ written, start, end, until }: Composition): Composition {
  const notes = written.notes.map((note) => ({
    ...note,
    startTime: (note.startTime ?? 0) - start,
    endTime: (note.endTime ?? 0) - start,
  }));
  return {
    written: { ...written, notes, totalTime: end - start },
    start: 0,
    end: end - start,
    until: until - start,
  };
}

const firstStart = ({ notes }: NoteSequence) =>
  notes.reduce((first, { startTime = 0 }) => Math.min(first, startTime), Infinity);

/** Leaves out what begins before a time. */
const from = (sequence: NoteSequence, time: number): NoteSequence =>
  time > 0
    ? { ...sequence, notes: sequence.notes.filter(({ startTime = 0 }) => startTime >= time) }
    : sequence;

/** @param seconds by which all of it comes earlier */
function earlier(sequence: NoteSequence, seconds: number): NoteSequence {
  if (seconds === 0) return sequence;
  const { notes, totalTime } = sequence;
  return {
    ...sequence,
    notes: notes.map(({ startTime = 0, endTime = 0, ...note }) => ({
      ...note,
      startTime: startTime - seconds,
      endTime: endTime - seconds,
    })),
    ...(totalTime !== undefined && { totalTime: totalTime - seconds }),
  };
}

/** @throws as EventModel.begin and Continuation.write do */
export async function compose<O extends ContinueOptions>(
  model: WritingModel<O>,
  primer: NoteSequence,
  plan: CompositionPlan<O>,
): Promise<Composition> {
  const { length, pieceEnd, whole, signal, part, kept = Infinity, onNotes } = plan;
  const piece = await model.begin(primer, whole);
  try {
    const { start, secondsPerStep } = piece;
    const total = 'steps' in length ? length.steps * secondsPerStep : length.seconds;
    /** Seconds before the first note; undefined while there is none. */
    let rest = plan.withoutRest && 'seconds' in length ? undefined : 0;
    const compositionOf = (written: NoteSequence, until: number) => {
      if (written.notes.length > 0) rest ??= firstStart(written) - start;
      const late = from(written, until - kept);
      return { written: earlier(late, rest ?? 0), start, end: start + total, until: until - (rest ?? 0) };
    };
    const tell = (composition: Composition) => rest !== undefined && onNotes(composition);
    const stepsTo = (seconds: number) => Math.round((start + seconds) / secondsPerStep);
    let shown = -Infinity;
    const ended: Note[] = [];
    const show = ({ notes, sounding, totalTime }: NewNotes) => {
      for (const note of notes) ended.push(note);
      const now = performance.now();
      if (now - shown < BETWEEN_LOOKS) return;
      shown = now;
      tell(compositionOf({ notes: [...ended, ...sounding], totalTime }, start));
    };
    const write = async (amount: Length) => {
      const until = 'seconds' in amount ? amount.seconds : total;
      const span = {
        steps: stepsTo(until),
        total: stepsTo(pieceEnd === undefined ? total : pieceEnd - start),
      };
      // A part is there as a whole before the next look at it would be due.
      const told = { ...amount, signal, ...(!part && { onNotes: show }) };
      const options = { ...whole, ...plan.now(span), ...told };
      return compositionOf(await piece.write(options as unknown as O), start + until);
    };
    for (let until = part ?? total; until < total + (rest ?? 0); until += part ?? total) {
      tell(await write({ seconds: until }));
      await plan.wanted?.(start + until - (rest ?? 0));
      throwIfAborted(signal, 'Writing');
    }
    const wanted = () => (rest ? { seconds: total + rest } : length);
    const before = rest;
    const composition = await write(wanted());
    // What was left out at the beginning is written at the end.
    return rest && rest !== before ? await write(wanted()) : composition;
  } finally {
    await piece.close().catch(() => {});
  }
}
