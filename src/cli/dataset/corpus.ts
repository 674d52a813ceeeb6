/** The pieces of the inputs for one configuration, with their split, and counts of those left out. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { SparseVector } from '../../ops/lstm/network.js';
import type { Progress } from '../progress.js';
import { extractTrainingPieces, type TrainingPiece } from './extraction.js';
import { findSources, isJSONLines, readPieces, type Source, type Unreadable } from './sources.js';
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
      for await (const { sequence, name } of readPieces(source, (what) => this.unreadable.push(what))) {
        const split = this.places.place(sequence, name, source.split);
        if (!splits.includes(split)) continue;
        this.bySplit[split].sequences++;
        const found = this.extract(source, name, () =>
          extractTrainingPieces(this.id, sequence, {
            augment: split === 'train',
            onDrop: (reason) => this.drop(split, reason),
          }),
        );
        progress.update(i, sources.length, `${source.name} ${this.bySplit[split].sequences}`);
        const fit = found.filter((piece) => this.isFit(piece));
        for (let unfit = fit.length; unfit < found.length; unfit++) this.drop(split, 'CONTROL_INVALID');
        yield { name, split, pieces: fit };
      }
    }
  }

  /** Music that cannot be put into steps, such as notes a year apart, is listed if it is a MIDI file, and an error if it is a line of JSON. */
  private extract(source: Source, name: string, work: () => TrainingPiece[]): TrainingPiece[] {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof TimbrelError && cause.code === 'NOTE_SEQUENCE_INVALID')) throw cause;
      const reason = cause.message.replace(/ \[\w+\]$/, '');
      if (isJSONLines(source)) throw new TimbrelError(cause.code, `${name}: ${reason}`, { cause });
      this.unreadable.push({ file: source.file, reason });
      return [];
    }
  }

  /** Chords that a configuration cannot take make a piece unfit for it, and nothing else. */
  private isFit({ events, controlsAt }: TrainingPiece): boolean {
    const { controls } = CONFIGURATIONS[this.id] as Configuration<MusicEvent>;
    if (!controls?.reads.includes('chord') || !controlsAt) return true;
    const scratch = new SparseVector(controls.size);
    try {
      events.forEach((_, position) => {
        scratch.clear();
        controls.write(controlsAt(position), scratch);
      });
      return true;
    } catch (error) {
      if (error instanceof TimbrelError && error.code === 'CONTROL_INVALID') return false;
      throw error;
    }
  }
}
