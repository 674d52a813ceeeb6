/** Checks arguments before anything is done with them: pages in JavaScript may hand over anything. */
import { TimbrelError } from '../errors/timbrel-error.js';

const invalid = (name: string, value: unknown, expected: string): TimbrelError =>
  new TimbrelError('OPTION_INVALID', `${name} is ${shown(value)}; expected ${expected}`);

/** Writes a value as it would be typed, not too long, for a message. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** @throws OPTION_INVALID */
export function checkSignal(signal: AbortSignal | null | undefined): void {
  if (signal === undefined || signal === null || typeof signal.addEventListener === 'function') return;
  throw invalid('signal', signal, 'an AbortSignal');
}

/** @throws OPTION_INVALID naming the first that is neither left out nor a function */
export function checkCallbacks(callbacks: Readonly<Record<string, unknown>>): void {
  for (const [name, callback] of Object.entries(callbacks)) {
    if (callback !== undefined && callback !== null && typeof callback !== 'function')
      throw invalid(name, callback, 'a function');
  }
}

/** Every option that a call takes: one that is not among them was mistyped, or belongs to another call. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/**
 * @param names refuses what is not among them; left out, nothing is refused
 * @returns nothing at all as no options
 * @throws OPTION_INVALID naming the option that there is not, and those that there are
 */
export function checkedOptions<O extends object>(options: O | undefined, names?: OptionNames<O>): Partial<O> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null)
    throw invalid('options', options, 'an object, such as { steps: 64 }');
  const unknown = names && Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (names === undefined || unknown === undefined) return options;
  throw new TimbrelError(
    'OPTION_INVALID',
    `There is no option ${shown(unknown)}; there are ${Object.keys(names).join(', ')}`,
  );
}
