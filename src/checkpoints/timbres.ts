/**
 * `timbres.json` beside a manifest: latents that have names. Ours; other checkpoints have none.
 *
 *     {"format": "timbrel-timbres-1", "latentSize": 256, "timbres": [{"name": "flute", "family": "pipe", "latent": [...]}]}
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { Checkpoint } from './checkpoint.js';

export interface NamedTimbre {
  readonly name: string;
  /** General MIDI family, e.g. 'mallet'. */
  readonly family: string;
  readonly latent: Float32Array;
}

const FILE = 'timbres.json';

/** @throws CHECKPOINT_FORMAT */
export async function readTimbres(
  checkpoint: Pick<Checkpoint, 'readJSON'>,
  latentSize: number,
): Promise<NamedTimbre[]> {
  const content = (await checkpoint.readJSON(FILE)) as
    { format?: unknown; timbres?: unknown } | null | undefined;
  if (content === undefined) return [];
  if (content?.format !== 'timbrel-timbres-1' || !Array.isArray(content.timbres)) {
    throw malformed(`its format is ${JSON.stringify(content?.format)}, not "timbrel-timbres-1"`);
  }
  return content.timbres.map((timbre: { name?: unknown; family?: unknown; latent?: unknown } | null, i) => {
    const { name, family, latent } = timbre ?? {};
    if (typeof name !== 'string') throw malformed(`timbres[${i}].name is ${JSON.stringify(name)}`);
    if (!Array.isArray(latent) || latent.length !== latentSize || !latent.every((v) => Number.isFinite(v))) {
      throw malformed(`the latent of ${name} is no list of ${latentSize} numbers`);
    }
    return { name, family: typeof family === 'string' ? family : '', latent: Float32Array.from(latent) };
  });
}

function malformed(what: string): TimbrelError {
  return new TimbrelError('CHECKPOINT_FORMAT', `${FILE} is not what it should be: ${what}`);
}
