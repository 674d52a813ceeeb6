/**
 * Interpolated Kneser-Ney n-grams (R. Kneser, H. Ney, ICASSP 1995; in the form of S. Chen, J. Goodman, 1999, section 2.7,
 * with one discount): what a model of events has to beat, since it knows nothing but the last few of them.
 *
 * The highest order counts how often an event followed a context, the lower ones in how many different contexts it did; where a
 * sequence begins, the longest context there is takes the place of the highest order. The lowest is mixed with the uniform
 * distribution, so that nothing has probability 0.
 */
import { NGramTable } from './n-gram-table.js';

/** The counts of all n-grams. Orders share them: what the lower ones count does not depend on the highest. */
export class NGramCounts {
  /** [length] n-grams of that length; of length 0 there is one. */
  private readonly tables: NGramTable[];

  /**
   * @param classes number of different events, at most 65,536
   * @param highest longest n-gram, at least 1
   */
  constructor(
    readonly classes: number,
    readonly highest: number,
    sequences: Iterable<ArrayLike<number>> = [],
  ) {
    if (!(highest >= 1)) throw new RangeError('The highest order must be at least 1');
    this.tables = Array.from({ length: highest + 1 }, () => new NGramTable());
    this.tables[0].rowOf(0, 0);
    for (const sequence of sequences) this.add(sequence);
  }

  /** Memory, bytes. */
  get bytes(): number {
    return this.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @param sequence a whole piece, classes from 0 to classes - 1 */
  add(sequence: ArrayLike<number>): void {
    const { tables, highest } = this;
    /** [length] Row of the n-gram that ends before the event, and with it. */
    let before = new Uint32Array(highest + 1);
    let after = new Uint32Array(highest + 1);
    for (let at = 0; at < sequence.length; at++) {
      const event = sequence[at];
      let longerIsNew = false;
      for (let length = Math.min(at + 1, highest); length >= 1; length--) {
        const [context, table] = [tables[length - 1], tables[length]];
        const prefix = before[length - 1];
        const { size } = table;
        const row = table.rowOf(prefix, event);
        const isNew = row === size;
        after[length] = row;
        table.occurred[row]++;
        context.followed[prefix]++;
        if (isNew) context.followers[prefix]++;
        // One context more; where the piece begins there is none longer, and every occurrence counts.
        if (longerIsNew || length === at + 1) {
          table.contexts[row]++;
          context.followedContexts[prefix]++;
        }
        longerIsNew = isNew;
      }
      [before, after] = [after, before];
    }
  }

  /**
   * Goes along a sequence.
   * @param visit told at each position of the probability of the event there, [order - 1][discount]; overwritten by the next
   */
  along(
    sequence: ArrayLike<number>,
    discounts: readonly number[],
    visit: (probabilities: readonly Float64Array[], at: number) => void,
  ): void {
    const { tables, highest, classes } = this;
    const probabilities = Array.from({ length: highest }, () => new Float64Array(discounts.length));
    const lower = new Float64Array(discounts.length);
    /** [length] Row of the n-gram that ends before the event, and with it; -1 where it never occurred. */
    let before = new Int32Array(highest + 1).fill(-1);
    let after = new Int32Array(highest + 1).fill(-1);
    before[0] = after[0] = 0;
    for (let at = 0; at < sequence.length; at++) {
      const event = sequence[at];
      lower.fill(1 / classes);
      for (let length = 1; length <= highest; length++) {
        const [context, table] = [tables[length - 1], tables[length]];
        const prefix = before[length - 1];
        const here = probabilities[length - 1];
        const followers = prefix < 0 ? 0 : context.followers[prefix];
        const row = followers > 0 ? table.find(prefix, event) : -1;
        after[length] = row;
        if (followers === 0) {
          here.set(lower);
          continue;
        }
        const [occurred, contexts] = row < 0 ? [0, 0] : [table.occurred[row], table.contexts[row]];
        const [followed, followedContexts] = [context.followed[prefix], context.followedContexts[prefix]];
        discounts.forEach((discount, d) => {
          const left = discount * followers * lower[d];
          here[d] = (Math.max(0, occurred - discount) + left) / followed;
          lower[d] = (Math.max(0, contexts - discount) + left) / followedContexts;
        });
      }
      visit(probabilities, at);
      [before, after] = [after, before];
    }
  }

  /**
   * Mean losses per event.
   * @param from position of a sequence from which events count, default 0; what comes before is context
   * @returns [order - 1][discount] nats
   */
  losses(sequences: Iterable<ArrayLike<number>>, discounts: readonly number[], from = 0): Float64Array[] {
    const sums = Array.from({ length: this.highest }, () => new Float64Array(discounts.length));
    let events = 0;
    for (const sequence of sequences) {
      this.along(sequence, discounts, (probabilities, at) => {
        if (at < from) return;
        events++;
        for (let order = 0; order < sums.length; order++) {
          for (let d = 0; d < discounts.length; d++) sums[order][d] -= Math.log(probabilities[order][d]);
        }
      });
    }
    return sums.map((sum) => sum.map((value) => value / events));
  }
}

/** One order and one discount. */
export class KneserNey {
  /**
   * @param order longest n-gram, from 1 to that of the counts; contexts are one event shorter
   * @param discount taken off every count, in (0, 1)
   */
  constructor(
    private readonly counts: NGramCounts,
    readonly order: number,
    readonly discount = 0.75,
  ) {}

  /** Probability of the event `sequence[at]` after those before it. */
  probability(sequence: ArrayLike<number>, at: number): number {
    let probability = NaN;
    const known = Array.from({ length: at + 1 }, (_, i) => sequence[i]);
    this.counts.along(known, [this.discount], (probabilities, position) => {
      if (position === at) probability = probabilities[this.order - 1][0];
    });
    return probability;
  }

  /** Mean loss per event, nats; see {@link NGramCounts.losses}. */
  loss(sequences: Iterable<ArrayLike<number>>, from = 0): number {
    return this.counts.losses(sequences, [this.discount], from)[this.order - 1][0];
  }
}

const DISCOUNTS = [0.2, 0.35, 0.5, 0.65, 0.75, 0.85, 0.95, 0.98];

/**
 * The best n-gram model of all orders, order and discount chosen by the loss on `validation`.
 * @param from as for {@link NGramCounts.losses}
 * @returns the model, its validation loss, and of each order the best; nats per event
 */
export function bestKneserNey(
  counts: NGramCounts,
  validation: Iterable<ArrayLike<number>>,
  from = 0,
): { model: KneserNey; loss: number; orders: { order: number; discount: number; loss: number }[] } {
  const orders = counts.losses(validation, DISCOUNTS, from).map((losses, i) => {
    const loss = Math.min(...losses);
    return { order: i + 1, discount: DISCOUNTS[losses.indexOf(loss)] ?? DISCOUNTS[0], loss };
  });
  const best = orders.reduce((a, b) => (b.loss < a.loss ? b : a));
  return { model: new KneserNey(counts, best.order, best.discount), loss: best.loss, orders };
}
