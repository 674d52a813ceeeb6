/** A checkpoint of the catalogue that was downloaded. */
export interface StoredCheckpoint {
  readonly id: string;
  /** Bytes of all its files, as far as they came. */
  readonly bytes: number;
  /** It is false while a part is missing: fetching it again goes on where it stopped. */
  readonly whole: boolean;
  /** For people; in Node the folder. */
  readonly location: string;
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
