/** Options that every judgement of a checkpoint has: the split that is judged, and the precision of the weights. */
import { isSplit, type Split } from '../dataset/splits.js';
import type { Options, Values } from '../options.js';
import { usageError } from '../usage.js';

export const JUDGED_OPTIONS = {
  split: { type: 'string', value: 'NAME', description: 'train, validation or test', default: 'test' },
  precision: {
    type: 'string',
    value: 'float32|int16',
    description: 'How the weights are held',
    default: 'int16',
  },
} as const satisfies Options;

/** @throws USAGE */
export function judgedOptions({ split, precision }: Values<typeof JUDGED_OPTIONS>): {
  readonly split: Split;
  readonly precision: 'float32' | 'int16';
} {
  if (!isSplit(split))
    throw usageError(`--split is ${JSON.stringify(split)}; expected train, validation or test`);
  if (precision !== 'float32' && precision !== 'int16')
    throw usageError(`--precision is ${JSON.stringify(precision)}; expected float32 or int16`);
  return { split, precision };
}
