/**
 * Interpolated Kneser-Ney n-grams (R. Kneser, H. Ney, ICASSP 1995; in the form of S. Chen, J. Goodman, 1999, section 2.7,
 * with one discount): what a model of events has to beat, since it knows nothing but the last few of them.
 *
 * The highest order counts how often an event followed a context, the lower ones in how many different contexts it did; the
 * lowest is mixed with the uniform distribution, so that nothing has probability 0.
 */

/** How often each event followed one context. */
interface Followers {
  total: number;
  readonly counts: Map<number, number>;
}

export class KneserNey {
  /** One table a length of context, 0 to order - 1. */
  private readonly tables: Map<string, Followers>[];

  /**
   * @param order longest n-gram, at least 1; contexts are one event shorter
   * @param classes number of different events
   * @param sequences of classes, 0 to classes - 1
   * @param discount taken off every count, in (0, 1)
   */
  constructor(
    readonly order: number,
    private readonly classes: number,
    sequences: Iterable<ArrayLike<number>>,
    public discount = 0.75,
  ) {
    this.tables = Array.from({ length: order }, () => new Map<string, Followers>());
    for (const sequence of sequences) {
      for (let at = 0; at < sequence.length; at++) this.count(sequence, at);
    }
  }

  /** Probability of the event `sequence[at]` after those before it. */
  probability(sequence: ArrayLike<number>, at: number): number {
    const event = sequence[at];
    let probability = 1 / this.classes;
    for (let length = 0; length <= Math.min(at, this.order - 1); length++) {
      const followers = this.tables[length].get(contextOf(sequence, at, length));
      if (!followers) break;
      const { counts, total } = followers;
      const kept = Math.max(0, (counts.get(event) ?? 0) - this.discount);
      probability = (kept + this.discount * counts.size * probability) / total;
    }
    return probability;
  }

  /** Mean loss per event, nats. */
  loss(sequences: Iterable<ArrayLike<number>>): number {
    let [sum, events] = [0, 0];
    for (const sequence of sequences) {
      for (let at = 0; at < sequence.length; at++) sum -= Math.log(this.probability(sequence, at));
      events += sequence.length;
    }
    return events === 0 ? NaN : sum / events;
  }

  /** Counts the n-gram that ends at `at`, and shorter ones as long as the longer was new. */
  private count(sequence: ArrayLike<number>, at: number): void {
    const event = sequence[at];
    // Where a sequence begins, the longest context there is takes the place of the highest order.
    for (let length = Math.min(at, this.order - 1); length >= 0; length--) {
      const table = this.tables[length];
      const context = contextOf(sequence, at, length);
      let followers = table.get(context);
      if (!followers) table.set(context, (followers = { total: 0, counts: new Map() }));
      const before = followers.counts.get(event) ?? 0;
      followers.counts.set(event, before + 1);
      followers.total++;
      if (before > 0) break;
    }
  }
}

/** The `length` events before `at`, as a key. */
function contextOf(sequence: ArrayLike<number>, at: number, length: number): string {
  let key = '';
  for (let i = at - length; i < at; i++) key += `${sequence[i]},`;
  return key;
}

const DISCOUNTS = [0.2, 0.35, 0.5, 0.65, 0.75, 0.85, 0.95];

/**
 * The best n-gram model of orders 1 to `highest`, order and discount chosen by the loss on `validation`.
 * @returns the model, and its validation loss in nats per event
 */
export function bestKneserNey(
  classes: number,
  train: readonly ArrayLike<number>[],
  validation: readonly ArrayLike<number>[],
  highest = 5,
): { model: KneserNey; loss: number } {
  let best: { model: KneserNey; discount: number; loss: number } | undefined;
  for (let order = 1; order <= highest; order++) {
    const model = new KneserNey(order, classes, train);
    for (const discount of DISCOUNTS) {
      model.discount = discount;
      const loss = model.loss(validation);
      if (!best || loss < best.loss) best = { model, discount, loss };
    }
  }
  if (!best) throw new RangeError('The highest order must be at least 1');
  best.model.discount = best.discount;
  return best;
}
