/** Checks arguments before anything is done with them: pages in JavaScript may hand over anything. */
import { TimbrelError } from './timbrel-error.js';
import { nearestName } from './nearest-name.js';

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

/** @param expected what is to be in it @throws OPTION_INVALID for what is no list */
export function checkList(name: string, value: unknown, expected: string): void {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw invalid(name, value, expected);
}

/** @param expected what it is to be @throws OPTION_INVALID */
export function checkObject(name: string, value: unknown, expected: string): void {
  if (typeof value !== 'object' || value === null) throw invalid(name, value, expected);
}

/** Every option that a call takes: one that is not among them was mistyped, or belongs to another call. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/**
 * @param names of all options; what is undefined under another name is no option
 * @returns nothing at all as no options
 * @throws OPTION_INVALID naming the option that there is not, the one that was meant, and those that there are
 */
export function checkedOptions<O extends object>(options: O | undefined, names: OptionNames<O>): Partial<O> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null)
    throw invalid('options', options, 'an object, such as { steps: 64 }');
  const unknown = Object.entries(options).find(
    ([name, value]) => value !== undefined && !Object.hasOwn(names, name),
  );
  if (unknown === undefined) return options;
  const known = Object.keys(names);
  const meant = nearestName(unknown[0], known);
  throw new TimbrelError(
    'OPTION_INVALID',
    `There is no option ${shown(unknown[0])}${meant === undefined ? '' : `, did you mean ${meant}?`}; ` +
      `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`,
  );
}
