/** Opens checkpoints of the catalogue: downloaded once, and kept. A chunk of the model worker, loaded when one is named. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { CheckpointSource } from '../checkpoint-source.js';
import { openMagentaJS } from '../formats/magenta-js.js';
import { openSource } from '../formats/open-file.js';
import type { OpenedCheckpoint, ReadTensorsOptions } from '../opened-checkpoint.js';
import { ProgressCounter } from '../progress.js';
import { changePath, inFolder } from '../sources/address.js';
import type { Files } from '../sources/file-set.js';
import { obtain, type WantedFile } from './cached-file.js';
import type { DownloadOptions } from './download.js';
import { KNOWN_HASHES } from './known-hashes.js';
import { openStore, type Store } from './store.js';

export type PublishedSource = Extract<CheckpointSource, { kind: 'published' }>;

/** Bytes of a file that is fetched whole, at most: more than the largest archive has. */
export const MAX_FILE = 2 ** 32;

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
  if (file === undefined) return openMagentaJS(cachedFiles(source, store), options);
  const { signal, onProgress } = options;
  const progress = new ProgressCounter(onProgress, source.bytes);
  const onBytes = (count: number) => progress.add(count);
  const whole = await obtain(wantedFile(source, file), store, { signal, onBytes, limit: MAX_FILE });
  return openSource(file, whole, options);
}

/** A mirror has what the store has: a folder for each id. */
export function wantedFile({ id, base, mirrors }: PublishedSource, name: string): WantedFile {
  const path = `${id}/${name}`;
  const folders = mirrors.map((mirror) => changePath(mirror, (own) => own.replace(/\/?$/, '/')));
  return {
    path,
    addresses: [inFolder(base, name), ...folders.map((folder) => inFolder(folder, path))],
    sha256: KNOWN_HASHES[id]?.[name],
  };
}

function cachedFiles(source: PublishedSource, store: Store | undefined): Files {
  return {
    open(name) {
      const wanted = wantedFile(source, name);
      const get = (options: DownloadOptions) => obtain(wanted, store, options);
      return {
        location: wanted.addresses[0],
        size: async (signal) => (await get({ signal, limit: MAX_FILE })).size(signal),
        read: async (offset, length, signal) =>
          (await get({ signal, limit: MAX_FILE })).read(offset, length, signal),
        readAll: async (options) => (await get(options)).readAll({ ...options, onBytes: undefined }),
      };
    },
  };
}
