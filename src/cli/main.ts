#!/usr/bin/env node
/**
 * The command `timbrel`. Exit codes: 0 done, 1 failed, 2 not understood. What was made goes to standard output, everything else
 * to standard error; a failure is one line there, `CODE: message`.
 */
import { nearestName } from '../errors/nearest-name.js';
import { TimbrelError, withoutCode } from '../errors/timbrel-error.js';
import { columns, type Command } from './command.js';
import { progressOn } from './progress.js';
import { COMMANDS, isGroup, type Entry, type Group } from './registry.js';
import { usageError } from './usage.js';
import { packageVersion } from './version.js';

const DONE = 0;
const FAILED = 1;
const NOT_UNDERSTOOD = 2;

/** Errors that come of what was typed. */
const USAGE_CODES = ['USAGE', 'OPTION_INVALID', 'CONFIGURATION_UNKNOWN', 'PRIMER_EMPTY'];

const print = (text: string) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);

function groupHelp(path: readonly string[], group: Group): string {
  const name = ['timbrel', ...path].join(' ');
  return [
    `${group.summary}.`,
    '',
    'Usage',
    `  ${name} COMMAND [OPTIONS]`,
    '',
    'Commands',
    ...columns(Object.entries(group.commands).flatMap(([key, entry]) => rowsOf(key, entry))),
    '',
    'Options',
    ...columns([
      ['--help', 'Help, of the command that stands before it'],
      ...(path.length === 0 ? ([['--version, -V', 'The version of this package']] as const) : []),
    ]),
    '',
    'Examples',
    ...(path.length === 0 ? EXAMPLES : Object.keys(group.commands).map((key) => `  ${name} ${key} --help`)),
    '',
    'Exit codes: 0 done, 1 failed, 2 not understood.',
    '',
  ].join('\n');
}

const rowsOf = (key: string, entry: Entry): (readonly [string, string])[] =>
  isGroup(entry) ? subcommandRows(key, entry) : [[key, entry.summary]];

/** A group of one command is described by the group. */
function subcommandRows(key: string, { summary, commands }: Group): (readonly [string, string])[] {
  const subs = Object.entries(commands);
  return subs.map(([sub, one]) => [`${key} ${sub}`, subs.length === 1 ? summary : one.summary] as const);
}

const EXAMPLES = [
  '  timbrel melody-rnn generate --primer-melody "[60]" --steps 128 --output-dir out',
  '  timbrel dataset melody-rnn --config attention_rnn --input midi/ --output data/',
  '  timbrel evaluate melody-rnn --checkpoint ./attention_rnn --input midi/ --baselines',
  '  timbrel music-vae interpolate a.mid b.mid --output-dir out',
];

/** The command that the first words name. @throws USAGE */
function find(args: readonly string[]): { path: string[]; entry: Entry; rest: readonly string[] } {
  const path: string[] = [];
  let entry: Entry = COMMANDS;
  while (isGroup(entry)) {
    const [word] = args.slice(path.length);
    if (word === undefined || word.startsWith('-')) break;
    if (!Object.hasOwn(entry.commands, word)) {
      const known = Object.keys(entry.commands);
      const meant = nearestName(word, known);
      const where = path.length > 0 ? ` of ${path.join(' ')}` : '';
      throw usageError(
        `${JSON.stringify(word)} is no command${where}${meant ? `, did you mean ${meant}?` : ''}; there are ${known.join(', ')}`,
      );
    }
    entry = entry.commands[word];
    path.push(word);
  }
  const next = args[path.length];
  if (!isGroup(entry) && next !== undefined && Object.hasOwn(entry.variants ?? {}, next)) {
    entry = entry.variants?.[next] ?? entry;
    path.push(next);
  }
  return { path, entry, rest: args.slice(path.length) };
}

const wantsHelp = (args: readonly string[]) =>
  args
    .slice(0, args.includes('--') ? args.indexOf('--') : undefined)
    .some((a) => a === '--help' || a === '-h');

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'help') return run([...args.slice(1), '--help']);
  const { path, entry, rest } = find(args);
  if (path.length === 0 && (rest[0] === '--version' || rest[0] === '-V')) {
    print(packageVersion());
    return DONE;
  }
  if (isGroup(entry)) {
    if (wantsHelp(rest)) {
      print(groupHelp(path, entry));
      return DONE;
    }
    const [option] = rest;
    throw usageError(
      option ? `There is no option ${option} here` : `The command is missing. ${names(entry)}`,
    );
  }
  const command: Command = await entry.load();
  if (wantsHelp(rest)) {
    print(command.help(path.join(' ')));
    return DONE;
  }
  const showProgress = progressOn(process.stderr, process.stderr.isTTY === true);
  const { text, data, json } = await command.run(rest, showProgress);
  print(json ? JSON.stringify(data, null, 1) : text);
  return DONE;
}

const names = (group: Group) => `There are ${Object.keys(group.commands).join(', ')}`;

/** Node's errors of files and folders have a code of the system's, such as ENOENT. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

function report(error: unknown, args: readonly string[]): number {
  const coded = isSystemError(error) ? new TimbrelError('FILE_FAILED', error.message) : error;
  if (!(coded instanceof TimbrelError)) {
    // Ours: whoever reports it needs the stack.
    process.stderr.write(`INTERNAL: ${error instanceof Error ? error.stack : error}\n`);
    return FAILED;
  }
  process.stderr.write(`${coded.code}: ${withoutCode(coded).replace(/\s*\n\s*/g, ' ')}\n`);
  if (!USAGE_CODES.includes(coded.code)) return FAILED;
  process.stderr.write(`Try timbrel ${[...knownWords(args), '--help'].join(' ')}\n`);
  return NOT_UNDERSTOOD;
}

/** The words, as much of the command as exists. */
function knownWords(args: readonly string[]): string[] {
  const words: string[] = [];
  let entry: Entry = COMMANDS;
  for (const word of args) {
    if (!isGroup(entry) || !Object.hasOwn(entry.commands, word)) break;
    entry = entry.commands[word];
    words.push(word);
  }
  return words;
}

// `timbrel ... | head` closes the pipe: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? DONE : FAILED),
);

const args = process.argv.slice(2);
process.exitCode = await run(args).catch((error: unknown) => report(error, args));
