/** A note of what files were made with: it is kept beside them, and held against a call that would go on with them. */
import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { packageVersion } from './version.js';

/** Options as they are typed, such as `--temperature`, and what they were; of files it is what is in them. The version of the package is one more. */
export type MadeWith = Readonly<Record<string, string>>;

/** They change where and how fast something is made, not what. */
const NOT_OF_IT = ['json', 'help', 'force', 'jobs', 'shard', 'output-dir'];

/**
 * @param values of a command's options
 * @param files its other words
 */
export async function madeWith(
  values: Readonly<Record<string, unknown>>,
  files: readonly string[] = [],
): Promise<MadeWith> {
  const given = Object.entries(values).filter(
    ([name, value]) => value !== undefined && !NOT_OF_IT.includes(name),
  );
  const entries = given.map(async ([name, value]) => [`--${name}`, await told(value)] as const);
  const inputs = files.map(async (file, i) => [`input ${i + 1}`, await told(file)] as const);
  // Other versions may draw other things of one seed.
  const version = ['version of timbrel', packageVersion()] as const;
  return Object.fromEntries([version, ...(await Promise.all([...entries, ...inputs]))]);
}

/** A file, and a folder, has the same content wherever it lies, and may have been changed where it lies. */
async function told(value: unknown): Promise<string> {
  if (typeof value !== 'string') return JSON.stringify(value);
  const entry = await stat(value).catch(() => undefined);
  if (entry?.isFile()) {
    const bytes = await readFile(value);
    return `a file of ${bytes.length} bytes (${hashOf(bytes)})`;
  }
  if (!entry?.isDirectory()) return value;
  const within = await readdir(value, { recursive: true, withFileTypes: true });
  const files = within.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  const content = createHash('sha256');
  for (const file of files.sort()) content.update(path.relative(value, file)).update(await readFile(file));
  return `a folder of ${files.length} files (${content.digest('hex').slice(0, 16)})`;
}

/** @returns enough of SHA-256 to tell files apart, hexadecimal digits */
export const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

/** @returns the first option that differs, in words; undefined where none does */
export function difference(then: MadeWith, now: MadeWith): string | undefined {
  const name = Object.keys({ ...then, ...now }).find((key) => then[key] !== now[key]);
  if (name === undefined) return undefined;
  const word = (value: string | undefined) => (value === undefined ? 'not given' : value || 'empty');
  return `${name} was ${word(then[name])}, and is ${word(now[name])}`;
}
