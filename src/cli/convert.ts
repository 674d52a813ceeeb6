/** `timbrel convert`: a checkpoint of any format as a magenta.js folder, and how far its numbers moved. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { loadCheckpoint, openCheckpoint, type OpenedCheckpoint } from '../checkpoints/checkpoint.js';
import { COMPANIONS, MANIFEST } from '../checkpoints/formats/magenta-js.js';
import { encodeMagentaJS, STORAGES, type Storage } from '../checkpoints/formats/magenta-js-writer.js';
import { resolveSource } from '../checkpoints/resolve-source.js';
import { SHIPPED_FILES } from '../checkpoints/shipped/all.js';
import type { Tensor } from '../checkpoints/tensor.js';
import { givenSource } from './checkpoint-option.js';
import { defineCommand } from './command.js';
import { FORCE_OPTION, claimFiles, writeWhole } from './output-folder.js';
import { usageError } from './usage.js';

/** Names of the tensors that training leaves beside the weights. */
const OPTIMISER =
  /\/(?:Adam(?:_1)?|Adagrad|Adadelta(?:_1)?|Momentum|RMSProp(?:_1)?|Ftrl(?:_1)?)$|(?:^|\/)beta[12]_power$/;
const COUNTER = /(?:^|\/)(?:global_step|save_counter)$/;

/** The number of tensors that are shown one by one. */
const SHOWN = 20;

export const convertCommand = defineCommand({
  summary: 'Turn a checkpoint of any format into a magenta.js folder',
  usage: 'IN OUT [OPTIONS]',
  description:
    'IN is whatever can be loaded: a magenta.js folder, a TensorFlow checkpoint, a .mag, an archive of one, a URL, or an id of the ' +
    'catalogue. OUT is a folder, made where it is missing. Its numbers are read back and compared with the original. Weights of ' +
    'float16 or quantised take half or a quarter of the room; quantised, biases stay float32. What that costs in music, ' +
    '`timbrel evaluate` says.',
  examples: [
    'attention_rnn.mag attention_rnn/',
    'model.ckpt-20000 small/ --storage float16',
    'gansynth/python/acoustic_only acoustic_only/ --json',
  ],
  positionals: { min: 2, max: 2 },
  options: {
    storage: {
      type: 'string',
      value: STORAGES.join('|'),
      description: 'How weights are stored',
      default: 'float32',
    },
    'keep-optimizer': { type: 'boolean', description: "Also the optimiser's tensors and counters" },
    ...FORCE_OPTION,
  },
  async run({ values, positionals: [from, to], showProgress }) {
    const storage = values.storage as Storage;
    if (!STORAGES.includes(storage))
      throw usageError(`--storage is ${JSON.stringify(storage)}; expected ${STORAGES.join(', ')}`);
    const progress = showProgress('Reading');
    const onProgress = ({ loaded, total }: { readonly loaded: number; readonly total: number }) =>
      progress.update(loaded, total);
    const opened = await openCheckpoint(resolveSource(givenSource(from), { shipped: SHIPPED_FILES }), {
      onProgress,
    });
    await refuseSame(from, to);
    await claimFiles(to, [MANIFEST], values.force);
    const { kept, left } = choose(opened, values['keep-optimizer']);
    const tensors = await opened.readTensors(kept, { onProgress });
    progress.end();
    const files = encodeMagentaJS(tensors, storage);
    const companions = await companionsOf(opened);
    const all = [...files, ...companions];
    await claimFiles(
      to,
      all.map(([name]) => name),
      values.force,
    );
    for (const [name, bytes] of all) await writeWhole(path.join(to, name), bytes);

    const base = `${path.resolve(to)}/`;
    const { tensors: written } = await loadCheckpoint({ kind: 'folder', base });
    const compared = [...tensors].map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      ...compare(tensor, written.get(name)),
    }));
    const numbers = compared.reduce((sum, { count }) => sum + count, 0);
    const bytes = [...files].reduce((sum, [name, { length }]) => sum + (name === MANIFEST ? 0 : length), 0);
    const data = {
      format: opened.format,
      storage,
      folder: to,
      files: [...files.keys(), ...companions.keys()],
      numbers,
      bytes,
      leftOut: left,
      largestError: Math.max(...compared.map(({ largestError }) => largestError)),
      relativeError: Math.sqrt(sumOf(compared, 'squaredError') / (sumOf(compared, 'square') || 1)),
      tensors: compared.map(({ name, shape, largestError, relativeError }) => ({
        name,
        shape,
        largestError,
        relativeError,
      })),
    };
    return { text: report(data), data };
  },
});

