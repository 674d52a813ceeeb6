/** The store of Node: a folder. TIMBREL_CACHE_DIR, or `timbrel` in the system's folder for caches. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { nodeModule } from '../../node/node-module.js';
import { pathSource } from '../sources/local-source.js';
import type { Store, StoredFile } from './store.js';

/** A file of this process that was not written for so long belongs to a worker that was ended. */
const MILLISECONDS_UNTIL_STALE = 20_000;

/** Beside a file while it is written: the process that does. */
const LOCK = '.lock';

const failed = (what: string, cause: unknown) =>
  new TimbrelError(
    'STORAGE_FAILED',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}. Checkpoints are kept in TIMBREL_CACHE_DIR, if it is set`,
    { cause },
  );

export async function openNodeStore(): Promise<Store> {
  const fs = await nodeModule('fs/promises');
  const path = await nodeModule('path');
  const folder = await folderOfCache();
  const at = (name: string) => path.join(folder, ...name.split('/'));

  return {
    location: folder,
    readText: (name) => fs.readFile(at(name), 'utf8').catch(() => undefined),
    async writeText(name, text) {
      await fs.mkdir(path.dirname(at(name)), { recursive: true });
      // Never half of it.
      await fs.writeFile(`${at(name)}.new`, text);
      await fs.rename(`${at(name)}.new`, at(name));
    },
    open: async (name) => {
      try {
        await fs.mkdir(path.dirname(at(name)), { recursive: true });
        return await openLocked(at(name));
      } catch (cause) {
        throw cause instanceof TimbrelError ? cause : failed(`${at(name)} cannot be written`, cause);
      }
    },
    source: async (name) => pathSource(at(name)),
    async list(below) {
      const top = below === undefined ? folder : at(below);
      const entries = await fs.readdir(top, { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile());
      const listed = await Promise.all(
        // Node 20 calls the folder `path`, later ones `parentPath`.
        files.map(async ({ name, parentPath, path: older }) => {
          const file = path.join(parentPath ?? older, name);
          const { size, mtimeMs } = await fs.stat(file).catch(() => ({ size: 0, mtimeMs: 0 }));
          return {
            path: path.relative(folder, file).split(path.sep).join('/'),
            bytes: size,
            modified: mtimeMs,
          };
        }),
      );
      return listed.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async remove(name) {
      try {
        await fs.rm(name === undefined ? folder : at(name), { recursive: true, force: true });
      } catch (cause) {
        throw failed(`${at(name ?? '')} cannot be removed`, cause);
      }
    },
    async free() {
      try {
        await fs.mkdir(folder, { recursive: true });
        const { bavail, bsize } = await fs.statfs(folder);
        return bavail * bsize;
      } catch {
        return undefined;
      }
    },
  };
}

async function folderOfCache(): Promise<string> {
  const { env, platform } = process;
  const path = await nodeModule('path');
  if (env.TIMBREL_CACHE_DIR) return path.resolve(env.TIMBREL_CACHE_DIR);
  const home = (await nodeModule('os')).homedir();
  const caches =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Caches')
        : env.XDG_CACHE_HOME || path.join(home, '.cache');
  return path.join(caches, 'timbrel');
}

async function openLocked(file: string): Promise<StoredFile> {
  const fs = await nodeModule('fs/promises');
  await lock(file);
  try {
    const handle = await fs.open(file, 'a');
    let { size } = await handle.stat();
    return {
      get length() {
        return size;
      },
      async append(piece) {
        try {
          await handle.appendFile(piece);
        } catch (cause) {
          throw failed(`${file} cannot be written`, cause);
        }
        size += piece.length;
      },
      async clear() {
        await handle.truncate(0);
        size = 0;
      },
      async close() {
        await handle.close();
        await fs.rm(file + LOCK, { force: true });
      },
    };
  } catch (error) {
    await fs.rm(file + LOCK, { force: true });
    throw error;
  }
}

/** @throws STORAGE_FAILED while another process, or another worker of this one, writes the file */
async function lock(file: string): Promise<void> {
  const fs = await nodeModule('fs/promises');
  const write = () => fs.writeFile(file + LOCK, String(process.pid), { flag: 'wx' });
  try {
    return await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await fs.readFile(file + LOCK, 'utf8').catch(() => '0'));
  if (isRunning(owner) && !(owner === process.pid && (await isStale(file)))) {
    throw new TimbrelError(
      'STORAGE_FAILED',
      `${file} is being downloaded by process ${owner}. Wait for it; if there is none, remove ${file}${LOCK}`,
    );
  }
  await fs.rm(file + LOCK, { force: true });
  await write();
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isStale(file: string): Promise<boolean> {
  const fs = await nodeModule('fs/promises');
  const touched = await Promise.all(
    [file, file + LOCK].map((path) =>
      fs.stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Date.now() - Math.max(...touched) > MILLISECONDS_UNTIL_STALE;
}
