/**
 * The store of browsers: the origin private file system, in a dedicated worker. A file is locked while it is written; when its worker
 * ends, so does the lock, and what was written stays.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { fileSource } from '../sources/local-source.js';
import type { ListedFile, Store, StoredFile } from './store.js';

/** In the types of workers only, and ours are compiled with those of pages. */
interface SyncAccessHandle {
  getSize(): number;
  write(data: BufferSource, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
type Lockable = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

const FOLDER = 'timbrel-checkpoints';

const failed = (what: string, cause: unknown) =>
  new TimbrelError(
    'STORAGE_FAILED',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}. Does the browser let this site keep data, and is no other ` +
      'page of it downloading the same?',
    { cause },
  );

/** For a rejected promise. @throws what is no absence */
function nothingThere(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

const isNotFound = (error: unknown) => error instanceof DOMException && error.name === 'NotFoundError';

/** @throws DOMException where the browser keeps nothing for this page */
export async function openBrowserStore(): Promise<Store> {
  const root = await navigator.storage.getDirectory();

  async function folderOf(parts: readonly string[], create = false): Promise<FileSystemDirectoryHandle> {
    // Where nothing more may be kept, what is looked for cannot be made either.
    let folder = await root.getDirectoryHandle(FOLDER, { create });
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
    return folder;
  }

  async function handleOf(path: string, create = false): Promise<FileSystemFileHandle> {
    const parts = path.split('/');
    const folder = await folderOf(parts.slice(0, -1), create);
    return folder.getFileHandle(parts[parts.length - 1], { create });
  }

  return {
    location: "the browser's storage of this site",
    async readText(path) {
      try {
        return await (await (await handleOf(path)).getFile()).text();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw failed(`${path} cannot be read`, error);
      }
    },
    async writeText(path, text) {
      const file = await lockedFile(await handleOf(path, true), path);
      await file.clear();
      await file.append(new TextEncoder().encode(text));
      await file.close();
    },
    open: async (path) => lockedFile(await handleOf(path, true), path),
    source: async (path) => fileSource(await (await handleOf(path)).getFile()),
    async list(below) {
      const files: ListedFile[] = [];
      const visit = async (folder: FileSystemDirectoryHandle, within: string): Promise<void> => {
        for await (const [name, entry] of folder.entries()) {
          if (entry.kind === 'directory')
            await visit(entry as FileSystemDirectoryHandle, `${within}${name}/`);
          else {
            const { size, lastModified } = await (entry as FileSystemFileHandle).getFile();
            files.push({ path: within + name, bytes: size, modified: lastModified });
          }
        }
      };
      const folder = await folderOf(below?.split('/') ?? []).catch(nothingThere);
      if (folder) await visit(folder, below === undefined ? '' : `${below}/`);
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async remove(path) {
      try {
        const parts = path?.split('/') ?? [];
        const name = parts.pop();
        if (name === undefined) return await root.removeEntry(FOLDER, { recursive: true });
        await (await folderOf(parts)).removeEntry(name, { recursive: true });
      } catch (error) {
        if (!isNotFound(error)) throw failed(`${path ?? FOLDER} cannot be removed`, error);
      }
    },
    async free() {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined ? undefined : quota - (usage ?? 0);
    },
  };
}

async function lockedFile(handle: FileSystemFileHandle, path: string): Promise<StoredFile> {
  let access: SyncAccessHandle;
  try {
    access = await (handle as Lockable).createSyncAccessHandle();
  } catch (cause) {
    throw failed(`${path} cannot be written`, cause);
  }
  let length = access.getSize();
  return {
    get length() {
      return length;
    },
    async append(piece) {
      try {
        length += access.write(piece as BufferSource, { at: length });
      } catch (cause) {
        throw failed(`${path} cannot be written`, cause);
      }
    },
    async clear() {
      access.truncate(0);
      length = 0;
    },
    async close() {
      access.flush();
      access.close();
    },
  };
}
