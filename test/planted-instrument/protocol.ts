/** Methods of a worker that holds a Beeper: those of every model that plays notes. */
import type { NoteMethods, RenderJob } from '../../src/workers/note-methods.js';

/** A timbre is [1]: the share of the octave. */
export type BeeperJob = RenderJob & { readonly latent: Float32Array };

export interface BeeperDescription {
  readonly backend: 'cpu';
  readonly timbres: readonly [];
  readonly bytes: number;
}

export type BeeperMethods = NoteMethods<BeeperJob, BeeperDescription, object>;
