/** `timbrel checkpoints list | fetch | clear`: the catalogue, and what of it is kept here. */
import { unknownCheckpoint } from '../checkpoints/resolve-source.js';
import { NOTES_FOLDER, type StoredCheckpoint } from '../checkpoints/downloads/stored-checkpoint.js';
import {
  catalogue,
  clearCheckpoints,
  fetchCheckpoint,
  listCheckpoints,
  type CatalogueEntry,
} from '../models/checkpoints/checkpoints.js';
import { columns, defineCommand } from './command.js';
import type { Option } from './options.js';
import { usageError } from './usage.js';

const cacheOption = {
  type: 'string',
  value: 'FOLDER',
  description: 'Where downloads are kept, instead of TIMBREL_CACHE_DIR or the cache folder of the system',
} as const satisfies Option;

/** Workers inherit it. */
const useCache = (folder: string | undefined) => {
  if (folder !== undefined) process.env.TIMBREL_CACHE_DIR = folder;
};

const size = (bytes: number | undefined) =>
  bytes === undefined ? 'size not known' : `${(bytes / 1e6).toFixed(1)} MB`;

export const listCommand = defineCommand({
  summary: 'The checkpoints that can be named, and those that are kept here',
  usage: '[MODEL] [OPTIONS]',
  description:
    'MODEL, such as MelodyRNN, shows only its own. A checkpoint is downloaded when it is first loaded and kept from then on; its id ' +
    'stands wherever --checkpoint is taken.',
  examples: ['MelodyRNN', '--stored', '--json'],
  positionals: { min: 0, max: 1 },
  options: {
    stored: { type: 'boolean', description: 'Only those that are kept here, with their files' },
    'cache-dir': cacheOption,
  },
  async run({ values, positionals: [model] }) {
    useCache(values['cache-dir']);
    const stored = await listCheckpoints();
    const chosen = catalogue.filter((entry) => matches(entry, model));
    if (chosen.length === 0) {
      const models = [...new Set(catalogue.map((entry) => entry.model))].join(', ');
      throw usageError(`${JSON.stringify(model)} is no model of the catalogue; there are ${models}`);
    }
    const ids = new Set(chosen.map(({ id }) => id));
    const kept = stored.filter(
      ({ id }) => model === undefined || ids.has(id) || (id === NOTES_FOLDER && chosen[0].model === 'NSynth'),
    );
    if (values.stored) return { text: storedText(kept), data: kept };
    const data = chosen.map((entry) => ({ ...entry, stored: stored.find(({ id }) => id === entry.id) }));
    return { text: catalogueText(data), data };
  },
});

const matches = (entry: CatalogueEntry, model: string | undefined) =>
  model === undefined || entry.model.toLowerCase() === model.toLowerCase().replaceAll(/[-_]/g, '');

type Row = CatalogueEntry & { readonly stored?: StoredCheckpoint };

function catalogueText(rows: readonly Row[]): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models
    .flatMap((model) => {
      const own = rows.filter((row) => row.model === model);
      const title = own[0].playable ? model : `${model} (fetch and convert; not played by this version)`;
      return [title, ...columns(own.map((row) => [row.id, `${stateOf(row)}. ${row.note}`])), ''];
    })
    .join('\n')
    .trimEnd();
}

function stateOf({ url, bytes, stored }: Row): string {
  if (url === undefined) return `${size(bytes)}, in the package`;
  if (stored?.whole) return `${size(stored.bytes)}, here`;
  return stored ? `${size(stored.bytes)} of ${size(bytes)} here` : size(bytes);
}

function storedText(stored: readonly StoredCheckpoint[]): string {
  if (stored.length === 0) return 'Nothing is kept here';
  const total = stored.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...stored.flatMap(({ id, bytes, whole, location, notes, files }) => [
      `${id}: ${notes === undefined ? '' : `${notes} decoded notes, `}${size(bytes)}${whole ? '' : ', not all of it'}, in ${location}`,
      ...columns(
        files.map((file) => [
          file.name,
          `${file.bytes} bytes${file.sha256 ? `, SHA-256 ${file.sha256}` : ''}${file.whole ? '' : ', not all of it'}`,
        ]),
      ),
    ]),
    `${stored.length} ${stored.length === 1 ? 'entry' : 'entries'}, ${size(total)}`,
  ].join('\n');
}

export const fetchCommand = defineCommand({
  summary: 'Download checkpoints of the catalogue, to be there without a network',
  usage: 'ID... [OPTIONS]',
  description:
    'What broke off goes on where it stopped. The folder can be served as it is, as a mirror for others: --mirror takes its address.',
  examples: [
    'music_rnn/basic_rnn',
    'performance_rnn/performance_with_dynamics --mirror https://example.org/checkpoints',
  ],
  positionals: { min: 1, max: Infinity },
  options: {
    mirror: {
      type: 'string',
      value: 'URL',
      description: 'Asked when the original host does not have it',
      multiple: true,
    },
    'cache-dir': cacheOption,
  },
  async run({ values, positionals, showProgress }) {
    useCache(values['cache-dir']);
    const unknown = positionals.find((id) => !catalogue.some((entry) => entry.id === id));
    if (unknown !== undefined) {
      throw unknownCheckpoint(unknown);
    }
    const fetched: StoredCheckpoint[] = [];
    for (const id of positionals) {
      const progress = showProgress(id);
      try {
        const onProgress = ({ loaded, total }: { readonly loaded: number; readonly total: number }) =>
          progress.update(loaded, total, total > 0 ? '' : 'bytes');
        fetched.push(await fetchCheckpoint(id, { mirrors: values.mirror, onProgress }));
      } finally {
        progress.end();
      }
    }
    return { text: storedText(fetched), data: fetched };
  },
});

export const clearCommand = defineCommand({
  summary: 'Remove downloaded checkpoints',
  usage: 'ID... | --all',
  examples: ['music_rnn/basic_rnn', '--all'],
  positionals: { min: 0, max: Infinity },
  options: {
    all: { type: 'boolean', description: 'Everything that is kept' },
    'cache-dir': cacheOption,
  },
  async run({ values, positionals }) {
    useCache(values['cache-dir']);
    if (values.all === positionals.length > 0)
      throw usageError('Ids are missing: name the checkpoints, or give --all for everything');
    const removed = values.all
      ? await clearCheckpoints()
      : (await Promise.all(positionals.map((id) => clearCheckpoints(id)))).flat();
    const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
    const text = [...removed.map(({ id }) => `removed ${id}`), `${size(bytes)} freed`].join('\n');
    return { text, data: removed };
  },
});
