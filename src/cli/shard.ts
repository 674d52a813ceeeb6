/** A share of the work of a command: several machines, or processes, make all of its files together. */
import { existsSync } from 'node:fs';
import type { Options } from './options.js';
import { usageError } from './usage.js';

export const SHARD_OPTION = {
  shard: {
    type: 'string',
    value: 'I/N',
    description:
      'Make the Ith of N shares of the files only, I from 1; N calls with the same --seed make them all. Files that are there are left, so ' +
      'that a call that was killed can be repeated',
  },
} as const satisfies Options;

/** Tells which of the numbered files of a command are its share, and still to be made. */
export interface Shard {
  /** @param index of the file among all, from 0 */
  isOwn(index: number): boolean;
  /** Tells whether a file is there already, and is left. */
  isDone(file: string): boolean;
  /** Files are left, instead of being refused. */
  readonly isPart: boolean;
}

const WHOLE: Shard = { isOwn: () => true, isDone: () => false, isPart: false };

const MOST_SHARDS = 1_000_000;

/** The Ith share of N. */
export interface Share {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** Tells whether a share takes what has this hash, hexadecimal digits: all calls agree, whatever machine they run on. */
export const isOfShare = ({ index, count }: Share, hash: string): boolean =>
  Number.parseInt(hash.slice(0, 12), 16) % count === index - 1;

/** @param text as in 2/8 @throws USAGE */
export function parseShare(text: string | undefined): Share | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text)?.map(Number) ?? [];
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count };
  throw usageError(`--shard is ${JSON.stringify(text)}; expected I/N, such as 2/8, I from 1 to N`);
}

/**
 * @param text as in 2/8; undefined for all of the work
 * @param seed of the command: without one, every share would be of another whole
 * @param force files that are there are made again
 * @throws USAGE
 */
export function parseShard(text: string | undefined, seed: string | undefined, force: boolean): Shard {
  const share = parseShare(text);
  if (share === undefined) return WHOLE;
  const { index, count } = share;
  if (seed === undefined)
    throw usageError('--shard needs a --seed, the same for all shares: without it each would draw its own');
  return {
    isOwn: (file) => file % count === index - 1,
    isDone: (file) => !force && existsSync(file),
    isPart: true,
  };
}
