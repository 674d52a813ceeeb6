/** Which pitches are held, and by which note number the audio thread knows them. */
export class HeldNotes {
  private readonly notes = new Map<number, number>();
  private nextNote = 1;

  /** @returns the new note's number, and that of the note it replaces if the pitch was held already */
  press(pitch: number): { note: number; replaced: number | undefined } {
    const replaced = this.notes.get(pitch);
    const note = this.nextNote++;
    this.notes.set(pitch, note);
    return { note, replaced };
  }

  /** @returns the note's number, undefined when the pitch was not held */
  release(pitch: number): number | undefined {
    const note = this.notes.get(pitch);
    this.notes.delete(pitch);
    return note;
  }

  clear(): void {
    this.notes.clear();
  }

  get size(): number {
    return this.notes.size;
  }

  /** Held pitches, the latest first. */
  pitches(): number[] {
    return [...this.notes.keys()].reverse();
  }
}
