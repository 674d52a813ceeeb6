/** Methods of the worker that downloads checkpoints of the catalogue and keeps them. */
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';
import type { StoredCheckpoint } from '../../checkpoints/downloads/stored-checkpoint.js';

export interface CheckpointMethods {
  fetch: { args: { readonly source: CheckpointSource }; result: StoredCheckpoint };
  list: { args: object; result: readonly StoredCheckpoint[] };
  /** Forgets one, or all; the result is what was removed. */
  clear: { args: { readonly id?: string }; result: readonly StoredCheckpoint[] };
}
