/** The music that a player made with a model: the present state, the way back, and the takes that are kept. All of it immutable values. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkedNoteSequence } from '../../music/note-sequence-json.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { CHORD_SYMBOL, DEFAULT_QPM, openingTempo, type NoteSequence } from '../../music/note-sequence.js';

export interface Sketch {
  /** The music that was given, seconds. */
  readonly primer: NoteSequence;
  /** The continuation that the model wrote, in the time of the primer. */
  readonly written: NoteSequence | undefined;
  /** The beginning of the continuation, seconds; before it stands the primer. */
  readonly start: number;
  /** The length, silence at its end included, seconds. */
  readonly length: number;
  /** The seed of what was written. */
  readonly seed?: string;
}

export interface Take extends Sketch {
  readonly name: string;
}

const EMPTY: NoteSequence = { notes: [], tempos: [{ time: 0, qpm: DEFAULT_QPM }] };

export const lengthOf = (sequence: NoteSequence): number =>
  sequence.notes.reduce((end, { endTime = 0 }) => Math.max(end, endTime), sequence.totalTime ?? 0);

export const sketchOf = (primer: NoteSequence): Sketch => ({
  primer,
  written: undefined,
  start: lengthOf(primer),
  length: lengthOf(primer),
});

/** Reads a sketch that was kept as JSON. @throws NOTE_SEQUENCE_INVALID naming the field */
export function parseSketch({ primer, written, start, length, seed }: Sketch): Sketch {
  for (const [name, seconds] of Object.entries({ start, length }))
    if (!(seconds >= 0 && seconds < Infinity))
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        `${name} of the sketch is ${seconds}; expected seconds`,
      );
  return {
    primer: checkedNoteSequence(primer),
    written: written && checkedNoteSequence(written),
    start,
    length,
    ...(seed !== undefined && { seed: String(seed) }),
  };
}

export const qpmOf = ({ primer }: Pick<Sketch, 'primer'>): number => openingTempo(primer);

/** Primer and what was written, as one piece. What replaces its primer from the beginning stands for it. */
export function wholeOf({ primer, written, start, length }: Sketch): NoteSequence {
  if (!written) return primer;
  const given = primer.notes.filter(({ startTime = 0 }) => startTime < start - 1e-6);
  const textAnnotations = [...(primer.textAnnotations ?? []), ...(written.textAnnotations ?? [])];
  return {
    ...primer,
    notes: [...given, ...written.notes],
    ...(textAnnotations.length > 0 && { textAnnotations }),
    totalTime: length,
  };
}

/** A sequence as it is played. */
export const playedNotes = ({ notes }: NoteSequence): PlayedNote[] =>
  notes.map(
    ({ pitch, velocity = 100, startTime = 0, endTime = 0, isDrum = false, program = 0 }) => ({
      pitch, velocity, startTime, endTime, isDrum, program,
    }), // prettier-ignore
  );

export const notesOf = (sketch: Sketch): PlayedNote[] => playedNotes(wholeOf(sketch));

/** Chord symbols at their times. */
export const chordsOf = (sketch: Sketch): { time: number; text: string }[] =>
  (wholeOf(sketch).textAnnotations ?? [])
    .filter(({ annotationType }) => annotationType === CHORD_SYMBOL)
    .map(({ time = 0, text = '' }) => ({ time, text }));

/** A state to come back to. */
interface Step {
  readonly sketch: Sketch;
  readonly kept: readonly number[];
  readonly piece: number;
}

export class Sketches {
  present: Sketch = sketchOf(EMPTY);
  /** Bars of it, counted from 0, that stay when the others are written anew. */
  kept: readonly number[] = [];
  /** The bar that the player chose, counted from 0: one of this piece, not of the next. */
  chosenBar: number | undefined;
  takes: readonly Take[] = [];
  /** The number of the piece that the present state is one of: what was made for one has no place in another. */
  piece = 0;
  private pieces = 0;
  private past: readonly Step[] = [];

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  /** Takes a piece as a page has it: the first is the beginning, before which there is nothing to come back to. */
  begin(sketch: Sketch): void {
    const { primer, written } = this.present;
    if (this.canUndo || written || primer.notes.length > 0) this.push(sketch);
    else this.replace(sketch);
  }

  /** Goes on to a new piece, of which no bar is kept or chosen; {@link undo} comes back to this one. */
  push(sketch: Sketch): void {
    this.change(sketch, []);
    this.piece = ++this.pieces;
    this.chosenBar = undefined;
  }

  /** Goes on to another state of the same piece; {@link undo} comes back to this one. @param kept its bars that stay */
  change(sketch: Sketch, kept = this.kept): void {
    this.past = [...this.past, { sketch: this.present, kept: this.kept, piece: this.piece }];
    this.present = sketch;
    this.kept = kept;
  }

  /** The present state as it grows: no step of its own. */
  replace(sketch: Sketch): void {
    this.present = sketch;
  }

  undo(): void {
    const before = this.past.at(-1);
    if (!before) return;
    this.past = this.past.slice(0, -1);
    this.present = before.sketch;
    this.kept = before.kept;
    this.piece = before.piece;
  }

  /** Nothing where it is kept already. */
  keep(): void {
    const { primer, written } = this.present;
    if (this.takes.some((take) => take.primer === primer && take.written === written)) return;
    this.takes = [...this.takes, { ...this.present, name: this.nextName }];
  }

  private get nextName(): string {
    const numbers = this.takes.map(({ name }) => Number(/^Take (\d+)$/.exec(name)?.[1] ?? 0));
    return `Take ${Math.max(0, ...numbers) + 1}`;
  }

  /** Goes back to a take; what is present now can be come back to. @param samePiece it is another way for the present piece */
  recall({ name: _, ...sketch }: Take, samePiece = false): void {
    if (samePiece) this.change(sketch, []);
    else this.push(sketch);
  }

  forget(take: Take): void {
    this.takes = this.takes.filter((other) => other !== take);
  }
}
