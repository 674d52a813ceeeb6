/** Checkpoints of the catalogue: downloaded once, kept, listed and cleared. A chunk of the model worker, loaded when one is named. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { CheckpointSource } from '../checkpoint-source.js';
import type { StoredCheckpoint } from './stored-checkpoint.js';
import { absent } from '../failures.js';
import type { CheckpointFiles } from '../files.js';
import { openSource } from '../formats.js';
import { MAX_JSON } from '../json-file.js';
import { MANIFEST, openMagentaJS } from '../magenta-js.js';
import { parseManifest } from '../manifest.js';
import type { OpenedCheckpoint, ReadTensorsOptions } from '../opened.js';
import { checkRoom, isWhole, obtain, readRecord, type WantedFile } from './kept-file.js';
import { KNOWN_HASHES } from './known-hashes.js';
import { openStore, type Store } from './store.js';

export type PublishedSource = Extract<CheckpointSource, { kind: 'published' }>;

/** A file that is fetched whole may be as long as the largest archive, bytes. */
const MAX_FILE = 2 ** 32;

/** What may lie beside the weights. */
const companionsOf = (id: string) =>
  id.startsWith('gansynth/') ? ['config.json', 'timbres.json'] : ['config.json'];

/** @throws as openCheckpoint */
export async function openPublished(
  source: PublishedSource,
  options: ReadTensorsOptions,
): Promise<OpenedCheckpoint> {
  const store = source.keep ? await openStore() : undefined;
  try {
    const opened = await open(source, store, options);
    return {
      ...opened,
      readTensors: async (names, readOptions) => {
        try {
          return await opened.readTensors(names, readOptions);
        } catch (error) {
          await forgetIfBroken(source, store, error);
          throw error;
        }
      },
    };
  } catch (error) {
    await forgetIfBroken(source, store, error);
    throw error;
  }
}

/** A host that served something broken may have mended it when it is asked again. */
async function forgetIfBroken({ id }: PublishedSource, store: Store | undefined, error: unknown) {
  if (!(error instanceof TimbrelError)) return;
  if (!/^CHECKPOINT_(?:FORMAT|TRUNCATED|NAN)$/.test(error.code)) return;
  // Other files of it may still be on their way. What stays is looked at again, and what was wrong with it is what counts now.
  await store?.remove(id).catch(() => {});
}

async function open(
  source: PublishedSource,
  store: Store | undefined,
  options: ReadTensorsOptions,
): Promise<OpenedCheckpoint> {
  const { file } = source;
  if (file === undefined) return openMagentaJS(filesOf(source, store), options);
  const { signal, onProgress } = options;
  const { onBytes } = countBytes(source.bytes, onProgress);
  const whole = await obtain(wantedFile(source, file), store, { signal, onBytes, limit: MAX_FILE });
  return openSource(file, whole, options);
}

/** Progress over several files. A total that is too small, since the catalogue rounds, grows; one that is not known is 0. */
function countBytes(total = 0, onProgress: ReadTensorsOptions['onProgress']) {
  let loaded = 0;
  const counted = {
    total,
    onBytes(count: number) {
      loaded += count;
      const known = counted.total > 0 ? Math.max(counted.total, loaded) : 0;
      onProgress?.({ stage: 'download', loaded, total: known });
    },
  };
  return counted;
}

/**
 * Downloads all of a checkpoint into the store.
 * @throws STORAGE_FULL, STORAGE_FAILED, CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT, CHECKPOINT_DAMAGED, ABORTED
 */
export async function fetchPublished(
  source: PublishedSource,
  { signal, onProgress }: ReadTensorsOptions,
): Promise<StoredCheckpoint> {
  const store = await requireStore();
  const { id, file } = source;
  const there = bytesOf((await filesById(store)).get(id) ?? []);
  await checkRoom(store, Math.max(0, (source.bytes ?? 0) - there));
  const counted = countBytes(source.bytes, onProgress);
  const { onBytes } = counted;
  const get = (name: string, limit = MAX_FILE) =>
    obtain(wantedFile(source, name), store, { signal, onBytes, limit }, true);
  if (file !== undefined) await get(file);
  else {
    const manifest = await get(MANIFEST, MAX_JSON);
    const size = await manifest.size(signal);
    const groups = parseManifest(await manifest.read(0, size, signal), source.base + MANIFEST);
    counted.total = size + groups.reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const { paths } of groups) {
      for (const name of paths) await get(name);
    }
    for (const name of companionsOf(id)) await get(name, MAX_JSON).catch(unlessAborted);
  }
  return describe(store, id, (await filesById(store)).get(id) ?? []);
}

