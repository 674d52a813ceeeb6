/** The models of a page's elements: those that show the same checkpoint have one worker, and its weights once. */
import type { Source } from '../../checkpoints/resolve-source.js';
import type { LoadingOptions } from '../../instruments/network-slot.js';
import { resolveModelSource, type ModelName } from '../../models/registry.js';
import { Shared, keyOf, type Lease } from '../../workers/shared.js';

export interface SharedLoadOptions extends Required<LoadingOptions> {
  readonly configuration?: string;
}

interface SharedModel {
  readonly ended: boolean;
  dispose(): void;
}

const models = new Shared<SharedModel>();

/**
 * Takes a share in a model; who comes first has it loaded. Each piece under way is its own, and the pieces of all are written in turn.
 * @throws what `load` throws
 */
export async function shareModel<T extends SharedModel>(
  name: ModelName,
  source: Source | undefined,
  { configuration, signal, onProgress }: SharedLoadOptions,
  load: (options: SharedLoadOptions) => Promise<T>,
): Promise<Lease<T>> {
  const key = keyOf(resolveModelSource(name, source, {}), name, configuration);
  const lease = await models.acquire(key, (made) => load({ configuration, ...made }), { signal, onProgress });
  return lease as Lease<T>;
}
