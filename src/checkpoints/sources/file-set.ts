/** Several files at one place: those of a folder, dropped ones, the members of an archive. */
import { nodeModule } from '../../node/node-module.js';
import { addressSource } from './address-source.js';
import { baseName, inFolder } from './address.js';
import { missingSource, type ByteSource } from './byte-source.js';
import { fileSource, pathSource } from './local-source.js';

/** Files by their names. Reading one that is not there fails with CHECKPOINT_MISSING. */
export interface Files {
  open(name: string): ByteSource;
}

/** Files whose names are known. */
export interface FileSet extends Files {
  /** The name or address that messages give. */
  readonly location: string;
  /** Paths with '/', relative to the location. */
  readonly names: readonly string[];
}

/** Names that a message lists, at most. */
const SHOWN = 20;

export function fileSet(location: string, files: ReadonlyMap<string, ByteSource>): FileSet {
  const names = [...files.keys()];
  const why = `${location} has ${names.slice(0, SHOWN).join(', ') || 'no files'}. Fetch or drop all files of the checkpoint`;
  return { location, names, open: (name) => files.get(name) ?? missingSource(name, why) };
}

/** @param folder a URL or a path, its path ending in '/' */
export const folderFiles = (folder: string): Files => ({
  open: (name) => addressSource(inFolder(folder, name)),
});

/** @param addresses by name: bundlers rename files */
export const addressedFiles = (addresses: Readonly<Record<string, string>>): Files => ({
  open: (name) =>
    addresses[name] === undefined
      ? missingSource(name, 'no address was given for it')
      : addressSource(addresses[name]),
});

/** The files of one folder of a set. */
export const filesIn = (set: FileSet, folder: string): Files => ({ open: (name) => set.open(folder + name) });

/** Dropped folders bring paths; of files with one name and path the last stands. */
export function droppedSet(files: readonly File[]): FileSet {
  const named = files.map((file) => [file.webkitRelativePath || file.name, fileSource(file)] as const);
  return fileSet(`what was dropped (${files.length} files)`, new Map(named));
}

/** Dropped files by their names alone: a folder may be dropped with its parent. */
export function droppedFolder(files: readonly File[]): Files {
  return {
    open(name) {
      const location = `${name} (among ${files.length} dropped files)`;
      const found = files.filter((file) => baseName(file.name) === baseName(name));
      if (found.length === 1) return fileSource(found[0], location);
      const names = files.map((file) => file.name).slice(0, SHOWN);
      const why =
        found.length > 1
          ? `${found.length} dropped files have that name. Drop one checkpoint only`
          : `it is not among the dropped files (${names.join(', ')})`;
      return missingSource(name, why);
    },
  };
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
