/** Keeps one model in several workers: pieces of work know nothing of each other, so each goes to whichever is free. */
import { availableParallelism } from 'node:os';

const MOST_WORKERS = 8;

export class ModelPool<M extends { dispose(): void }> {
  private constructor(private readonly models: readonly M[]) {}

  /** @param count of workers; as many as there are cores, up to 8 @throws what loading throws */
  static async load<M extends { dispose(): void }>(
    load: () => Promise<M>,
    count = Math.min(MOST_WORKERS, availableParallelism()),
  ): Promise<ModelPool<M>> {
    const models: M[] = [];
    try {
      // One by one: the first brings the file here, the others find it.
      while (models.length < Math.max(1, count)) models.push(await load());
    } catch (error) {
      for (const model of models) model.dispose();
      throw error;
    }
    return new ModelPool(models);
  }

  /** One of the models, which are alike. */
  get first(): M {
    return this.models[0];
  }

  /** `work` for each of the items, as many at a time as there are workers; results in the order of the items. */
  async map<T, R>(items: readonly T[], work: (model: M, item: T) => Promise<R>): Promise<R[]> {
    const results = new Array<R>(items.length);
    let next = 0;
    await Promise.all(
      this.models.map(async (model) => {
        while (next < items.length) {
          const i = next++;
          results[i] = await work(model, items[i]);
        }
      }),
    );
    return results;
  }

  dispose(): void {
    for (const model of this.models) model.dispose();
  }
}
