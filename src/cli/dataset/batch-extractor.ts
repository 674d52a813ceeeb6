/**
 * The examples of one batch after the other, in two steps: the pieces are read, then, when it is known on which side of the split
 * each lies, their examples are extracted. It runs in a thread of its own, or in that of the command.
 */
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import type { Batch } from './batches.js';
import { Examples, type ExampleArrays } from './examples.js';
import { extractFitPieces } from './fit-pieces.js';
import { musicOf, type Music } from './same-music.js';
import { readPieces, type SourcePiece, type Unreadable } from './sources.js';
import type { Place, Split } from './splits.js';

export interface ReadPiece {
  readonly name: string;
  readonly music: Music;
}

/** The examples that the pieces of one batch gave to one split. */
export interface SplitExamples {
  /** NoteSequences, and the pieces that they gave. */
  sequences: number;
  pieces: number;
  /** The number of times something was left out, by reason. */
  readonly dropped: Record<string, number>;
  readonly arrays: ExampleArrays;
}

export interface BatchExamples {
  readonly splits: Partial<Record<Split, SplitExamples>>;
  readonly unreadable: readonly Unreadable[];
}

export interface Extractor {
  /** @returns the pieces of the batch, in order */
  read(batch: Batch): Promise<readonly ReadPiece[]>;
  /**
   * @param places of the pieces that were read last; undefined for those that another share takes
   * @throws NOTE_SEQUENCE_INVALID for the first mistake in the batch, also for one that made it unreadable from there on
   */
  extract(places: readonly (Place | undefined)[]): Promise<BatchExamples>;
}

export class BatchExtractor implements Extractor {
  private pieces: SourcePiece[] = [];
  private unreadable: Unreadable[] = [];
  private failure: { readonly cause: unknown } | undefined;

  constructor(private readonly id: ConfigurationId) {}

  async read({ source, ...part }: Batch): Promise<ReadPiece[]> {
    this.pieces = [];
    this.unreadable = [];
    this.failure = undefined;
    try {
      for await (const piece of readPieces(source, (what) => this.unreadable.push(what), part))
        this.pieces.push(piece);
    } catch (cause) {
      this.failure = { cause };
    }
    return this.pieces.map(({ sequence, name }) => ({ name, music: musicOf(sequence) }));
  }

  async extract(places: readonly (Place | undefined)[]): Promise<BatchExamples> {
    const configuration = CONFIGURATIONS[this.id] as Configuration<MusicEvent>;
    const examples = new Map<Split, Examples<MusicEvent>>();
    const counts = new Map<Split, Omit<SplitExamples, 'arrays'>>();
    this.pieces.forEach((piece, i) => {
      const place = places[i];
      if (!place) return;
      const { split, origin } = place;
      const own = examples.get(split) ?? new Examples(configuration);
      const count = counts.get(split) ?? { sequences: 0, pieces: 0, dropped: {} };
      examples.set(split, own);
      counts.set(split, count);
      const { dropped } = count;
      const found = extractFitPieces(this.id, piece, {
        augment: split === 'train',
        onDrop: (reason) => (dropped[reason] = (dropped[reason] ?? 0) + 1),
        onUnreadable: (what) => this.unreadable.push(what),
      });
      for (const { events, controlsAt } of found) own.add(events, controlsAt, origin);
      count.sequences++;
      count.pieces += found.length;
    });
    this.pieces = [];
    if (this.failure) throw this.failure.cause;
    const bySplit = [...examples].map(([split, own]) => [
      split,
      { ...counts.get(split), arrays: own.arrays() },
    ]);
    return {
      splits: Object.fromEntries(bySplit) as BatchExamples['splits'],
      unreadable: this.unreadable,
    };
  }
}
