/** Several files at one place: dropped ones, those of a folder, the members of an archive. */
import { nodeModule } from '../../node/node-module.js';
import { fileSource, pathSource, type ByteSource } from './byte-source.js';
import { absent } from '../failures.js';
import { baseName, type CheckpointFiles } from './files.js';

export interface FileSet {
  /** For messages. */
  readonly location: string;
  /** Paths with '/', relative to the location. */
  readonly names: readonly string[];
  /** Reading it fails with CHECKPOINT_MISSING where there is no such name. */
  open(name: string): ByteSource;
}

export function fileSet(location: string, files: ReadonlyMap<string, ByteSource>): FileSet {
  return {
    location,
    names: [...files.keys()],
    open: (name) => files.get(name) ?? missingSource(location, name, [...files.keys()]),
  };
}

function missingSource(location: string, name: string, names: readonly string[]): ByteSource {
  const fail = async (): Promise<never> => {
    throw absent(
      name,
      `${location} has ${names.slice(0, 20).join(', ') || 'no files'}. Fetch or drop all files of the checkpoint`,
    );
  };
  return { location: name, size: fail, read: fail };
}

/** Dropped folders bring paths; of files with one name and path the last stands. */
export function droppedSet(files: readonly File[]): FileSet {
  const named = files.map((file) => [file.webkitRelativePath || file.name, fileSource(file)] as const);
  return fileSet(`what was dropped (${files.length} files)`, new Map(named));
}

/** Published checkpoints have some thirty files; a home folder has millions. */
const MAX_FILES = 500;
/** GANSynth's lie in folders of stages within a folder. */
const MAX_DEPTH = 3;

/** Node only. */
export async function pathSet(folder: string): Promise<FileSet> {
  const { readdir } = await nodeModule('fs/promises');
  const files = new Map<string, ByteSource>();
  const visit = async (below: string, depth: number): Promise<void> => {
    for (const entry of await readdir(`${folder}/${below}`, { withFileTypes: true })) {
      if (files.size >= MAX_FILES) return;
      const name = below + entry.name;
      if (entry.isDirectory() && depth < MAX_DEPTH) await visit(`${name}/`, depth + 1);
      else if (entry.isFile()) files.set(name, pathSource(`${folder}/${name}`));
    }
  };
  await visit('', 0);
  return fileSet(folder, files);
}

export const folderOf = (name: string) => name.slice(0, name.length - baseName(name).length);

/** The files of one folder of a set, as the reader of magenta.js folders wants them. */
export function filesIn(set: FileSet, folder: string): CheckpointFiles {
  return {
    locate: (name) => `${folder}${name} (in ${set.location})`,
    async read(name, { signal, limit, onBytes }) {
      const source = set.open(folder + name);
      const bytes = await source.read(0, Math.min(limit + 1, await source.size(signal)), signal);
      onBytes?.(bytes.length);
      return bytes;
    },
  };
}
