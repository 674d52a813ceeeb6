/** Notes as they begin and end while somebody plays, out of the sequences that a transcription gives piece by piece. */
import { nextNumber } from '../../midi/note-origin.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';

export interface LiveNote {
  readonly on: boolean;
  readonly pitch: number;
  /** 1-127. */
  readonly velocity: number;
  /** Number of the note, the same at its end. */
  readonly number: number;
  /** Its beginning, seconds of the listening. */
  readonly start: number;
}

export class LiveNotes {
  /** By pitch; `told` of those whose beginning was told. */
  private readonly sounding = new Map<number, { readonly note: LiveNote; readonly told: boolean }>();
  private ended = 0;

  /**
   * Takes all notes so far.
   * @param endedCount so many, the first of them, have ended
   * @returns the changes since the last call, in order: of a note that came and went meanwhile, both
   */
  take({ notes }: NoteSequence, endedCount: number): LiveNote[] {
    const changes: LiveNote[] = [];
    for (const note of notes.slice(this.ended, endedCount))
      changes.push(...this.begin(note), ...this.end(note.pitch));
    for (const note of notes.slice(endedCount)) changes.push(...this.begin(note));
    this.ended = endedCount;
    return changes;
  }

  /** Takes all notes so far as they were found anew. @returns the ends of those that are not among them: none begins in the past */
  retake({ notes }: NoteSequence, endedCount: number): LiveNote[] {
    const now = new Map(notes.slice(endedCount).map((note) => [note.pitch, note]));
    const changes = [...this.sounding.keys()].flatMap((pitch) => (now.has(pitch) ? [] : this.end(pitch)));
    for (const [pitch, note] of now) {
      const before = this.sounding.get(pitch);
      const found = liveNote(note);
      this.sounding.set(pitch, {
        note: before ? { ...found, number: before.note.number } : found,
        told: before?.told ?? false,
      });
    }
    this.ended = endedCount;
    return changes;
  }

  /** @returns the ends of all that sounds */
  endAll(): LiveNote[] {
    return [...this.sounding.keys()].flatMap((pitch) => this.end(pitch));
  }

  private begin(note: Note): LiveNote[] {
    if (this.sounding.get(note.pitch)?.note.start === note.startTime) return [];
    const before = this.end(note.pitch);
    const begun = liveNote(note);
    this.sounding.set(note.pitch, { note: begun, told: true });
    return [...before, begun];
  }

  private end(pitch: number): LiveNote[] {
    const begun = this.sounding.get(pitch);
    this.sounding.delete(pitch);
    return begun?.told ? [{ ...begun.note, on: false }] : [];
  }
}

const liveNote = ({ pitch, velocity = 80, startTime = 0 }: Note): LiveNote => ({
  on: true,
  pitch,
  velocity: Math.max(1, Math.min(127, Math.round(velocity))),
  number: nextNumber(),
  start: startTime,
});
