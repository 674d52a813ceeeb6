/** From what a caller wrote to where files are. Runs on the main thread: it reads nothing. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { CheckpointSource } from '../messages/model-worker.js';
import { CATALOGUE } from './catalogue.js';
import { SHIPPED_FILES } from './shipped.js';

/**
 * @param source a catalogue id has no scheme and does not begin with '.' or '/'; a URL or a path
 *   does (in the browser relative to the page, in Node to the working directory) and names a folder. A list of files is a
 *   checkpoint that was dropped.
 * @throws CHECKPOINT_UNKNOWN for an id that the catalogue does not have: never a fetch
 */
export function resolveSource(source: string | readonly File[]): CheckpointSource {
  if (typeof source === 'string' && Object.hasOwn(SHIPPED_FILES, source)) {
    return { kind: 'urls', files: SHIPPED_FILES[source] };
  }
  if (typeof source !== 'string') return { kind: 'files', files: source };
  if (/^[a-z][a-z0-9+.-]+:/i.test(source)) return { kind: 'folder', base: asFolder(source) };
  if (/^[./]/.test(source)) {
    const inBrowser = typeof location === 'object';
    return { kind: 'folder', base: asFolder(inBrowser ? new URL(source, location.href).href : source) };
  }
  const url = CATALOGUE.find(({ id }) => id === source)?.url;
  if (!url) {
    throw new TimbrelError(
      'CHECKPOINT_UNKNOWN',
      `There is no checkpoint ${JSON.stringify(source)} in the catalogue (${CATALOGUE.map(({ id }) => id).join(', ')}). ` +
        `A path begins with '.' or '/': './${source}'`,
    );
  }
  return { kind: 'folder', base: url };
}

/** A folder, also where its manifest was named. */
function asFolder(address: string): string {
  const folder = address.replace(/weights_manifest\.json$/, '');
  return folder.endsWith('/') ? folder : `${folder}/`;
}
