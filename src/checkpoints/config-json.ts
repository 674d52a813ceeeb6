/** A checkpoint says in config.json what it is: these check it, whichever model it is of. */
import { TimbrelError } from '../errors/timbrel-error.js';

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param what is wrong, and what was expected */
export const invalidConfig = (what: string): TimbrelError =>
  new TimbrelError('CHECKPOINT_FORMAT', `config.json: ${what}`);

/**
 * The fields of config.json; a type that is left out is the right one.
 * @param model whose checkpoint it has to be, as `type` says it
 * @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL
 */
export function fieldsOf(json: unknown, model: string): Fields {
  if (!isObject(json)) throw invalidConfig('it is no object');
  const { type = model } = json;
  if (type === model) return json;
  throw new TimbrelError(
    'CHECKPOINT_OTHER_MODEL',
    `config.json says that this is a checkpoint of ${JSON.stringify(type)}; expected ${JSON.stringify(model)}`,
  );
}

export const isWhole = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= max;

/** @returns undefined where nothing is said @throws CHECKPOINT_FORMAT */
export function wholeNumber(name: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isWhole(value, min, max)) return value;
  throw invalidConfig(`${name} is ${JSON.stringify(value)}; expected a whole number from ${min} to ${max}`);
}
