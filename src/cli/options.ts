/** The options of a command as a table: one source for parsing, for types and for the help. */
import { parseArgs } from 'node:util';
import { usageError } from './usage.js';

export interface Option {
  readonly type: 'string' | 'number' | 'boolean';
  /** The word for the value in the help, as in `--steps N`. */
  readonly value?: string;
  readonly description: string;
  /** A boolean that is on by default is turned off by `--no-NAME`. */
  readonly default?: string | number | boolean;
  /** It may be given several times; its value is a list. */
  readonly multiple?: true;
}

export type Options = Readonly<Record<string, Option>>;

type Plain<O extends Option> = O['type'] extends 'number'
  ? number
  : O['type'] extends 'boolean'
    ? boolean
    : string;

/** The value of each option: undefined where it was left out and has no default; booleans are false then. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K]['multiple'] extends true
    ? readonly Plain<O[K]>[]
    : O[K]['type'] extends 'boolean'
      ? boolean
      : O[K]['default'] extends string | number
        ? Plain<O[K]>
        : Plain<O[K]> | undefined;
};

/** Every command has them. */
export const COMMON = {
  json: { type: 'boolean', description: 'Print one JSON document to standard output' },
  help: { type: 'boolean', description: 'Print this help' },
} as const satisfies Options;

/** The word behind an option that is its value, if it is. */
function follower(name: string, next: string | undefined, options: Options): string | undefined {
  if (next === undefined || !Object.hasOwn(options, name)) return undefined;
  if (options[name].type === 'boolean') return /^(true|false)$/.test(next) ? next : undefined;
  // Node takes what begins with '-' for an option, numbers too.
  return /^-\.?\d/.test(next) ? next : undefined;
}

/** `--steps -1` as `--steps=-1`, `--render-chords true` as `--render-chords=true`. */
function joined(args: readonly string[], options: Options): string[] {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--') return [...result, ...args.slice(i)];
    const name = /^--([\w-]+)$/.exec(args[i])?.[1].replaceAll('_', '-');
    const next = name && follower(name, args[i + 1], options);
    result.push(next ? `${args[i]}=${next}` : args[i]);
    if (next) i++;
  }
  return result;
}

/**
 * Magenta's spelling too: `--primer_midi` is `--primer-midi`, `--render_chords=false` is `--no-render-chords`.
 */
function normalise(argument: string, options: Options): string {
  const [, name, value] = /^--([\w-]+)(=[^]*)?$/.exec(argument) ?? [];
  if (name === undefined) return argument;
  const dashed = name.replaceAll('_', '-');
  if (options[dashed]?.type === 'boolean' && value !== undefined) {
    if (value === '=true') return `--${dashed}`;
    if (value === '=false') return `--no-${dashed}`;
  }
  return `--${dashed}${value ?? ''}`;
}

function toNumber(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) {
    throw usageError(`--${name} is ${JSON.stringify(text)}; expected a number`);
  }
  return number;
}

/** @throws USAGE */
export function parseOptions<O extends Options>(
  options: O,
  args: readonly string[],
): { readonly values: Values<O>; readonly positionals: readonly string[] } {
  const table: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = {};
  for (const [name, { type, multiple }] of Object.entries(options)) {
    table[name] = { type: type === 'boolean' ? 'boolean' : 'string', multiple: multiple === true };
    if (type === 'boolean') table[`no-${name}`] = { type: 'boolean' };
  }
  let parsed;
  try {
    const normal = joined(args, options).map((argument) => normalise(argument, options));
    parsed = parseArgs({ args: normal, options: table, allowPositionals: true });
  } catch (error) {
    throw usageError(error instanceof Error ? inOurWords(error.message) : String(error));
  }
  const { values: given, positionals } = parsed;
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const value = given[name];
    if (option.type === 'boolean')
      values[name] = given[`no-${name}`] ? false : (value ?? option.default ?? false);
    else if (Array.isArray(value) || option.multiple)
      values[name] = ((value ?? []) as string[]).map((text) => convert(name, option, text));
    else values[name] = typeof value === 'string' ? convert(name, option, value) : option.default;
  }
  return { values: values as Values<O>, positionals };
}

/** Node's message is kept for the option it names; its advice on '--' does not help. */
function inOurWords(message: string): string {
  const [, option, isDash] =
    /^Option '(--[\w-]+)[^']*' argument (?:missing|(is ambiguous))/.exec(message) ?? [];
  if (option === undefined) return message.split('. To specify')[0];
  return `${option} is without a value${isDash ? `; one that begins with '-' is written ${option}=-...` : ''}`;
}

const convert = (name: string, { type }: Option, text: string) =>
  type === 'number' ? toNumber(name, text) : text;

/** @throws USAGE unless it is a whole number from `least` */
export function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw usageError(`--${name} is ${value}; expected a whole number from ${least}`);
}
