/**
 * Checkpoints of every format but the magenta.js folder (magenta-js.ts), wherever they lie: TensorFlow V2 and V1, .mag, and any of
 * them in a tar, tgz or zip. A chunk of its own, loaded when a source is no such folder.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { LoadProgress } from './checkpoint-source.js';
import { nodeModule } from '../node/node-module.js';
import { pathSource, type ByteSource } from './byte-source.js';
import { chooseCandidate } from './choose.js';
import { detect, pathInState, type Detected } from './detect.js';
import { absent, malformed, unknownFormat } from './failures.js';
import { droppedSet, fileSet, filesIn, folderOf, pathSet, type FileSet } from './file-set.js';
import { baseName, isURL } from './files.js';
import { openGzip } from './gzip.js';
import { httpSource } from './http-source.js';
import { readOptionalJSON } from './json-file.js';
import { openMagentaJS } from './magenta-js.js';
import { openBundle } from './mag.js';
import type { OpenedCheckpoint } from './opened.js';
import { text } from './protobuf.js';
import { openTable } from './table.js';
import { openTar } from './tar.js';
import { openTensorFlowV1 } from './tensorflow-v1.js';
import { openTensorFlowV2 } from './tensorflow-v2.js';
import { openZip } from './zip.js';

export interface OpenOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** A file and those beside it, by their names without the folder. */
interface Place {
  readonly name: string;
  readonly source: ByteSource;
  readonly beside: (name: string) => ByteSource;
}

/** Archives in archives: more are a trap. */
const MAX_NESTING = 3;

export const openDropped = (files: readonly File[], options: OpenOptions): Promise<OpenedCheckpoint> =>
  openSet(droppedSet(files), options, 0);

/** One file, alone, wherever it lies. */
export const openSource = (
  name: string,
  source: ByteSource,
  options: OpenOptions,
): Promise<OpenedCheckpoint> =>
  openPlace(placeIn(fileSet(source.location, new Map([[name, source]])), name), options);

/** A folder without weights_manifest.json. @returns undefined where it is no place of a checkpoint */
export async function openFolder(base: string, options: OpenOptions): Promise<OpenedCheckpoint | undefined> {
  if (isURL(base) && !base.startsWith('file:')) {
    const source = httpSource(`${base}checkpoint`);
    const detected = await unlessMissing(detect(source, options.signal));
    if (detected?.kind !== 'state') return undefined;
    return openPlace(placeAt(`${base}checkpoint`, options), options, detected);
  }
  const set = await pathSet(await asPath(base)).catch(() => undefined);
  return set && openSet(set, options, 0);
}

/** A file or a prefix. @returns as an error what is wrong where there is neither, or a page in the place of both */
export async function openAddress(
  address: string,
  options: OpenOptions,
): Promise<OpenedCheckpoint | TimbrelError> {
  // Of a TensorFlow V2 checkpoint any file stands for all.
  const named = address.replace(/\.(data-\d{5}-of-\d{5}|meta)$/, '.index');
  const inNode = !isURL(named) || named.startsWith('file:');
  const location = inNode ? await asPath(named) : named;
  if (inNode && (await isFolder(location))) {
    const noCheckpoint = absent('A checkpoint', `${location} cannot be listed`);
    return (await openFolder(`${location}/`, options)) ?? noCheckpoint;
  }
  const failures: TimbrelError[] = [];
  for (const candidate of [location, `${location}.index`]) {
    const place = placeAt(candidate, options);
    const detected = await detect(place.source, options.signal).catch((error: unknown) => {
      if (isNotThere(error, !inNode)) return void failures.push(error);
      throw error;
    });
    if (detected) return openPlace(place, options, detected);
  }
  return failures[0];
}

/** @param pages whether a page says so too, as it does on many servers */
function isNotThere(error: unknown, pages: boolean): error is TimbrelError {
  if (!(error instanceof TimbrelError)) return false;
  const isPage = error.code === 'CHECKPOINT_FORMAT' && /HTML or XML page/.test(error.message);
  return error.code === 'CHECKPOINT_MISSING' || (pages && isPage);
}

