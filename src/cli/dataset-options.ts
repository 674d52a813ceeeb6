/** Options of the commands that make datasets: which music, where to, and which share of it. */
import { CORPUS_OPTIONS } from './corpus-options.js';
import type { Options, Values } from './options.js';
import { parseShare } from './shard.js';
import { usageError } from './usage.js';

export const DATASET_OPTIONS = {
  ...CORPUS_OPTIONS,
  output: { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
  shard: {
    type: 'string',
    value: 'I/N',
    description:
      'Write the Ith of N shares only, I from 1, to FOLDER/shares. One that is there whole is left, so that a call that was killed can ' +
      'be repeated',
  },
  merge: {
    type: 'boolean',
    description: 'Put the shares in FOLDER/shares together: the same files as without shares',
  },
  force: { type: 'boolean', description: 'Write over a dataset, or with --shard a share, that is there' },
} as const satisfies Options;

/**
 * @returns the folder, and what of it: a share, the shares put together, or all of it
 * @throws USAGE
 */
export function datasetAskedFor({ output, shard, merge, force }: Values<typeof DATASET_OPTIONS>) {
  if (output === undefined) throw usageError('--output is missing: a folder for the data');
  if (merge && shard !== undefined)
    throw usageError('--merge is for when all shares are there; it takes no --shard');
  return { output, share: parseShare(shard), merge, force };
}
