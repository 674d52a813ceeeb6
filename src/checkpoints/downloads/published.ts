/** Published checkpoints that are kept: downloaded whole, listed, cleared. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { absent } from '../failures.js';
import { MAX_JSON } from '../formats/json-file.js';
import { COMPANIONS, MANIFEST } from '../formats/magenta-js.js';
import { parseManifest } from '../formats/manifest.js';
import type { ReadTensorsOptions } from '../opened-checkpoint.js';
import { ProgressCounter } from '../progress.js';
import { inFolder } from '../sources/address.js';
import { checkRoom, isWhole, obtain, readRecord } from './cached-file.js';
import { MAX_FILE, wantedFile, type PublishedSource } from './open-published.js';
import { openStore, type Store } from './store.js';
import { NOTES_FOLDER, type StoredCheckpoint } from './stored-checkpoint.js';

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
  const progress = new ProgressCounter(onProgress, source.bytes);
  const onBytes = (count: number) => progress.add(count);
  const get = (name: string, limit = MAX_FILE) =>
    obtain(wantedFile(source, name), store, { signal, onBytes, limit }, true);
  if (file !== undefined) await get(file);
  else {
    const manifest = await get(MANIFEST, MAX_JSON);
    const size = await manifest.size(signal);
    const groups = parseManifest(await manifest.read(0, size, signal), inFolder(source.base, MANIFEST));
    progress.total = size + groups.reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const { paths } of groups) {
      for (const name of paths) await get(name);
    }
    for (const name of COMPANIONS) await get(name, MAX_JSON).catch(unlessAborted);
  }
  return describe(store, id, (await filesById(store)).get(id) ?? []);
}

function unlessAborted(error: unknown): void {
  if (!(error instanceof TimbrelError) || /^(?:ABORTED|STORAGE_.*)$/.test(error.code)) throw error;
}

/** Lists the kept checkpoints, whole or in part, and the kept notes. */
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
  const location = `${store.location}/${id}`;
  if (id === NOTES_FOLDER)
    return { id, bytes: bytesOf(files), whole: true, location, notes: files.length, files: [] };
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
    location,
    files: described,
  };
}

/** The names of the shards of a folder, by its manifest. */
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
