/** The files of folders, each once, however it is reached: by two inputs, by links to files, to folders, to what is above. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FoundFile {
  readonly file: string;
  /** Its path in the input, with '/': the same wherever the input lies. */
  readonly name: string;
}

const byName = (a: FoundFile, b: FoundFile) => (a.name < b.name ? -1 : 1);

/**
 * Walks inputs in their order, and lists the files of each in the order of their names. What is reached without a link goes before
 * what is reached by one, so that a link changes no name.
 * @param matches the names that count
 * @throws what reading folders throws
 */
export async function findFiles(
  inputs: readonly string[],
  matches: (name: string) => boolean,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const seen = new Set<string>();
  const links: FoundFile[] = [];

  /** A link that leads nowhere is itself: whoever reads it will say so. */
  const isNew = async (file: string): Promise<boolean> => {
    const real = await realpath(file).catch(() => path.resolve(file));
    return !seen.has(real) && seen.add(real) !== undefined;
  };
  const visit = async (at: FoundFile, own: FoundFile[]): Promise<void> => {
    const entry = await stat(at.file).catch(() => undefined);
    // A pipe or a socket in a folder has no end; one that was named by itself is meant.
    if (entry && !entry.isDirectory() && !entry.isFile() && !inputs.includes(at.file)) return;
    if (!entry?.isDirectory()) {
      if (matches(at.name) && (await isNew(at.file))) own.push(at);
      return;
    }
    if (!(await isNew(at.file))) return;
    for (const child of await readdir(at.file, { withFileTypes: true })) {
      const below = { file: path.join(at.file, child.name), name: path.posix.join(at.name, child.name) };
      if (child.isSymbolicLink()) links.push(below);
      else await visit(below, own);
    }
  };

  const add = async (at: FoundFile): Promise<void> => {
    const own: FoundFile[] = [];
    await visit(at, own);
    found.push(...own.sort(byName));
  };

  for (const input of inputs) {
    const isFolder = (await stat(input)).isDirectory();
    await add({ file: input, name: isFolder ? '' : path.basename(input) });
  }
  while (links.length > 0) {
    for (const link of links.splice(0).sort(byName)) await add(link);
  }
  return found;
}