/** @throws USAGE where the folder would be written over while it is read, or what is left is nothing */
async function refuseSame(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([from, to].map((each) => realpath(each).catch(() => undefined)));
  if (source !== undefined && source === target)
    throw usageError(`IN and OUT are the same folder, ${to}; write to another one`);
}

function choose({ entries, location }: OpenedCheckpoint, all: boolean) {
  const numeric = [...entries].filter(([, { dtype }]) => !/^(?:string|type )/.test(dtype));
  const isLeft = ([name]: (typeof numeric)[number]) => !all && (OPTIMISER.test(name) || COUNTER.test(name));
  const kept = numeric.filter((entry) => !isLeft(entry)).map(([name]) => name);
  if (kept.length === 0) throw usageError(`${location} has nothing but an optimiser's tensors`);
  return { kept, left: numeric.filter(isLeft).map(([name]) => name) };
}

async function companionsOf(opened: OpenedCheckpoint): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const write = (name: string, value: unknown) =>
    files.set(name, new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  for (const name of COMPANIONS) {
    const value = await opened.readJSON(name);
    if (value !== undefined) write(name, value);
  }
  // What a bundle says of itself, a folder says here.
  if (opened.generator && !files.has('config.json')) {
    write('config.json', { type: 'MusicRNN', configuration: opened.generator.id });
  }
  return files;
}

interface Comparison {
  readonly count: number;
  readonly largestError: number;
  /** Root mean square of the difference over that of the original. */
  readonly relativeError: number;
  readonly square: number;
  readonly squaredError: number;
}

function compare(original: Tensor, written: Tensor | undefined): Comparison {
  const count = original.data.length;
  if (!written || written.data.length !== count)
    return { count, largestError: Infinity, relativeError: Infinity, square: 0, squaredError: Infinity };
  let [largestError, square, squaredError] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const error = Math.abs(original.data[i] - written.data[i]);
    largestError = Math.max(largestError, error);
    square += original.data[i] ** 2;
    squaredError += error ** 2;
  }
  const relativeError = squaredError === 0 ? 0 : Math.sqrt(squaredError / square);
  return { count, largestError, relativeError, square, squaredError };
}

const sumOf = (compared: readonly Comparison[], key: 'square' | 'squaredError') =>
  compared.reduce((sum, each) => sum + each[key], 0);

interface Converted {
  readonly format: string;
  readonly storage: Storage;
  readonly folder: string;
  readonly files: readonly string[];
  readonly numbers: number;
  readonly bytes: number;
  readonly leftOut: readonly string[];
  readonly largestError: number;
  readonly relativeError: number;
  readonly tensors: readonly Pick<Comparison, 'largestError' | 'relativeError'>[] &
    readonly { readonly name: string; readonly shape: readonly number[] }[];
}

const figure = (value: number) => (value === 0 ? '0' : value.toExponential(1)).padEnd(10);

function report({ format, storage, folder, leftOut, tensors, ...sums }: Converted): string {
  const worst = [...tensors].sort((a, b) => b.relativeError - a.relativeError).slice(0, SHOWN);
  const row = (largest: number, relative: number, what: string) =>
    `  ${figure(largest)}${figure(relative)}${what}`;
  return [
    `${folder}: ${tensors.length} tensors, ${sums.numbers} numbers, ${sums.bytes} bytes, ${storage} from ${format}`,
    ...(leftOut.length > 0 ? [`left out: ${leftOut.length} tensors of training, such as ${leftOut[0]}`] : []),
    'Read back, against the original: the largest difference, and the root mean square of all relative to the tensor',
    ...worst.map(({ name, shape, largestError, relativeError }) =>
      row(largestError, relativeError, `${name} ${shape.join(' x ')}`),
    ),
    ...(tensors.length > SHOWN ? [`  and ${tensors.length - SHOWN} tensors that differ less`] : []),
    row(sums.largestError, sums.relativeError, 'all of it'),
  ].join('\n');
}
