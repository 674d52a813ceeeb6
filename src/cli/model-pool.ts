/** Keeps one model in several workers: pieces of work know nothing of each other, so each goes to whichever is free. */
import { availableParallelism } from 'node:os';
import { wholeNumber, type Options } from './options.js';

/** Each has the weights for itself. */
const MOST_WORKERS = 8;

export const JOBS_OPTION = {
  jobs: {
    type: 'number',
    description: `Models that work at once; by default as many as there are cores, up to ${MOST_WORKERS}`,
  },
} as const satisfies Options;

/**
 * Counts the workers for some pieces of work: no more than pieces.
 * @param jobs of {@link JOBS_OPTION}
 * @throws USAGE
 */
export function workersFor(jobs: number | undefined, pieces: number): number {
  const most =
    jobs === undefined ? Math.min(MOST_WORKERS, availableParallelism()) : wholeNumber('jobs', jobs, 1);
  return Math.max(1, Math.min(most, pieces));
}

export class ModelPool<M extends { dispose(): void }> {
  private readonly givenUp = new AbortController();
  private readonly others: readonly Promise<M>[];

  private constructor(
    /** One of the models, which are alike. */
    readonly first: M,
    load: (signal: AbortSignal) => Promise<M>,
    others: number,
  ) {
    this.others = Array.from({ length: others }, () => load(this.givenUp.signal));
    // What they reject with is told by `map`; where nothing is left to do, nobody asks.
    for (const other of this.others) other.catch(() => {});
  }

  /**
   * Loads one model, which brings the file here and may begin to work, and then the others.
   * @param load of each; the signal gives up what is no longer needed
   * @param count of workers; by default as many as {@link workersFor} says of much work
   * @throws what loading the first throws
   */
  static async load<M extends { dispose(): void }>(
    load: (signal?: AbortSignal) => Promise<M>,
    count = workersFor(undefined, Infinity),
  ): Promise<ModelPool<M>> {
    return new ModelPool(await load(), load, count - 1);
  }

  /** `work` for each of the items, as many at a time as there are workers; results in the order of the items. */
  map<T, R>(items: readonly T[], work: (model: M, item: T) => Promise<R>): Promise<R[]> {
    const results = new Array<R>(items.length);
    let [next, done] = [0, 0];
    return new Promise((resolve, reject) => {
      if (items.length === 0) resolve(results);
      const takeTurns = async (model: M) => {
        while (next < items.length) {
          const i = next++;
          results[i] = await work(model, items[i]);
          if (++done === items.length) resolve(results);
        }
      };
      // Nothing waits for a model that comes when all is done.
      for (const model of [this.first, ...this.others]) Promise.resolve(model).then(takeTurns).catch(reject);
    });
  }

  dispose(): void {
    this.givenUp.abort();
    this.first.dispose();
    for (const other of this.others)
      other.then(
        (model) => model.dispose(),
        () => {},
      );
  }
}
