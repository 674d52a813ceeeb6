/** A share of the work of a command: several machines, or processes, make all of its files together. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { TimbrelError } from '../errors/timbrel-error.js';
import { difference, type MadeWith } from './made-with.js';
import type { Options } from './options.js';
import { claimFiles, writeJSON, writeWhole } from './output-folder.js';
import { usageError } from './usage.js';

export const SHARD_OPTION = {
  shard: {
    type: 'string',
    value: 'I/N',
    description:
      'Make the Ith of N shares of the files only, I from 1; N calls with the same options, --seed among them, make them all. Files ' +
      'that are there are left, so that a call that was killed can be repeated',
  },
} as const satisfies Options;

const MOST_SHARDS = 1_000_000;

/** The Ith share of N. */
export interface Share {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The folder in which shares tell of themselves, below that of their files. */
export const SHARES = 'shares';

/** Tells whether a share takes what has this hash, hexadecimal digits: all calls agree, whatever machine they run on. */
export const isOfShare = ({ index, count }: Share, hash: string): boolean =>
  Number.parseInt(hash.slice(0, 12), 16) % count === index - 1;

/** @param share undefined for all of the work @param index of a file among all, from 0 */
export const isOwn = (share: Share | undefined, index: number): boolean =>
  share === undefined || index % share.count === share.index - 1;

/** @param text as in 2/8 @throws USAGE */
export function parseShare(text: string | undefined): Share | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text)?.map(Number) ?? [];
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count };
  throw usageError(`--shard is ${JSON.stringify(text)}; expected I/N, such as 2/8, I from 1 to N`);
}

/**
 * Reads the share of a command whose files are drawn.
 * @param text as in 2/8; undefined for all of the work
 * @param seed of the command: without one, every share would be of another whole
 * @throws USAGE
 */
export function parseShard(text: string | undefined, seed: string | undefined): Share | undefined {
  const share = parseShare(text);
  if (share && seed === undefined)
    throw usageError('--shard needs a --seed, the same for all shares: without it each would draw its own');
  return share;
}

/** The numbered files of a command, and those of them that a call makes. */
export interface ClaimedFiles {
  /** Paths of all, whoever makes them. */
  readonly files: readonly string[];
  /** Indices of the files of this call, and of those of them that are still to be made. */
  readonly own: readonly number[];
  readonly missing: readonly number[];
  write(index: number, bytes: Uint8Array): Promise<void>;
}

export interface ClaimOptions {
  readonly share: Share | undefined;
  readonly force: boolean;
  /** All shares have it in common; it is kept in FOLDER/shares. */
  readonly madeWith: MadeWith;
  /** Files of a group go to one share; default: each is one. */
  readonly groupOf?: (index: number) => number;
  /** The index of a file that is written behind this one, and without which it is not done; default: itself. */
  readonly lastOf?: (index: number) => number;
}

/**
 * Makes the folder and tells what is to be made in it. All of the work refuses files that are there; a share leaves them, where they were
 * made with the same options, and refuses those that no share speaks of.
 * @throws USAGE, OPTIONS_CHANGED, and what the system says
 */
export async function claimShare(
  folder: string,
  names: readonly string[],
  { share, force, madeWith, groupOf = (i) => i, lastOf = (i) => i }: ClaimOptions,
): Promise<ClaimedFiles> {
  const files = await claimFiles(folder, names, force || share !== undefined);
  const own = [...files.keys()].filter((i) => isOwn(share, groupOf(i)));
  if (!share) return { files, own, missing: own, write: (i, bytes) => writeWhole(files[i], bytes) };
  if (!force && !(await isGoingOn(folder, madeWith)))
    await claimFiles(
      folder,
      own.map((i) => names[i]),
      false,
    );
  const missing = own.filter((i) => force || !existsSync(files[lastOf(i)]));
  let told: Promise<void> | undefined;
  return {
    ...{ files, own, missing },
    async write(i, bytes) {
      const about = path.join(folder, SHARES, `${share.index}-of-${share.count}.json`);
      await (told ??= writeJSON(about, { madeWith }));
      await writeWhole(files[i], bytes);
    },
  };
}

/** @returns a line where some were there, and are left */
export function thereLines({ own, missing }: ClaimedFiles): string[] {
  const there = own.length - missing.length;
  return there > 0 ? [`${there} of ${own.length} were there already, and are left`] : [];
}

/** @returns those that were there, and are left */
export const thereFiles = ({ files, own, missing }: ClaimedFiles): string[] =>
  own.filter((i) => !missing.includes(i)).map((i) => files[i]);

/**
 * Files that no share speaks of may be of any other work.
 * @returns whether a share was here before
 * @throws OPTIONS_CHANGED where a share says that it was made with others
 */
async function isGoingOn(folder: string, now: MadeWith): Promise<boolean> {
  const all = await readdir(path.join(folder, SHARES)).catch(() => []);
  const names = all.filter((one) => /^\d+-of-\d+\.json$/.test(one)).sort();
  for (const name of names) await refuseOthers(path.join(folder, SHARES, name), now);
  return names.length > 0;
}

/** @param file that says what was made, where it is there @throws OPTIONS_CHANGED */
export async function refuseOthers(file: string, now: MadeWith): Promise<void> {
  if (!existsSync(file)) return;
  const { madeWith } = JSON.parse(await readFile(file, 'utf8')) as { readonly madeWith: MadeWith };
  refuseDifference(file, madeWith, now);
}

/** @param file that says what was made with `then` @throws OPTIONS_CHANGED */
export function refuseDifference(file: string, then: MadeWith, now: MadeWith): void {
  const what = difference(then, now);
  if (what !== undefined)
    throw new TimbrelError(
      'OPTIONS_CHANGED',
      `${file} says that what is there was made with other options: ${what}. Give the same ones, or take another folder; --force ` +
        'makes it anew',
    );
}
