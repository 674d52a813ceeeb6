/** Prepares the folder that a command writes to, before it computes anything. */
import { access, constants, mkdir, rename, stat, writeFile } from 'node:fs/promises';
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

/** Makes it, or leaves it: another share may make the same one at the same time. */
async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
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

/** Writes a file under another name and renames it: a file that is there is whole, and work that broke off goes on behind it. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}
