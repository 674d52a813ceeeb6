/** The messages about loading a checkpoint: the source goes to the worker, the progress comes back. */

/** The place of a checkpoint, after the public `source` argument was resolved. Structured-cloneable. */
export type CheckpointSource =
  /** A folder: `weights_manifest.json` and shards below `base` (URL ending in '/', or a path in Node). */
  | { readonly kind: 'folder'; readonly base: string }
  /** A file, a TensorFlow prefix or a folder, as it turns out: URL, or a path in Node. */
  | { readonly kind: 'address'; readonly address: string }
  /** Named files, each at a URL of its own (bundlers rename assets); `id` of the catalogue, where it has one. */
  | { readonly kind: 'urls'; readonly id?: string; readonly files: Readonly<Record<string, string>> }
  /** One of the catalogue: a folder below `base`, or its `file` alone. A mirror has a folder for each id. */
  | {
      readonly kind: 'published';
      readonly id: string;
      readonly base: string;
      readonly file?: string;
      readonly mirrors: readonly string[];
      /** A flag: the download is kept, and a kept one is used. */
      readonly keep: boolean;
      /** To be downloaded, where that is known; perhaps rounded. */
      readonly bytes?: number;
    }
  /** Files the user dropped. */
  | {
      readonly kind: 'files';
      readonly files: readonly File[];
      /** Their names: a file that crosses threads in Node 20 loses its own. */
      readonly names?: readonly string[];
    };

export interface LoadProgress {
  readonly stage: 'download' | 'prepare';
  /** Bytes so far. */
  readonly loaded: number;
  /** Bytes in all; 0 while unknown. */
  readonly total: number;
}
