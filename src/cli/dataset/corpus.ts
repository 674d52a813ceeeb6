/** The pieces of the inputs for one configuration, with their split, and counts of those left out. */
import type { ConfigurationId } from '../../models/event-rnn/encodings/configurations.js';
import type { Progress } from '../progress.js';
import type { TrainingPiece } from './extraction.js';
import { extractFitPieces } from './fit-pieces.js';
import { findSources, readPieces, type Unreadable } from './sources.js';
import { SPLITS, SplitPlaces, type EqualPiece, type Split, type SplitOptions } from './splits.js';

export interface CorpusOptions extends SplitOptions {
  readonly inputs: readonly string[];
  /** Default: all of them. */
  readonly splits?: readonly Split[];
  readonly progress: Progress;
}

export interface CorpusPiece {
  readonly name: string;
  readonly split: Split;
  /** The examples that the piece gave; a training piece gives all transpositions and tempos. */
  readonly pieces: readonly TrainingPiece[];
}

interface Counts {
  sequences: number;
  readonly dropped: Record<string, number>;
}

export class Corpus {
  readonly unreadable: Unreadable[] = [];
  private readonly places: SplitPlaces;
  private readonly bySplit: Record<Split, Counts> = {
    train: { sequences: 0, dropped: {} },
    validation: { sequences: 0, dropped: {} },
    test: { sequences: 0, dropped: {} },
  };

  constructor(
    private readonly id: ConfigurationId,
    private readonly options: CorpusOptions,
  ) {
    this.places = new SplitPlaces(options);
  }

  /** Pieces with the same notes as an earlier one, on whose side of the split they are. */
  get equal(): readonly EqualPiece[] {
    return this.places.equal;
  }

  counts(split: Split): { readonly sequences: number; readonly dropped: Readonly<Record<string, number>> } {
    return this.bySplit[split];
  }

  /** Why a split may be empty. */
  explain(split: Split): string {
    const { sequences, dropped } = this.bySplit[split];
    const reasons = Object.entries(dropped).map(([reason, count]) => `${reason} (${count})`);
    return `${sequences} sequences were read${reasons.length > 0 ? `, and left out: ${reasons.join(', ')}` : ''}`;
  }

  private drop(split: Split, reason: string): void {
    const { dropped } = this.bySplit[split];
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }

  /** @throws USAGE, NOTE_SEQUENCE_INVALID, and what reading throws */
  async *read(): AsyncGenerator<CorpusPiece> {
    const { inputs, splits = SPLITS, progress } = this.options;
    const sources = await findSources(inputs);
    for (const [i, source] of sources.entries()) {
      progress.update(i, sources.length, source.name);
      if (source.split && !splits.includes(source.split)) continue;
      for await (const piece of readPieces(source, (what) => this.unreadable.push(what))) {
        const { sequence, name } = piece;
        const split = this.places.place(sequence, name, source.split);
        if (!splits.includes(split)) continue;
        this.bySplit[split].sequences++;
        const pieces = extractFitPieces(this.id, piece, {
          augment: split === 'train',
          onDrop: (reason) => this.drop(split, reason),
          onUnreadable: (what) => this.unreadable.push(what),
        });
        progress.update(i, sources.length, `${source.name} ${this.bySplit[split].sequences}`);
        yield { name, split, pieces };
      }
    }
  }
}