function unlessAborted(error: unknown): void {
  if (!(error instanceof TimbrelError) || /^(?:ABORTED|STORAGE_.*)$/.test(error.code)) throw error;
}

/** What is kept, whole or in part. */
export async function listStored(): Promise<readonly StoredCheckpoint[]> {
  const store = await openStore();
  if (!store) return [];
  return Promise.all([...(await filesById(store))].map(([id, files]) => describe(store, id, files)));
}

interface KeptFile {
  readonly path: string;
  readonly bytes: number;
}

const bytesOf = (files: readonly KeptFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The files of each checkpoint, without what is written beside them. */
async function filesById(store: Store): Promise<Map<string, KeptFile[]>> {
  const byId = new Map<string, KeptFile[]>();
  for (const { path, bytes } of await store.list()) {
    if (/\.(?:stored|lock|new)$/.test(path)) continue;
    const id = path.slice(0, path.lastIndexOf('/'));
    if (id) byId.set(id, [...(byId.get(id) ?? []), { path, bytes }]);
  }
  return byId;
}

async function describe(store: Store, id: string, files: readonly KeptFile[]): Promise<StoredCheckpoint> {
  const described = await Promise.all(
    files.map(async ({ path, bytes }) => {
      const record = await readRecord(store, path);
      const name = path.slice(id.length + 1);
      return { name, bytes, whole: isWhole(record), sha256: record?.sha256 ?? undefined, from: record?.from };
    }),
  );
  const whole = described.filter((file) => file.whole).map(({ name }) => name);
  const expected = await shardsOf(store, id);
  return {
    id,
    bytes: bytesOf(files),
    whole: whole.length === files.length && expected.every((name) => whole.includes(name)),
    location: `${store.location}/${id}`,
    files: described,
  };
}

/** Of a folder, by its manifest. */
async function shardsOf(store: Store, id: string): Promise<readonly string[]> {
  const manifest = await store.readText(`${id}/${MANIFEST}`);
  if (manifest === undefined) return [];
  try {
    return parseManifest(new TextEncoder().encode(manifest), id).flatMap(({ paths }) => paths);
  } catch {
    // A manifest that cannot be read names no shards: nothing is whole.
    return [MANIFEST, ''];
  }
}

/** @param id all where there is none. @returns what was removed. @throws STORAGE_FAILED, CHECKPOINT_MISSING */
export async function clearStored(id?: string): Promise<readonly StoredCheckpoint[]> {
  const store = await openStore();
  const stored = await listStored();
  const removed = id === undefined ? stored : stored.filter((one) => one.id === id);
  if (id !== undefined && removed.length === 0) {
    throw absent(
      id,
      `${store?.location ?? 'the store'} has ${stored.map((one) => one.id).join(', ') || 'none'}`,
    );
  }
  for (const one of removed) await store?.remove(one.id);
  return removed;
}

async function requireStore(): Promise<Store> {
  const store = await openStore();
  if (store) return store;
  throw new TimbrelError(
    'STORAGE_FAILED',
    'Nothing can be kept here: the page is not secure (HTTPS or localhost), or the browser lets this site keep no data',
  );
}

/** A mirror has what the store has: a folder for each id. */
function wantedFile({ id, base, mirrors }: PublishedSource, name: string): WantedFile {
  return {
    path: `${id}/${name}`,
    addresses: [base + name, ...mirrors.map((mirror) => `${mirror.replace(/\/?$/, '/')}${id}/${name}`)],
    sha256: KNOWN_HASHES[id]?.[name],
  };
}

function filesOf(source: PublishedSource, store: Store | undefined): CheckpointFiles {
  return {
    locate: (name) => source.base + name,
    async read(name, { signal, limit, onBytes }) {
      const file = await obtain(wantedFile(source, name), store, { signal, limit, onBytes });
      return file.read(0, await file.size(signal), signal);
    },
  };
}
