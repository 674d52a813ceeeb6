/** The notes of a piece that is written event by event: what is new, and all so far. */
import type { Note, NoteSequence, QuantizedNote } from '../../music/note-sequence.js';
import type { GrowingNotes } from '../../music/growing-notes.js';

/**
 * The news of a piece that is written, in the time of the sequence that it goes on with, or of a recording that is heard. All that was told
 * as ended, and what sounds in the latest, is the piece so far.
 */
export interface NewNotes {
  /** Notes that have ended since the call before: they stay as they are, and do not come again. */
  readonly notes: readonly Note[];
  /** Notes that have not ended, as long as they are so far; the next call has them again, longer or ended. */
  readonly sounding: readonly Note[];
  /** All up to here is known, seconds. */
  readonly totalTime: number;
}

/** The way from events to notes, from the first that is written. */
export interface NoteReading<E> {
  readonly growing: GrowingNotes<E>;
  /** @param before the note that ended before the first of them */
  inSeconds(notes: readonly QuantizedNote[], before: QuantizedNote | undefined): Note[];
  secondsOf(step: number): number;
}

export class WrittenNotes<E> {
  private readonly ended: Note[] = [];
  private sounding: readonly Note[] = [];
  private last: QuantizedNote | undefined;

  /**
   * @param head the fields of the sequence, without notes
   * @param from seconds; notes that begin before were not written here
   */
  constructor(
    private readonly reading: NoteReading<E>,
    private readonly head: Partial<NoteSequence>,
    private readonly from: number,
  ) {
    reading.growing.ended.length = 0;
  }

  /** @returns what these events bring */
  read(events: readonly E[]): NewNotes {
    const { growing } = this.reading;
    for (const event of events) growing.read(event);
    const ended = growing.ended.splice(0);
    const notes = this.reading.inSeconds([...ended, ...growing.open()], this.last);
    this.last = ended.at(-1) ?? this.last;
    const isOurs = ({ startTime = 0 }: Note) => startTime >= this.from - 1e-9;
    const fresh = notes.slice(0, ended.length).filter(isOurs);
    for (const note of fresh) this.ended.push(note);
    this.sounding = notes.slice(ended.length).filter(isOurs);
    return { notes: fresh, sounding: this.sounding, totalTime: this.totalTime };
  }

  /** All so far. */
  get sequence(): NoteSequence {
    return { ...this.head, notes: [...this.ended, ...this.sounding], totalTime: this.totalTime };
  }

  private get totalTime(): number {
    return this.reading.secondsOf(this.reading.growing.step);
  }
}
