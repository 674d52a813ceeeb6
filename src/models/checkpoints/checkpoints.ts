/** Checkpoints of the catalogue as the user's own: fetched, listed, cleared. The worker downloads and writes. */
import { CATALOGUE, type NamedCheckpoint } from '../../checkpoints/catalogue.js';
import { resolveSource, type DownloadOptions } from '../../checkpoints/resolve-source.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import type { StoredCheckpoint } from '../../checkpoints/downloads/stored-checkpoint.js';
import { checkedOptions } from '../../errors/check-arguments.js';
import { WorkerClient, type CallOptions } from '../../workers/client.js';
import { MODELS, MODEL_NAMES } from '../registry.js';
import type { CheckpointMethods } from './protocol.js';

export interface CatalogueEntry extends NamedCheckpoint {
  /** It is false where this version has no such class: such a checkpoint can be fetched and converted, not played. */
  readonly playable: boolean;
}

/** Every checkpoint that can be named, with its size and what it needs. */
export const catalogue: readonly CatalogueEntry[] = CATALOGUE.map((entry) => ({
  ...entry,
  playable: Object.hasOwn(MODELS, entry.model),
}));

export interface FetchOptions extends Pick<DownloadOptions, 'mirrors'> {
  /** Stops: the promise rejects with ABORTED, and what came stays, to go on from another time. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Downloads a checkpoint of the catalogue, to be there when it is loaded, also without a network.
 * @throws CHECKPOINT_UNKNOWN, CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT, CHECKPOINT_DAMAGED, STORAGE_FULL,
 *   STORAGE_FAILED, ABORTED, WORKER_FAILED
 */
export async function fetchCheckpoint(id: string, options?: FetchOptions): Promise<StoredCheckpoint> {
  const { mirrors, ...rest } = checkedOptions(options, { mirrors: true, signal: true, onProgress: true });
  const source = resolveSource(id, { mirrors, models: MODEL_NAMES });
  if (source.kind !== 'published') {
    throw new TimbrelError(
      'CHECKPOINT_UNKNOWN',
      `${id} is ${source.kind === 'urls' ? 'in the package: it is there already' : 'no id of the catalogue'}`,
    );
  }
  return ask('fetch', { source }, rest);
}

/** Lists the downloaded checkpoints, whole or in part. */
export const listCheckpoints = (): Promise<readonly StoredCheckpoint[]> => ask('list', {});

/**
 * Removes what was downloaded: of one id, or all.
 * @returns what was removed
 * @throws CHECKPOINT_MISSING where nothing of `id` is there, STORAGE_FAILED
 */
export const clearCheckpoints = (id?: string): Promise<readonly StoredCheckpoint[]> => ask('clear', { id });

async function ask<K extends keyof CheckpointMethods>(
  method: K,
  args: CheckpointMethods[K]['args'],
  options: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<CheckpointMethods[K]['result']> {
  const worker = new WorkerClient<CheckpointMethods>('checkpoints');
  try {
    return await worker.call(method, args, options);
  } finally {
    worker.terminate();
  }
}
