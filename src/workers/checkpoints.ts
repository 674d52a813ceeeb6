/** Checkpoints of the catalogue as the user's own: fetched, listed, cleared. The worker downloads and writes. */
import { CATALOGUE, type CatalogueEntry } from '../checkpoints/catalogue.js';
import { resolveSource, type DownloadOptions } from '../checkpoints/resolve-source.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { StoredCheckpoint } from '../checkpoints/downloads/stored-checkpoint.js';
import { ModelClient, type RequestOptions, type UnnumberedRequest } from './client.js';

export type { CatalogueEntry } from '../checkpoints/catalogue.js';

/** Every checkpoint that can be named, with its size and what it needs. */
export const catalogue: readonly CatalogueEntry[] = CATALOGUE;

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
export async function fetchCheckpoint(
  id: string,
  { mirrors, ...options }: FetchOptions = {},
): Promise<StoredCheckpoint> {
  const source = resolveSource(id, { mirrors });
  if (source.kind !== 'published') {
    throw new TimbrelError(
      'CHECKPOINT_UNKNOWN',
      `${id} is ${source.kind === 'urls' ? 'in the package: it is there already' : 'no id of the catalogue'}`,
    );
  }
  const [stored] = await ask({ type: 'fetchCheckpoint', source }, options);
  return stored;
}

/** What was downloaded, whole or in part. */
export const listCheckpoints = (): Promise<readonly StoredCheckpoint[]> => ask({ type: 'listCheckpoints' });

/**
 * Removes what was downloaded: of one id, or all.
 * @returns what was removed
 * @throws CHECKPOINT_MISSING where nothing of `id` is there, STORAGE_FAILED
 */
export const clearCheckpoints = (id?: string): Promise<readonly StoredCheckpoint[]> =>
  ask({ type: 'clearCheckpoints', checkpoint: id });

async function ask(
  request: UnnumberedRequest,
  options: RequestOptions = {},
): Promise<readonly StoredCheckpoint[]> {
  const client = new ModelClient();
  try {
    const answer = await client.request(request, options);
    if (answer.type === 'checkpoints') return answer.checkpoints;
    throw new TimbrelError('INTERNAL', `The worker answered ${answer.type} to ${request.type}`);
  } finally {
    client.terminate();
  }
}
