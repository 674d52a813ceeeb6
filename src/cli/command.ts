/** A command: its options as a table, what it does, and its help. */
import { COMMON, parseOptions, type Option, type Options, type Values } from './options.js';
import { removeEmptyFolders } from './output-folder.js';
import type { ShowProgress } from './progress.js';
import { usageError } from './usage.js';

/** The result of a command: the same facts for people and for programs. */
export interface Result {
  readonly text: string;
  readonly data: unknown;
}

export interface CommandDefinition<O extends Options> {
  /** A line. */
  readonly summary: string;
  /** The words behind the command's name, as in `MODEL --output FOLDER`. */
  readonly usage: string;
  /** A text that says more than the summary, where there is more to say. */
  readonly description?: string;
  /** The examples as they are typed, after the command's name; with what they do behind `#`. */
  readonly examples: readonly string[];
  /** The number of words it takes that are no options; default none. */
  readonly positionals?: { readonly min: number; readonly max: number };
  readonly options: O;
  run(call: Call<O>): Promise<Result>;
}

export interface Call<O extends Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
  readonly showProgress: ShowProgress;
}

/** A command whose options' types are no longer of interest. */
export interface Command {
  readonly summary: string;
  help(name: string): string;
  /** @throws USAGE, and what the command throws */
  run(args: readonly string[], showProgress: ShowProgress): Promise<Result & { readonly json: boolean }>;
}

export function defineCommand<O extends Options>(definition: CommandDefinition<O>): Command {
  const options = { ...definition.options, ...COMMON };
  return {
    summary: definition.summary,
    help: (name) => commandHelp(name, definition, options),
    async run(args, showProgress) {
      const { values, positionals } = parseOptions<Options>(options, args);
      const { min, max } = definition.positionals ?? { min: 0, max: 0 };
      if (positionals.length < min) throw usageError(`Something is missing: expected ${definition.usage}`);
      if (positionals.length > max)
        throw usageError(`${JSON.stringify(positionals[max])} is one argument too many`);
      const call = { values: values as unknown as Values<O>, positionals, showProgress };
      try {
        return { ...(await definition.run(call)), json: Boolean(values.json) };
      } catch (error) {
        await removeEmptyFolders();
        throw error;
      }
    },
  };
}

function commandHelp(name: string, definition: CommandDefinition<Options>, options: Options): string {
  const { summary, usage, description, examples } = definition;
  return [
    `${summary}.`,
    ...(description ? ['', ...wrap(description, WIDTH)] : []),
    '',
    'Usage',
    `  timbrel ${name} ${usage}`,
    '',
    'Options',
    ...columns(Object.entries(options).map(([key, option]) => [written(key, option), described(option)])),
    '',
    'Examples',
    ...examples.map((example) => `  timbrel ${name} ${example}`),
    '',
  ].join('\n');
}

function written(name: string, { type, value, default: initial }: Option): string {
  if (type !== 'boolean') return `--${name} ${value ?? (type === 'number' ? 'N' : 'TEXT')}`;
  return initial === true ? `--no-${name}` : `--${name}`;
}

function described({ description, default: initial, multiple }: Option): string {
  const notes = [
    ...(initial === undefined || typeof initial === 'boolean' ? [] : [`default ${initial}`]),
    ...(multiple ? ['may be repeated'] : []),
  ];
  return notes.length > 0 ? `${description} (${notes.join(', ')})` : description;
}

const WIDTH = 100;

/** Two columns; the second one is wrapped. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(36, Math.max(...rows.map(([first]) => first.length))) + 4;
  return rows.flatMap(([first, second]) => {
    const lines = wrap(second, WIDTH - left);
    const head = `  ${first}`;
    const [start, rest] = head.length < left ? [head.padEnd(left) + lines[0], lines.slice(1)] : [head, lines];
    return [start, ...rest.map((line) => ' '.repeat(left) + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
