/**
 * One file of a published checkpoint: from the store when it is there whole and unchanged, else downloaded into the store, or into
 * memory where nothing can be kept.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { concatenate } from '../../bytes/concatenate.js';
import { memorySource, type ByteSource } from '../sources/byte-source.js';
import { damaged, malformed } from '../failures.js';
import { rejectPage } from '../formats/manifest.js';
import { sha256 } from './digest.js';
import { download, MemorySink, type DownloadOptions, type Sink, type Version } from './download.js';
import type { Store, StoredFile } from './store.js';

export interface WantedFile {
  /** In the store. */
  readonly path: string;
  /** The first that answers is taken. */
  readonly addresses: readonly string[];
  /** The hash of its content, where it is known. */
  readonly sha256?: string;
}

/** The record beside each stored file. While the file is downloaded it has no hash. */
export interface FileRecord {
  readonly version?: Version;
  readonly bytes?: number;
  /** The hash of the content as it was downloaded; null where it was too large to be hashed. */
  readonly sha256?: string | null;
  /** The address. */
  readonly from?: string;
}

export const RECORD = '.stored';

/** Enough to tell a page from weights. */
const HEAD = 64;

/** @returns undefined where there is none, or one that cannot be read */
export async function readRecord(store: Store, path: string): Promise<FileRecord | undefined> {
  const text = await store.readText(path + RECORD);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as FileRecord;
  } catch {
    return undefined;
  }
}

export const isWhole = (record: FileRecord | undefined): boolean => record?.sha256 !== undefined;

/**
 * @param required true: it is an error when the file cannot be kept
 * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT for a page, CHECKPOINT_DAMAGED, ABORTED; STORAGE_FULL and
 *   STORAGE_FAILED if it is required
 */
export async function obtain(
  wanted: WantedFile,
  store: Store | undefined,
  options: DownloadOptions,
  required = false,
): Promise<ByteSource> {
  if (!store) return toMemory(wanted, options);
  const kept = await fromStore(wanted, store, options);
  if (kept) return kept;
  try {
    return await toStore(wanted, store, options);
  } catch (error) {
    const storage = error instanceof TimbrelError && error.code.startsWith('STORAGE_');
    if (!storage || required) throw error;
    // A full disk, or another page that downloads the same, is no reason not to play.
    return toMemory(wanted, options);
  }
}

/** @returns undefined where it is not whole or not as it was */
async function fromStore(
  { path }: WantedFile,
  store: Store,
  { signal, onBytes }: DownloadOptions,
): Promise<ByteSource | undefined> {
  const record = await readRecord(store, path);
  if (!isWhole(record)) return undefined;
  try {
    const source = await store.source(path);
    const size = await source.size(signal);
    const same =
      size === record?.bytes && (!record.sha256 || (await sha256(source, signal)) === record.sha256);
    if (same) {
      onBytes?.(size);
      return source;
    }
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'ABORTED') throw error;
  }
  await remove(store, path);
  return undefined;
}

async function toStore(wanted: WantedFile, store: Store, options: DownloadOptions): Promise<ByteSource> {
  const { path, addresses } = wanted;
  const file = await store.open(path);
  let from: string;
  const sink = new StoreSink(path, store, file, (await readRecord(store, path))?.version);
  try {
    from = await download(addresses, sink, options);
  } catch (error) {
    await file.close();
    if (file.length === 0) await remove(store, path);
    throw error;
  }
  await file.close();
  const source = await store.source(path);
  try {
    const hash = await check(wanted, source, from, options);
    const record: FileRecord = {
      bytes: await source.size(),
      sha256: hash ?? null,
      from,
      version: sink.version,
    };
    await store.writeText(path + RECORD, JSON.stringify(record));
    return source;
  } catch (error) {
    // What is wrong is not kept, to be wrong again.
    if (!(error instanceof TimbrelError && error.code === 'ABORTED')) await remove(store, path);
    throw error;
  }
}

async function toMemory(wanted: WantedFile, options: DownloadOptions): Promise<ByteSource> {
  const sink = new MemorySink();
  const from = await download(wanted.addresses, sink, options);
  const source = memorySource(from, concatenate(sink.pieces));
  await check(wanted, source, from, options);
  return source;
}

/** @param address where it came from. @returns the hash. @throws CHECKPOINT_FORMAT, CHECKPOINT_DAMAGED */
async function check(
  { sha256: known }: WantedFile,
  source: ByteSource,
  address: string,
  { limit, signal }: DownloadOptions,
): Promise<string | undefined> {
  const size = await source.size(signal);
  if (size > limit) throw malformed(address, `it is longer than the ${limit} bytes that belong to it`);
  rejectPage(await source.read(0, Math.min(HEAD, size), signal), address);
  // Pages without TLS have no hashes, and no store either.
  if (typeof globalThis.crypto?.subtle !== 'object') return undefined;
  const hash = await sha256(source, signal);
  if (known && hash && hash !== known) throw damaged(address, 'it');
  return hash;
}

async function remove(store: Store, path: string): Promise<void> {
  await store.remove(path + RECORD);
  await store.remove(path);
}

/** Appends to a stored file, and writes down what it is the beginning of. */
class StoreSink implements Sink {
  constructor(
    private readonly path: string,
    private readonly store: Store,
    private readonly file: StoredFile,
    public version: Version | undefined,
  ) {}

  get length(): number {
    return this.file.length;
  }

  async begin(version: Version): Promise<void> {
    await this.file.clear();
    this.version = version;
    await checkRoom(this.store, version.total);
    await this.store.writeText(this.path + RECORD, JSON.stringify({ version } satisfies FileRecord));
  }

  append(piece: Uint8Array): Promise<void> {
    return this.file.append(piece);
  }
}

/** @throws STORAGE_FULL */
export async function checkRoom(store: Store, bytes: number | undefined): Promise<void> {
  if (bytes === undefined) return;
  const free = await store.free();
  if (free === undefined || bytes <= free) return;
  throw new TimbrelError(
    'STORAGE_FULL',
    `${Math.ceil(bytes / 1e6)} MB are to be kept in ${store.location}, which has room for ${Math.floor(free / 1e6)} MB. ` +
      'Clear checkpoints that are no longer needed (clearCheckpoints, timbrel checkpoints clear), or free space',
  );
}
