/**
 * The store of browsers: the origin private file system, in a dedicated worker. A file is locked while it is written; when its worker
 * ends, so does the lock, and what was written stays.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { fileSource } from '../sources/local-source.js';
import type { Store, StoredFile } from './store.js';

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

const isNotFound = (error: unknown) => error instanceof DOMException && error.name === 'NotFoundError';

/** @throws DOMException where the browser keeps nothing for this page */
export async function openBrowserStore(): Promise<Store> {
  const root = await navigator.storage.getDirectory();
  const top = () => root.getDirectoryHandle(FOLDER, { create: true });

  async function handleOf(path: string, create = false): Promise<FileSystemFileHandle> {
    const parts = path.split('/');
    let folder = await top();
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create });
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
    async list() {
      const files: { path: string; bytes: number }[] = [];
      const visit = async (folder: FileSystemDirectoryHandle, below: string): Promise<void> => {
        for await (const [name, entry] of folder.entries()) {
          if (entry.kind === 'directory') await visit(entry as FileSystemDirectoryHandle, `${below}${name}/`);
          else
            files.push({ path: below + name, bytes: (await (entry as FileSystemFileHandle).getFile()).size });
        }
      };
      await visit(await top(), '');
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async remove(path) {
      try {
        const parts = path?.split('/') ?? [];
        const name = parts.pop();
        if (name === undefined) return await root.removeEntry(FOLDER, { recursive: true });
        let folder = await top();
        for (const part of parts) folder = await folder.getDirectoryHandle(part);
        await folder.removeEntry(name, { recursive: true });
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
