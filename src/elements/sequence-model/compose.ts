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

/** @throws as EventModel.begin and Continuation.write do */
export async function compose<O extends ContinueOptions>(
  model: WritingModel<O>,
  primer: NoteSequence,
  plan: CompositionPlan<O>,
): Promise<Composition> {
  const { length, pieceEnd, whole, signal, part, onNotes } = plan;
  const piece = await model.begin(primer, whole);
  try {
    const { start, secondsPerStep } = piece;
    const total = 'steps' in length ? length.steps * secondsPerStep : length.seconds;
    const compositionOf = (written: NoteSequence, until: number) => ({
      written,
      start,
      end: start + total,
      until,
    });
    const stepsTo = (seconds: number) => Math.round((start + seconds) / secondsPerStep);
    let shown = -Infinity;
    const ended: Note[] = [];
    const show = ({ notes, sounding, totalTime }: NewNotes) => {
      for (const note of notes) ended.push(note);
      const now = performance.now();
      if (now - shown < BETWEEN_LOOKS) return;
      shown = now;
      onNotes(compositionOf({ notes: [...ended, ...sounding], totalTime }, start));
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
    for (let until = part ?? total; until < total; until += part ?? total) {
      onNotes(await write({ seconds: until }));
      await plan.wanted?.(start + until);
      throwIfAborted(signal, 'Writing');
    }
    return await write(length);
  } finally {
    await piece.close().catch(() => {});
  }
}
