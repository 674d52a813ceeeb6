/** The same model in several workers: pieces know nothing of each other, so each goes to whichever is free. */
import { availableParallelism } from 'node:os';
import type { EventModelName } from '../../models/event-rnn/protocol.js';
import { EventRNN, type EventModelLoadOptions } from '../../models/event-rnn/event-rnn.js';

const MOST_WORKERS = 8;

export class ModelPool {
  private constructor(private readonly models: readonly EventRNN[]) {}

  /** @throws what loading throws */
  static async load(
    model: EventModelName,
    source: string,
    options: EventModelLoadOptions,
    count = Math.min(MOST_WORKERS, availableParallelism()),
  ): Promise<ModelPool> {
    // One by one: where the first fails, there is nothing to put away.
    const models = [await EventRNN.load(model, source, options)];
    while (models.length < count) models.push(await EventRNN.load(model, source, options));
    return new ModelPool(models);
  }

  get description() {
    return this.models[0].description;
  }

  /** `work` for each of the items, as many at a time as there are workers; results in the order of the items. */
  async map<T, R>(items: readonly T[], work: (model: EventRNN, item: T) => Promise<R>): Promise<R[]> {
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
