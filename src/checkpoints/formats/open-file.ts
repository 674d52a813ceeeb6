/** A checkpoint file, or one of a set of files, by its content: TensorFlow V2 and V1, .mag, and any of them in a tar, tgz or zip. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { absent, malformed, unknownFormat } from '../failures.js';
import type { OpenedCheckpoint, ReadTensorsOptions } from '../opened-checkpoint.js';
import { baseName, folderOf } from '../sources/address.js';
import type { ByteSource } from '../sources/byte-source.js';
import { fileSet, filesIn, type Files, type FileSet } from '../sources/file-set.js';
import { chooseCandidate } from './choose.js';
import { detect, pathInState, type Detected } from './detect.js';
import { openGzip } from './gzip.js';
import { readOptionalJSON } from './json-file.js';
import { openMagentaJS } from './magenta-js.js';
import { openBundle } from './mag.js';
import { text } from './protobuf.js';
import { openTable } from './table.js';
import { openTar } from './tar.js';
import { openTensorFlowV1 } from './tensorflow-v1.js';
import { openTensorFlowV2 } from './tensorflow-v2.js';
import { openZip } from './zip.js';

/** A file and those beside it, by their names without the folder. */
export interface Place {
  readonly name: string;
  readonly source: ByteSource;
  readonly beside: Files;
}

/** Archives in archives: more are a trap. */
const MAX_NESTING = 3;

/** Opens one file, alone, wherever it lies. */
export const openSource = (
  name: string,
  source: ByteSource,
  options: ReadTensorsOptions,
): Promise<OpenedCheckpoint> =>
  openPlace(placeIn(fileSet(source.location, new Map([[name, source]])), name), options);

const placeIn = (set: FileSet, name: string): Place => ({
  name: baseName(name),
  source: set.open(name),
  beside: filesIn(set, folderOf(name)),
});

export async function openSet(
  set: FileSet,
  options: ReadTensorsOptions,
  nesting = 0,
): Promise<OpenedCheckpoint> {
  const { name, detected } = await chooseCandidate(set, options.signal);
  return openPlace(placeIn(set, name), options, detected, nesting);
}

/** @param detected what the file is, where that is known */
export async function openPlace(
  place: Place,
  options: ReadTensorsOptions,
  known?: Detected,
  nesting = 0,
): Promise<OpenedCheckpoint> {
  const { name, source, beside } = place;
  const { signal } = options;
  const { location } = source;
  if (nesting > MAX_NESTING) throw malformed(location, 'it is an archive within archives within archives');
  const detected = known ?? (await detect(source, signal));
  const readJSON = (file: string) => readOptionalJSON(beside, file, signal);
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
      const openShard = (suffix: string) => beside.open(prefix + suffix);
      return openTensorFlowV2(detected.table, location, openShard, readJSON, signal);
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
      return openMagentaJS(beside, options, name);
    case 'state':
      return followState(place, options, nesting);
    case 'unknown':
      throw unknownFormat(location);
  }
}

async function followState(
  place: Place,
  options: ReadTensorsOptions,
  nesting: number,
): Promise<OpenedCheckpoint> {
  const { source, beside } = place;
  const { signal } = options;
  const path = pathInState(text(await source.read(0, await source.size(signal), signal)));
  if (!path) throw malformed(source.location, 'it names no checkpoint');
  for (const name of [`${baseName(path)}.index`, baseName(path)]) {
    const next = { ...place, name, source: beside.open(name) };
    const detected = await unlessMissing(detect(next.source, signal));
    if (detected) return openPlace(next, options, detected, nesting + 1);
  }
  throw absent(`${baseName(path)}.index`, `${source.location} names it`);
}

export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'CHECKPOINT_MISSING') return undefined;
    throw error;
  }
}
