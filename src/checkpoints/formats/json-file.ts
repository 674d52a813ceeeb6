/** JSON files beside the weights. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { CheckpointFiles } from '../sources/files.js';
import { parseJSON, rejectPage } from './manifest.js';

/** Of a manifest or another JSON file, bytes: the largest known has 60 kB. */
export const MAX_JSON = 2 ** 24;

/** @returns undefined where there is none. @throws CHECKPOINT_FORMAT, ABORTED */
export async function readOptionalJSON(
  files: CheckpointFiles,
  name: string,
  signal?: AbortSignal,
): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(name, { signal, limit: MAX_JSON });
    rejectPage(bytes, files.locate(name));
  } catch (error) {
    // Also a page in its place: that is how many servers say that a file is not there.
    if (error instanceof TimbrelError && error.code !== 'ABORTED') return undefined;
    throw error;
  }
  return parseJSON(bytes, files.locate(name));
}
