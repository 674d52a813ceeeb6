/** The notes that are held, and the number by which the audio thread knows each. */
import { keyOf, type NoteOrigin } from '../midi/note-origin.js';

interface HeldNote {
  readonly pitch: number;
  readonly note: number;
}

/** Notes are told apart by the number of their origin. Those without one are the page's own, one a pitch. */
export class HeldNotes {
  private readonly notes = new Map<string, HeldNote>();
  private nextNote = 1;

  /** @returns the new note's number, and that of the note it replaces if that very one was held already */
  press(pitch: number, origin?: NoteOrigin): { note: number; replaced: number | undefined } {
    const key = keyOf(pitch, origin);
    const replaced = this.notes.get(key)?.note;
    const note = this.nextNote++;
    // Anew, and so behind all others: the order is that of the keys.
    this.notes.delete(key);
    this.notes.set(key, { pitch, note });
    return { note, replaced };
  }

  /** @returns the note's number, undefined when it was not held */
  release(pitch: number, origin?: NoteOrigin): number | undefined {
    const key = keyOf(pitch, origin);
    const held = this.notes.get(key);
    this.notes.delete(key);
    return held?.note;
  }

  clear(): void {
    this.notes.clear();
  }

  get size(): number {
    return this.notes.size;
  }

  /** Pitches of held notes, each once, the latest first. @param wanted those that are asked for, by number; default: all */
  pitches(wanted: (note: number) => boolean = () => true): number[] {
    const held = [...this.notes.values()].filter(({ note }) => wanted(note)).reverse();
    return [...new Set(held.map(({ pitch }) => pitch))];
  }
}