async function asPath(address: string): Promise<string> {
  return address.startsWith('file:') ? (await nodeModule('url')).fileURLToPath(address) : address;
}

async function isFolder(path: string): Promise<boolean> {
  const { stat } = await nodeModule('fs/promises');
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotThere(error, false)) return undefined;
    throw error;
  }
}

function placeAt(address: string, { onProgress }: OpenOptions): Place {
  const open = (name: string) => {
    if (!isURL(address)) return pathSource(folderOf(address) + name);
    return httpSource(new URL(encodeURI(name), address).href, onProgress);
  };
  const source = isURL(address) ? httpSource(address, onProgress) : pathSource(address);
  const path = isURL(address) ? new URL(address).pathname : address;
  return { name: baseName(path), source, beside: open };
}

const placeIn = (set: FileSet, name: string): Place => ({
  name: baseName(name),
  source: set.open(name),
  beside: (other) => set.open(folderOf(name) + other),
});

async function openSet(set: FileSet, options: OpenOptions, nesting: number): Promise<OpenedCheckpoint> {
  const { name, detected } = await chooseCandidate(set, options.signal);
  if (detected.kind === 'manifest') {
    return openMagentaJS(filesIn(set, folderOf(name)), options, baseName(name));
  }
  return openPlace(placeIn(set, name), options, detected, nesting);
}

async function openPlace(
  place: Place,
  options: OpenOptions,
  known?: Detected,
  nesting = 0,
): Promise<OpenedCheckpoint> {
  const { name, source, beside } = place;
  const { signal } = options;
  const { location } = source;
  if (nesting > MAX_NESTING) throw malformed(location, 'it is an archive within archives within archives');
  const detected = known ?? (await detect(source, signal));
  const readJSON = (file: string) => readOptionalJSON(wholeFiles(beside), file, signal);
  const inside = (set: FileSet) => openSet(set, options, nesting + 1);
  switch (detected.kind) {
    case 'tar':
      return inside(await openTar(source, signal));
    case 'zip':
      return inside(await openZip(source, signal));
    case 'gzip': {
      const unpacked = await openGzip(source, signal);
      return openPlace({ ...place, source: unpacked }, options, undefined, nesting + 1);
    }
    case 'index': {
      const prefix = name.replace(/\.index$/, '');
      return openTensorFlowV2(
        detected.table,
        location,
        (suffix) => beside(prefix + suffix),
        readJSON,
        signal,
      );
    }
    case 'v1':
      return openTensorFlowV1(detected.table, location, await source.size(signal), readJSON, signal);
    case 'bundle': {
      const { generator, checkpoint } = await openBundle(source, signal);
      const table = await openTable(checkpoint, signal);
      const noFiles = async () => undefined;
      const size = await checkpoint.size(signal);
      const opened = await openTensorFlowV1(table, location, size, noFiles, signal);
      return { ...opened, format: 'mag', generator };
    }
    case 'manifest':
      return openMagentaJS(wholeFiles(beside), options, name);
    case 'state':
      return followState(place, options, nesting);
    case 'unknown':
      throw unknownFormat(location);
  }
}

async function followState(place: Place, options: OpenOptions, nesting: number): Promise<OpenedCheckpoint> {
  const { source, beside } = place;
  const path = pathInState(text(await source.read(0, await source.size(options.signal), options.signal)));
  if (!path) throw malformed(source.location, 'it names no checkpoint');
  for (const name of [`${baseName(path)}.index`, baseName(path)]) {
    const next = { ...place, name, source: beside(name) };
    const detected = await unlessMissing(detect(next.source, options.signal));
    if (detected) return openPlace(next, options, detected, nesting + 1);
  }
  throw absent(`${baseName(path)}.index`, `${source.location} names it`);
}

const wholeFiles = (beside: (name: string) => ByteSource) =>
  filesIn({ location: 'the same place', names: [], open: beside }, '');
