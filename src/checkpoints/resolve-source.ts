import type { CheckpointSource } from '../messages/model-worker.js';
export function resolveSource(source: undefined | string | readonly File[]): CheckpointSource {
  if (source === undefined) return { kind: 'folder', base: new URL('./checkpoints/gansynth-small/', import.meta.url).href };
  if (typeof source !== 'string') return { kind: 'files', files: source };
  const base = typeof location === 'object' ? new URL(source, location.href).href : source;
  return { kind: 'folder', base: base.endsWith('/') ? base : `${base}/` };
}
