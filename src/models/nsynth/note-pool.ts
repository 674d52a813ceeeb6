/** NSynth's notes for instruments. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { notePools, type NotePoolOf } from '../../workers/note-pool.js';
import type { Lease } from '../../workers/shared.js';
import type { Spawn } from '../../workers/spawn.js';
import { loadArgs, type NSynthLoadOptions } from './nsynth.js';
import type { NSynthDescription, NSynthJob, NSynthMethods, NSynthOptions } from './protocol.js';

export type NSynthPool = NotePoolOf<NSynthJob, NSynthDescription, NSynthMethods, never>;

/**
 * @param spawn starts the workers, in tests
 * @returns loads a pool, or takes a share in one with the same checkpoint and backend; it throws what NSynth.load throws
 */
export function nsynthPools(spawn?: Spawn) {
  const pools = notePools<NSynthJob, NSynthDescription, NSynthOptions, NSynthMethods>('nsynth', spawn);
  return (
    source: Source | undefined,
    { workers, signal, onProgress, ...options }: NSynthLoadOptions & { readonly workers?: number },
  ): Promise<Lease<NSynthPool>> => {
    const { source: files, backend, precision } = loadArgs(source, options);
    return pools(files, { backend, precision }, { workers, signal, onProgress });
  };
}
