/** Prepares the folder that a command writes to, before it computes anything. */
import { access, constants, mkdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Options } from './options.js';
import { usageError } from './usage.js';

export const FORCE_OPTION = {
  force: { type: 'boolean', description: 'Write over files that are there' },
} as const satisfies Options;

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Makes it, and those above it, where they are missing. Node's own recursive `mkdir` never ends where the system says of a folder that
 * is there that it is not, as Linux does below /proc.
 * @throws what the system says
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error;
    if (!(await isThere(parent))) await makeFolder(parent);
    await makeOne(folder);
  }
}

/** Folders that this process made, those above before those in them. */
const made: string[] = [];

/** Takes away the folders that were made and hold nothing: a call that failed leaves none. */
export async function removeEmptyFolders(): Promise<void> {
  // What holds something, of this call or of another, the system keeps.
  for (const folder of made.splice(0).reverse()) await rmdir(folder).catch(() => {});
}

/** Makes it, or leaves it: another share may make the same one at the same time. */
async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
    made.push(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
  }
}

const isThere = (folder: string) =>
  stat(folder).then(
    () => true,
    () => false,
  );

/** Makes the folder before anything is computed: whoever cannot write there hears it first. @throws what the system says */
export async function claimFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await access(folder, constants.W_OK);
}

/**
 * Makes the folder, and sees that the files can be written without another being lost.
 * @param names of the files that are to be written
 * @returns their paths
 * @throws USAGE where one is there and `force` is not set; what the system says
 */
export async function claimFiles(
  folder: string,
  names: readonly string[],
  force: boolean,
): Promise<string[]> {
  await claimFolder(folder);
  const files = names.map((name) => path.join(folder, name));
  if (force) return files;
  for (const file of files)
    if (await isThere(file))
      throw usageError(`${file} is there already: --force writes over it, or choose another folder`);
  return files;
}

/**
 * Writes a file under another name and renames it: a file that is there is whole, and work that broke off goes on behind it. Its folder is
 * made where it is missing: another share that failed may have taken it away.
 */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, bytes).catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      await makeFolder(path.dirname(file));
      await writeFile(part, bytes);
    });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

export const writeJSON = (file: string, value: unknown): Promise<void> =>
  writeWhole(file, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
