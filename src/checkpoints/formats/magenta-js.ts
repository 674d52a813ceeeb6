/** magenta.js checkpoints: a manifest, shards, tensors one after the other in them (manifest.ts). */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { ProgressCounter } from '../progress.js';
import { concatenate } from '../../bytes/concatenate.js';
import type { ByteSource, ReadAllOptions } from '../sources/byte-source.js';
import type { Files } from '../sources/file-set.js';
import { MAX_JSON, readOptionalJSON } from './json-file.js';
import { BYTES_PER_VALUE, parseManifest, rejectPage, type ShardGroup, type TensorEntry } from './manifest.js';
import type { OpenedCheckpoint, ReadTensorsOptions, TensorInfo } from '../opened-checkpoint.js';
import { requested } from '../select-tensors.js';
import { checkFinite, halfToFloat, type Tensor } from '../tensor.js';

export const MANIFEST = 'weights_manifest.json';
/** Names of what may lie beside the weights. */
export const COMPANIONS = ['config.json', 'timbres.json'];

/** @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT, ABORTED */
export async function openMagentaJS(
  files: Files,
  { signal }: ReadTensorsOptions,
  manifest = MANIFEST,
): Promise<OpenedCheckpoint> {
  const source = files.open(manifest);
  const { location } = source;
  const groups = parseManifest(await source.readAll({ signal, limit: MAX_JSON }), location);
  const entries = new Map<string, TensorInfo>();
  for (const { name, shape, stored, length } of groups.flatMap(({ tensors }) => tensors)) {
    entries.set(name, { shape, dtype: stored, byteLength: length * BYTES_PER_VALUE[stored] });
  }
  return {
    format: 'magenta.js',
    location,
    entries,
    readTensors: (names, options = {}) =>
      readGroups(files, groups, new Set(requested(entries, names, location)), options),
    readJSON: (name) => readOptionalJSON(files, name, signal),
  };
}

/** Groups are read whole, where anything of them is wanted. */
async function readGroups(
  files: Files,
  groups: readonly ShardGroup[],
  wanted: ReadonlySet<string>,
  { signal, onProgress }: ReadTensorsOptions,
): Promise<Map<string, Tensor>> {
  const needed = groups.filter(({ tensors }) => tensors.some(({ name }) => wanted.has(name)));
  const progress = new ProgressCounter(
    onProgress,
    needed.reduce((sum, { byteLength }) => sum + byteLength, 0),
  );
  const onBytes = (count: number) => progress.add(count);
  onBytes(0);
  const tensors = new Map<string, Tensor>();
  for (const group of needed) {
    const bytes = await readGroup(files, group, signal, onBytes);
    throwIfAborted(signal, 'Loading the checkpoint');
    decodeGroup(group, bytes, wanted, tensors);
  }
  progress.end();
  return tensors;
}

async function readGroup(
  files: Files,
  { paths, byteLength }: ShardGroup,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const sources = paths.map((path) => files.open(path));
  const shards = await readAll(sources, { signal, onBytes, limit: byteLength });
  shards.forEach((shard, i) => rejectPage(shard, sources[i].location));
  const found = shards.reduce((sum, shard) => sum + shard.length, 0);
  if (found !== byteLength) {
    const sizes = sources.map(({ location }, i) => `${location}: ${shards[i].length}`).join(', ');
    throw new TimbrelError(
      'CHECKPOINT_TRUNCATED',
      `The manifest describes ${byteLength} bytes of weights, its shards have ${found}${found > byteLength ? ' or more' : ''} (${sizes}). ` +
        (found < byteLength ? 'A download that broke off?' : 'A manifest of another checkpoint?'),
    );
  }
  return concatenate(shards);
}

/** All at once; when one fails, the others are given up. */
async function readAll(
  sources: readonly ByteSource[],
  options: ReadAllOptions,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const all = new AbortController();
  const giveUp = () => all.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', giveUp);
  if (options.signal?.aborted) giveUp();
  try {
    return await Promise.all(sources.map((source) => source.readAll({ ...options, signal: all.signal })));
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
    all.abort();
  }
}

function decodeGroup(
  group: ShardGroup,
  bytes: Uint8Array<ArrayBuffer>,
  wanted: ReadonlySet<string>,
  tensors: Map<string, Tensor>,
): void {
  let offset = 0;
  for (const entry of group.tensors) {
    const end = offset + entry.length * BYTES_PER_VALUE[entry.stored];
    if (wanted.has(entry.name)) {
      // Tensors lie wherever the one before ended: a copy is aligned.
      const data = decodeTensor(entry, bytes.slice(offset, end).buffer);
      checkFinite(entry.name, data);
      tensors.set(entry.name, { shape: entry.shape, data });
    }
    offset = end;
  }
}

/** Little endian, as every machine this runs on. */
export function decodeTensor(entry: TensorEntry, buffer: ArrayBuffer): Float32Array | Int32Array {
  const { scale, min } = entry;
  if (entry.dtype === 'int32' && entry.stored !== 'int32') {
    return Int32Array.from(quantised(entry, buffer), (q) => Math.round(q * scale + min));
  }
  switch (entry.stored) {
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'bool':
      return Int32Array.from(new Uint8Array(buffer));
    case 'uint8':
    case 'uint16':
      return Float32Array.from(quantised(entry, buffer), (q) => q * scale + min);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), halfToFloat);
  }
}

const quantised = ({ stored }: TensorEntry, buffer: ArrayBuffer) =>
  stored === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
