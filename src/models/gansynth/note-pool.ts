/** GANSynth's notes for instruments. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { notePools, type NotePoolOf } from '../../workers/note-pool.js';
import type { Lease } from '../../workers/shared.js';
import { loadArgs, type GANSynthLoadOptions } from './gansynth.js';
import type {
  BackendChange,
  GANSynthDescription,
  GANSynthJob,
  GANSynthMethods,
  GANSynthSettings,
} from './protocol.js';

export type GANSynthPool = NotePoolOf<GANSynthJob, GANSynthDescription, GANSynthMethods, BackendChange>;

const pools = notePools<GANSynthJob, GANSynthDescription, GANSynthSettings, GANSynthMethods, BackendChange>(
  'gansynth',
);

/**
 * Loads a pool, or takes a share in one with the same checkpoint and backend.
 * @param options workers: how many, default as cores and memory allow
 * @throws what GANSynth.load throws
 */
export function acquireGANSynthPool(
  source: Source | undefined,
  { workers, signal, onProgress, ...options }: GANSynthLoadOptions & { readonly workers?: number },
): Promise<Lease<GANSynthPool>> {
  const { source: files, ...settings } = loadArgs(source, options);
  return pools(files, settings, { workers, signal, onProgress });
}
