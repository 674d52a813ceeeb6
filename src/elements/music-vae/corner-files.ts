/** The files that corners came from, in windows: the player steps through them. */
import type { NoteSequence } from '../../music/note-sequence.js';

interface OpenedFile {
  readonly pieces: readonly NoteSequence[];
  readonly at: number;
  readonly name: string;
}

export class CornerFiles {
  private readonly files: (OpenedFile | undefined)[] = [];

  set(place: number, pieces: readonly NoteSequence[], name: string): void {
    this.files[place] = { pieces, at: 0, name };
  }

  forget(place: number): void {
    this.files[place] = undefined;
  }

  /** The place of the piece in its file, from 0; undefined where the file has one piece or the corner none. */
  part(place: number): { readonly at: number; readonly of: number } | undefined {
    const file = this.files[place];
    return file && file.pieces.length > 1 ? { at: file.at, of: file.pieces.length } : undefined;
  }

  /** Goes to another window of the file. @returns undefined where there is none */
  step(place: number, by: number): { readonly sequence: NoteSequence; readonly name: string } | undefined {
    const file = this.files[place];
    const sequence = file?.pieces[file.at + by];
    if (!file || !sequence) return undefined;
    this.files[place] = { ...file, at: file.at + by };
    return { sequence, name: file.name };
  }
}
