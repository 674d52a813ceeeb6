/**
 * Checkpoints of every format but the magenta.js folder, by where they lie: dropped, in a folder, at an address. A chunk of its own,
 * loaded when a source is no such folder.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { nodeModule } from '../../node/node-module.js';
import { absent } from '../failures.js';
import type { OpenedCheckpoint, ReadTensorsOptions } from '../opened-checkpoint.js';
import { changePath, fileName, folderOf, inFolder, isRemote } from '../sources/address.js';
import { addressSource } from '../sources/address-source.js';
import { droppedSet, pathSet } from '../sources/file-set.js';
import { asPath } from '../sources/local-source.js';
import { detect } from './detect.js';
import { openPlace, openSet, unlessMissing, type Place } from './open-file.js';

export const openDropped = (files: readonly File[], options: ReadTensorsOptions): Promise<OpenedCheckpoint> =>
  openSet(droppedSet(files), options);

/** A folder without weights_manifest.json. @returns undefined where it is no place of a checkpoint */
export async function openFolder(
  base: string,
  options: ReadTensorsOptions,
): Promise<OpenedCheckpoint | undefined> {
  if (isRemote(base)) {
    const place = placeAt(inFolder(base, 'checkpoint'), options);
    const detected = await unlessMissing(detect(place.source, options.signal));
    return detected?.kind === 'state' ? openPlace(place, options, detected) : undefined;
  }
  const set = await pathSet(await asPath(base)).catch(() => undefined);
  return set && openSet(set, options);
}

/** A file or a prefix. @returns as an error what is wrong where there is neither, or a page in the place of both */
export async function openAddress(
  address: string,
  options: ReadTensorsOptions,
): Promise<OpenedCheckpoint | TimbrelError> {
  // Of a TensorFlow V2 checkpoint any file stands for all.
  const named = changePath(address, (path) => path.replace(/\.(data-\d{5}-of-\d{5}|meta)$/, '.index'));
  const remote = isRemote(named);
  const location = remote ? named : await asPath(named);
  if (!remote && (await isFolder(location))) {
    const noCheckpoint = absent('A checkpoint', `${location} cannot be listed`);
    return (await openFolder(`${location}/`, options)) ?? noCheckpoint;
  }
  const failures: TimbrelError[] = [];
  for (const candidate of [location, changePath(location, (path) => `${path}.index`)]) {
    const place = placeAt(candidate, options);
    const detected = await detect(place.source, options.signal).catch((error: unknown) => {
      if (isMissing(error) || (remote && isPage(error))) return void failures.push(error);
      throw error;
    });
    if (detected) return openPlace(place, options, detected);
  }
  return failures[0];
}

const isMissing = (error: unknown): error is TimbrelError =>
  error instanceof TimbrelError && error.code === 'CHECKPOINT_MISSING';

/** Many servers send a page for what is not there. */
const isPage = (error: unknown): error is TimbrelError =>
  error instanceof TimbrelError &&
  error.code === 'CHECKPOINT_FORMAT' &&
  /HTML or XML page/.test(error.message);

async function isFolder(path: string): Promise<boolean> {
  const { stat } = await nodeModule('fs/promises');
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function placeAt(address: string, { onProgress }: ReadTensorsOptions): Place {
  const folder = changePath(address, folderOf);
  return {
    name: fileName(address),
    source: addressSource(address, onProgress),
    beside: { open: (name) => addressSource(inFolder(folder, name), onProgress) },
  };
}
