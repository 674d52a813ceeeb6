/** JSON files beside the weights. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Files } from '../sources/file-set.js';
import { parseJSON, rejectPage } from './manifest.js';

/** Bytes of a manifest or another JSON file, at most: the largest known has 60 kB. */
export const MAX_JSON = 2 ** 24;

/** @returns undefined where there is none. @throws CHECKPOINT_FORMAT, ABORTED */
export async function readOptionalJSON(files: Files, name: string, signal?: AbortSignal): Promise<unknown> {
  const source = files.open(name);
  let bytes: Uint8Array;
  try {
    bytes = await source.readAll({ signal, limit: MAX_JSON });
    rejectPage(bytes, source.location);
  } catch (error) {
    // Also a page in its place: that is how many servers say that a file is not there.
    if (error instanceof TimbrelError && error.code !== 'ABORTED') return undefined;
    throw error;
  }
  return parseJSON(bytes, source.location);
}
