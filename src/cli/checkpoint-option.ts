/** The option that names the source of the weights. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MODELS, type ModelName } from '../models/registry.js';
import type { Option } from './options.js';

export const checkpointOption = {
  type: 'string',
  value: 'SOURCE',
  description:
    'Weights: a path, a URL or the id of a checkpoint in the catalogue; left out, those that the package ships',
} as const satisfies Option;

/** A path is taken from the working directory, with `./` in front or without. Nothing: the weights that the package ships. */
export const checkpointSource = (given: string | undefined, model: ModelName): string =>
  given === undefined ? MODELS[model].weights : givenSource(given);

export const givenSource = (given: string): string => (existsSync(given) ? path.resolve(given) : given);
