/** The notes that are kept are listed and cleared by this id, as if they were a checkpoint. It is their folder. */
export const NOTES_FOLDER = 'nsynth/notes';
/** Their files end so. */
export const NOTE_ENDING = '.note';

/** A checkpoint of the catalogue that was downloaded; or all notes that were decoded and kept. */
export interface StoredCheckpoint {
  readonly id: string;
  /** Bytes of all its files, as far as they came. */
  readonly bytes: number;
  /** It is false while a part is missing: fetching it again goes on where it stopped. */
  readonly whole: boolean;
  /** For people; in Node the folder. */
  readonly location: string;
  /** The number of notes, where it is notes: these are too many to be listed. */
  readonly notes?: number;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly whole: boolean;
    /** The hash of the content as it came, hexadecimal. */
    readonly sha256?: string;
    /** The address. */
    readonly from?: string;
  }[];
}
