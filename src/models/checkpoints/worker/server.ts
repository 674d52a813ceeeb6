/** Downloads checkpoints of the catalogue, and keeps them. */
import { clearStored, fetchPublished, listStored } from '../../../checkpoints/downloads/published.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Server } from '../../../workers/server.js';
import type { CheckpointMethods } from '../protocol.js';

export const createServer = (): Server<CheckpointMethods> => ({
  fetch({ source }, { signal, onProgress }) {
    if (source.kind !== 'published')
      throw new TimbrelError('CHECKPOINT_UNKNOWN', 'Only checkpoints of the catalogue are kept');
    return fetchPublished(source, { signal, onProgress });
  },
  list: () => listStored(),
  clear: ({ id }) => clearStored(id),
});
