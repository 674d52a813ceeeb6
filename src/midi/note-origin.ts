/** The player of a note, which tells it from others of its pitch, from the key or MIDI port to the voice. */

export interface NoteOrigin {
  /** Number of the note, one for the whole page: its note-off has the same. Left out: the page's own note of that pitch. */
  readonly note?: number | undefined;
  /** Number of who bends, holds and silences it together with others: one channel of one MIDI port. Left out: nobody. */
  readonly channel?: number | undefined;
  /** The bend at its beginning, semitones. */
  readonly bend?: number;
}

let last = 0;

/** A number that no note and no channel of the page has. */
export function nextNumber(): number {
  return ++last;
}

/** The identity of a held note: its number, or its pitch where it has none. */
export const keyOf = (pitch: number, origin?: NoteOrigin): string =>
  origin?.note === undefined ? `pitch ${pitch}` : `note ${origin.note}`;
