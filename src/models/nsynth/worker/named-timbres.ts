/** Timbres that a checkpoint names: banks in a tensor of their own, names and times in config.json. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import type { NamedTimbre } from '../../../checkpoints/timbres.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { NSynthConfig } from '../config.js';
import { BANK_SIZE, EMBEDDING_SIZE, KNOTS, PITCH_COUNT, ROW_SIZE, atTimes } from '../timbre-bank.js';

/** [names, 61, frames, 16] */
export const TIMBRES_TENSOR = 'timbres/embeddings';

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readNamedTimbres(
  tensors: ReadonlyMap<string, Tensor>,
  { timbres }: Pick<NSynthConfig, 'timbres'>,
): NamedTimbre[] {
  if (!timbres) return [];
  const { names, families, frames } = timbres;
  const tensor = tensors.get(TIMBRES_TENSOR);
  if (!tensor) {
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `config.json names ${names.length} timbres, and the checkpoint has no ${TIMBRES_TENSOR}`,
    );
  }
  const expected = [names.length, PITCH_COUNT, frames.length, EMBEDDING_SIZE];
  const { shape, data } = tensor;
  if (shape.length !== expected.length || expected.some((size, i) => shape[i] !== size)) {
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `${TIMBRES_TENSOR} is ${shape.join(' x ')}; with the timbres of config.json it has to be ${expected.join(' x ')}`,
    );
  }
  const values = Float32Array.from(data);
  const size = frames.length * EMBEDDING_SIZE;
  return names.map((name, i) => {
    const latent = new Float32Array(BANK_SIZE);
    for (let key = 0; key < PITCH_COUNT; key++) {
      const from = (i * PITCH_COUNT + key) * size;
      latent.set(atTimes(values.subarray(from, from + size), frames, KNOTS), key * ROW_SIZE);
    }
    return { name, family: families[i] ?? '', latent };
  });
}
