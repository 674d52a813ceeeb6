/** Baselines that a model has to beat: guesses that know its classes, and at most the last four of them. */
import type { MusicEvent } from '../../music/events.js';
import type { Configuration } from '../../models/event-rnn/encodings/configurations.js';
import { NGramCounts, bestKneserNey } from '../../music/n-gram.js';

export const HIGHEST_ORDER = 5;
/** The first event of a piece is context only, as it is to a model. */
const FIRST_JUDGED = 1;

export interface Baselines {
  /** Nats per event, of all classes alike. */
  readonly uniform: number;
  /** The loss of guesses by how often classes are. */
  readonly unigram: number;
  /** The best order and discount, as validation has it. */
  readonly kneserNey: {
    readonly order: number;
    readonly discount: number;
    readonly loss: number;
    readonly validationLoss: number;
  };
  /** Each order with its best discount. */
  readonly orders: readonly {
    readonly order: number;
    readonly discount: number;
    readonly loss: number;
    readonly validationLoss: number;
  }[];
  readonly trainingEvents: number;
  /** Memory that the counts took, bytes. */
  readonly bytes: number;
}

/** The classes that the encoder makes of events: the alphabet of the model, repeats of earlier bars included. */
export function labelsOf(
  { encoding }: Pick<Configuration<MusicEvent>, 'encoding'>,
  events: readonly MusicEvent[],
): Uint16Array {
  return Uint16Array.from(events, (_, position) => encoding.labels(events, position)[0]);
}

export class BaselineTraining {
  private readonly counts: NGramCounts;
  private readonly validation: Uint16Array[] = [];
  private trainingEvents = 0;

  constructor(private readonly configuration: Pick<Configuration<MusicEvent>, 'encoding'>) {
    this.counts = new NGramCounts(configuration.encoding.classes[0], HIGHEST_ORDER);
  }

  train(events: readonly MusicEvent[]): void {
    this.counts.add(labelsOf(this.configuration, events));
    this.trainingEvents += events.length;
  }

  validate(events: readonly MusicEvent[]): void {
    this.validation.push(labelsOf(this.configuration, events));
  }

  /** Names the missing split in words, or returns undefined where none is missing. */
  get missing(): string | undefined {
    if (this.trainingEvents === 0) return 'training pieces to count';
    return this.validation.length === 0 ? 'validation pieces to tune on' : undefined;
  }

  judge(pieces: readonly (readonly MusicEvent[])[]): Baselines {
    const { counts, configuration } = this;
    const labels = pieces.map((events) => labelsOf(configuration, events));
    const { model, orders: tuned } = bestKneserNey(counts, this.validation, FIRST_JUDGED);
    const discounts = [...new Set(tuned.map(({ discount }) => discount))];
    const losses = counts.losses(labels, discounts, FIRST_JUDGED);
    const orders = tuned.map(({ order, discount, loss: validationLoss }) => ({
      order,
      discount,
      loss: losses[order - 1][discounts.indexOf(discount)],
      validationLoss,
    }));
    return {
      uniform: Math.log(counts.classes),
      unigram: orders[0].loss,
      kneserNey: orders[model.order - 1],
      orders,
      trainingEvents: this.trainingEvents,
      bytes: counts.bytes,
    };
  }
}
