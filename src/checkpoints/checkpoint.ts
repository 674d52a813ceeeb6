/**
 * The one way into checkpoints, whatever their format and wherever they are. Runs in the model worker. The magenta.js folder, which
 * the shipped weights are, is read at once; all other formats are a chunk that is loaded when needed (formats/open-address.ts).
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { CheckpointSource } from './checkpoint-source.js';
import { baseName, changePath, fileName } from './sources/address.js';
import { addressedFiles, droppedFolder, folderFiles } from './sources/file-set.js';
import { MANIFEST, openMagentaJS } from './formats/magenta-js.js';
import type { GeneratorDetails, OpenedCheckpoint, ReadTensorsOptions } from './opened-checkpoint.js';
import type { Tensor } from './tensor.js';

export type { GeneratorDetails, OpenedCheckpoint, TensorInfo } from './opened-checkpoint.js';
export { decodeTensor } from './formats/magenta-js.js';
export { halfToFloat, type Tensor } from './tensor.js';

export interface Checkpoint extends Pick<OpenedCheckpoint, 'readJSON'> {
  /** By the name in the checkpoint. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The details that a .mag has of its maker. */
  readonly generator?: GeneratorDetails;
}

export interface LoadCheckpointOptions extends ReadTensorsOptions {
  /** Names of the tensors to read, from those that there are; default: all that hold numbers. */
  readonly select?: (names: readonly string[]) => readonly string[];
}

/**
 * Reads names, shapes and types; values later, those that are asked for.
 * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, CHECKPOINT_DAMAGED,
 *   CHECKPOINT_AMBIGUOUS, ABORTED
 */
export async function openCheckpoint(
  source: CheckpointSource,
  options: ReadTensorsOptions = {},
): Promise<OpenedCheckpoint> {
  switch (source.kind) {
    case 'urls':
      return openMagentaJS(addressedFiles(source.files), options);
    case 'folder':
      return openFolder(source.base, options);
    case 'files': {
      const files = source.files.map((file, i) => withName(file, source.names?.[i]));
      if (files.some(({ name }) => baseName(name) === MANIFEST)) {
        return openMagentaJS(droppedFolder(files), options);
      }
      const { openDropped } = await import('./formats/open-address.js');
      return openDropped(files, options);
    }
    case 'address':
      return openAddress(source.address, options);
    case 'published': {
      const { openPublished } = await import('./downloads/open-published.js');
      return openPublished(source, options);
    }
  }
}

/** The file, with its name where it has lost it. */
const withName = (file: File, name = 'file'): File =>
  (file.name as string | undefined) === undefined ? new File([file], name) : file;

/** Opens, and reads tensors. @throws as openCheckpoint, and CHECKPOINT_NAN */
export async function loadCheckpoint(
  source: CheckpointSource,
  { select, ...options }: LoadCheckpointOptions = {},
): Promise<Checkpoint> {
  const opened = await openCheckpoint(source, options);
  const tensors = await opened.readTensors(select?.([...opened.entries.keys()]), options);
  return { tensors, generator: opened.generator, readJSON: (name) => opened.readJSON(name) };
}

async function openFolder(base: string, options: ReadTensorsOptions): Promise<OpenedCheckpoint> {
  try {
    return await openMagentaJS(folderFiles(base), options);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const formats = await import('./formats/open-address.js');
    const opened = await formats.openFolder(base, options);
    if (opened) return opened;
    throw error;
  }
}

/**
 * A file, a prefix or a folder. By its looks it is tried as one of them first; its content decides. Where it is none, what is said
 * is about the first.
 */
async function openAddress(address: string, options: ReadTensorsOptions): Promise<OpenedCheckpoint> {
  const folder = () => openMagentaJS(folderFiles(changePath(address, (path) => `${path}/`)), options);
  const file = async () => (await import('./formats/open-address.js')).openAddress(address, options);
  if (looksLikeFile(address)) {
    const found = await file();
    if (!(found instanceof TimbrelError)) return found;
    return folder().catch((error: unknown) => {
      throw isMissing(error) || isFormat(error) ? found : error;
    });
  }
  try {
    return await folder();
  } catch (error) {
    // Many servers send a page for what is not there.
    if (!isMissing(error) && !isFormat(error)) throw error;
    const found = await file();
    if (found instanceof TimbrelError) throw error;
    return found;
  }
}

const looksLikeFile = (address: string) =>
  /^(?:blob|data):|[?#]/.test(address) || fileName(address).includes('.');

const isMissing = (error: unknown) => error instanceof TimbrelError && error.code === 'CHECKPOINT_MISSING';

const isFormat = (error: unknown) => error instanceof TimbrelError && error.code === 'CHECKPOINT_FORMAT';
