/** The examples of a dataset as they come, in order: pieces are placed in splits, their arrays written, what was left out counted. */
import path from 'node:path';
import type { BatchExamples } from './batch-extractor.js';
import { ExampleFiles } from './example-files.js';
import type { Music } from './same-music.js';
import type { Unreadable } from './sources.js';
import { SPLITS, SplitPlaces, type EqualPiece, type Place, type Split, type SplitOptions } from './splits.js';
import { isOfShare, type Share } from '../shard.js';

export interface SplitSummary {
  /** NoteSequences read, pieces they gave, and events to learn. */
  readonly sequences: number;
  readonly pieces: number;
  readonly events: number;
  /** The number of times something was left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface WriterOptions extends SplitOptions {
  /** Default: all. */
  readonly share?: Share;
}

interface Part {
  readonly files: ExampleFiles;
  sequences: number;
  pieces: number;
  readonly dropped: Record<string, number>;
}

export class DatasetWriter {
  private readonly places: SplitPlaces;
  private readonly unreadable: Unreadable[] = [];
  private placed = 0;

  private constructor(
    private readonly parts: Readonly<Record<Split, Part>>,
    private readonly options: WriterOptions,
  ) {
    this.places = new SplitPlaces(options);
  }

  /** @throws what making and opening files throws */
  static async create(folder: string, options: WriterOptions): Promise<DatasetWriter> {
    const parts = {} as Record<Split, Part>;
    for (const split of SPLITS) {
      const files = await ExampleFiles.create(path.join(folder, split));
      parts[split] = { files, sequences: 0, pieces: 0, dropped: {} };
    }
    return new DatasetWriter(parts, options);
  }

  /** NoteSequences that were placed, those of other shares among them. */
  get read(): number {
    return this.placed;
  }

  /**
   * @param given the split of its file, where that has one
   * @returns undefined for a piece of another share; those with the same keys are in one, so that equal ones are
   */
  place(music: Music, name: string, given?: Split): Place | undefined {
    const origin = this.placed++;
    const { share } = this.options;
    if (share && !isOfShare(share, music.keys)) return undefined;
    return { split: this.places.placeMusic(music, name, given), origin };
  }

  async write({ splits, unreadable }: BatchExamples): Promise<void> {
    this.unreadable.push(...unreadable);
    for (const split of SPLITS) {
      const found = splits[split];
      if (!found) continue;
      const part = this.parts[split];
      part.sequences += found.sequences;
      part.pieces += found.pieces;
      for (const [reason, count] of Object.entries(found.dropped))
        part.dropped[reason] = (part.dropped[reason] ?? 0) + count;
      await part.files.append(found.arrays);
    }
  }

  /** The files have their names from here on. */
  async finish(): Promise<void> {
    for (const split of SPLITS) await this.parts[split].files.finish();
  }

  /** Takes away what was written. */
  async discard(): Promise<void> {
    for (const split of SPLITS) await this.parts[split].files.discard();
  }

  summary(): {
    readonly splits: Readonly<Record<Split, SplitSummary>>;
    readonly unreadable: readonly Unreadable[];
    readonly equal?: readonly EqualPiece[];
  } {
    const summaries = SPLITS.map((split) => {
      const { files, sequences, pieces, dropped } = this.parts[split];
      return [split, { sequences, pieces, events: files.count, dropped }];
    });
    const { equal } = this.places;
    return {
      splits: Object.fromEntries(summaries) as Record<Split, SplitSummary>,
      unreadable: this.unreadable,
      ...(equal.length > 0 && { equal }),
    };
  }
}
