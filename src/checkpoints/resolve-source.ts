/** From what a caller wrote to where files are. Runs on the main thread: it reads nothing. */
import { nearestNames } from '../errors/nearest-name.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { CheckpointSource } from './checkpoint-source.js';
import { inNode, nodeModuleNow } from '../node/node-module.js';
import { CATALOGUE, type NamedCheckpoint } from './catalogue.js';
import type { ShippedFiles } from './shipped/shipped-files.js';
import { changePath, isURL } from './sources/address.js';

/** A checkpoint as a caller names it: a catalogue id, a URL or path, or dropped files. */
export type Source = string | readonly File[];

/** Options for the download of a checkpoint of the catalogue. */
export interface DownloadOptions {
  /**
   * Addresses to ask when the original's host does not answer: each has a folder for every id, as `timbrel checkpoints fetch` makes
   * them.
   */
  readonly mirrors?: readonly string[];
  /** The default, true: the download is kept for the next time, and a kept one is used. */
  readonly keep?: boolean;
}

export interface ResolveOptions extends DownloadOptions {
  /** The class that is to play it; what an id is of, is known before anything is fetched. */
  readonly model?: string;
  /** The checkpoints that the package ships of it; another one that it is to ship has no files. */
  readonly shipped?: ShippedFiles;
  /** The classes there are; default: all that the catalogue names. */
  readonly models?: readonly string[];
}

/** No id of the catalogue ends so. */
const FILE = /(?:\.(?:mag|tar|tgz|gz|zip|index|ckpt-\d+)|(?:^|\/)weights_manifest\.json)(?:[?#].*)?$/i;

/** 'C:\models\x', 'C:/models/x', '\\server\models\x', '.\x', 'models\x': no id and no URL looks so. */
const WINDOWS_PATH = /^[a-z]:|^[^/?#]*\\/i;

/**
 * @param source a catalogue id has no scheme and does not begin with '.' or '/'; a URL or a path
 *   does, or begins with '~/' or is there on the disk where there is one (in the browser relative to the page, in Node to the working directory) and names a folder, a file (.mag, tgz, ...) or
 *   the prefix of a TensorFlow checkpoint. A list of files is a checkpoint that was dropped.
 * @throws OPTION_INVALID; CHECKPOINT_UNKNOWN for an id that the catalogue does not have: never a fetch; CHECKPOINT_OTHER_MODEL
 */
export function resolveSource(
  source: Source,
  { mirrors = [], keep = true, model, shipped = {}, models }: ResolveOptions = {},
): CheckpointSource {
  if (typeof source !== 'string') {
    if (Array.isArray(source) && source.every((file) => typeof file?.name === 'string'))
      return { kind: 'files', files: source, names: source.map(({ name }) => name) };
    throw new TimbrelError(
      'OPTION_INVALID',
      `source is ${String(source)}; expected a text (an id, a URL or a path) or a list of files`,
    );
  }
  if (!Array.isArray(mirrors) || !mirrors.every((mirror) => typeof mirror === 'string')) {
    throw new TimbrelError('OPTION_INVALID', `mirrors is ${String(mirrors)}; expected a list of URLs`);
  }
  if (isURL(source)) return asAddress(source);
  if (WINDOWS_PATH.test(source)) return asWindowsPath(source);
  if (/^[./]/.test(source) || FILE.test(source)) {
    return asAddress(typeof location === 'object' ? new URL(source, location.href).href : source);
  }
  const entry = CATALOGUE.find(({ id }) => id === source);
  const path = entry ? undefined : pathOnDisk(source);
  if (path !== undefined) return asAddress(path);
  if (!entry) {
    throw unknownCheckpoint(source, models);
  }
  const { id, url, bytes } = entry;
  if (model !== undefined && entry.model !== model) {
    throw new TimbrelError(
      'CHECKPOINT_OTHER_MODEL',
      `${id} is a checkpoint of ${entry.model}, not of ${model}` +
        (isAmong(entry, models) ? `: load it with ${entry.model}` : '; this version has no such model'),
    );
  }
  if (url === undefined) return { kind: 'urls', id, files: shipped[id] ?? {} };
  const slash = url.lastIndexOf('/') + 1;
  const file = url.slice(slash) || undefined;
  return { kind: 'published', id, base: url.slice(0, slash), file, mirrors, keep, bytes };
}

/** A folder, also where its manifest was named; without '/' at its end it may be a file: whoever reads it will see. */
function asAddress(address: string): CheckpointSource {
  let isFolder = false;
  const base = changePath(address, (path) => {
    const folder = path.replace(/(^|\/)weights_manifest\.json$/, '$1');
    isFolder = folder.endsWith('/');
    return folder;
  });
  return isFolder ? { kind: 'folder', base } : { kind: 'address', address };
}

/** In Node, the path that a text means though it does not begin with '.' or '/': it is there, or begins with the home folder. */
function pathOnDisk(source: string): string | undefined {
  if (!inNode()) return undefined;
  if (source.startsWith('~/')) return `${nodeModuleNow('os').homedir()}${source.slice(1)}`;
  return nodeModuleNow('fs').existsSync(source) ? `./${source}` : undefined;
}

/** Windows takes '/' between folders as well. @throws CHECKPOINT_UNKNOWN in a page, which may read no disk */
function asWindowsPath(path: string): CheckpointSource {
  if (inNode()) return asAddress(path.replaceAll('\\', '/'));
  throw new TimbrelError(
    'CHECKPOINT_UNKNOWN',
    `${path} is a path on a disk, which a page cannot read. Drop its files, or give a URL`,
  );
}

const isAmong = ({ model }: NamedCheckpoint, models: ResolveOptions['models']) =>
  models === undefined || models.includes(model);

/** The number of ids that are named where one is not there: the catalogue has a hundred. */
const NAMED = 3;

/** @param models whose checkpoints may be meant; default all */
export function unknownCheckpoint(id: string, models?: readonly string[]): TimbrelError {
  const ids = CATALOGUE.filter((entry) => isAmong(entry, models)).map((entry) => entry.id);
  const near = nearestNames(id, ids, NAMED);
  const beside = ids.filter((one) => one.startsWith(`${id.split('/')[0]}/`)).slice(0, NAMED);
  const names =
    near.length > 0
      ? `, did you mean ${near.join(', ')}?`
      : beside.length > 0
        ? `; there is ${beside.join(', ')} and more.`
        : '.';
  return new TimbrelError(
    'CHECKPOINT_UNKNOWN',
    `There is no checkpoint ${JSON.stringify(id)} in the catalogue${names} \`timbrel checkpoints ` +
      `list\` shows them all, \`catalogue\` in code; ${inNode() ? 'and no file or folder here has this name' : `a path begins with '.' or '/': './${id}'`}`,
  );
}
