import type { NamedTimbre } from '../messages/model-worker.js';
import type { Checkpoint } from './checkpoint.js';
export async function readTimbres(checkpoint: Checkpoint, _size: number): Promise<NamedTimbre[]> {
  const file = (await checkpoint.readJSON('timbres.json')) as { timbres: { name: string; family: string; latent: number[] }[] } | undefined;
  return file?.timbres.map(({ name, family, latent }) => ({ name, family, latent: Float32Array.from(latent) })) ?? [];
}
