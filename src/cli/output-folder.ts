/** The folder that a command writes to. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Makes it, and those above it, where they are missing. Node's own recursive `mkdir` never ends where the system says of a folder that
 * is there that it is not, as Linux does below /proc.
 * @throws what the system says
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    const parent = path.dirname(folder);
    if (codeOf(error) !== 'ENOENT' || parent === folder || (await isThere(parent))) throw error;
    await makeFolder(parent);
    await mkdir(folder);
  }
}

const isThere = (folder: string) =>
  stat(folder).then(
    () => true,
    () => false,
  );
