/** Where weights come from, as it is typed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Option } from './options.js';
import { usageError } from './usage.js';

export const checkpointOption = {
  type: 'string',
  value: 'SOURCE',
  description: 'Weights: a path, a URL or the id of a checkpoint in the catalogue',
} as const satisfies Option;

/** A path is taken from the working directory, with `./` in front or without. @throws USAGE where there is none */
export function checkpointSource(given: string | undefined): string {
  if (given === undefined) {
    throw usageError('Which weights? --checkpoint is missing: a path, a URL or an id of the catalogue');
  }
  return existsSync(given) ? path.resolve(given) : given;
}
