/** Reads a magenta.js checkpoint: manifest, shards, tensors as float32 or int32. Runs in the model worker. */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import type { CheckpointSource, LoadProgress } from '../messages/model-worker.js';
import { concatenate, openFiles, type CheckpointFiles, type ReadOptions } from './files.js';
import {
  BYTES_PER_VALUE,
  parseJSON,
  parseManifest,
  rejectPage,
  type ShardGroup,
  type TensorEntry,
} from './manifest.js';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Int32Array;
}

export interface Checkpoint {
  /** By the name in the manifest. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** A JSON file beside the manifest; undefined when there is none. @throws CHECKPOINT_FORMAT */
  readJSON(name: string): Promise<unknown>;
}

export interface LoadCheckpointOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

const MANIFEST = 'weights_manifest.json';

/** Of a manifest or another JSON file, bytes: the largest known has 60 kB. */
const MAX_JSON = 2 ** 24;

/**
 * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, CHECKPOINT_NAN, ABORTED
 */
export async function loadCheckpoint(
  source: CheckpointSource,
  options: LoadCheckpointOptions = {},
): Promise<Checkpoint> {
  const { signal, onProgress } = options;
  const files = openFiles(source);
  const groups = parseManifest(
    await files.read(MANIFEST, { signal, limit: MAX_JSON }),
    files.locate(MANIFEST),
  );
  const total = groups.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let loaded = 0;
  const onBytes = (count: number) => {
    loaded += count;
    onProgress?.({ stage: 'download', loaded: Math.min(loaded, total), total });
  };
  onBytes(0);
  const tensors = new Map<string, Tensor>();
  for (const group of groups) {
    const bytes = await readGroup(files, group, signal, onBytes);
    throwIfAborted(signal, 'Loading the checkpoint');
    decodeGroup(group, bytes, tensors);
  }
  onProgress?.({ stage: 'prepare', loaded: total, total });
  return { tensors, readJSON: (name) => readOptionalJSON(files, name, signal) };
}

async function readGroup(
  files: CheckpointFiles,
  { paths, byteLength }: ShardGroup,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const shards = await readAll(files, paths, { signal, onBytes, limit: byteLength });
  shards.forEach((shard, i) => rejectPage(shard, files.locate(paths[i])));
  const found = shards.reduce((sum, shard) => sum + shard.length, 0);
  if (found !== byteLength) {
    const sizes = paths.map((path, i) => `${files.locate(path)}: ${shards[i].length}`).join(', ');
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
  files: CheckpointFiles,
  names: readonly string[],
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const all = new AbortController();
  const giveUp = () => all.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', giveUp);
  if (options.signal?.aborted) giveUp();
  try {
    return await Promise.all(names.map((name) => files.read(name, { ...options, signal: all.signal })));
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
    all.abort();
  }
}

function decodeGroup(group: ShardGroup, bytes: Uint8Array<ArrayBuffer>, tensors: Map<string, Tensor>): void {
  let offset = 0;
  for (const entry of group.tensors) {
    const end = offset + entry.length * BYTES_PER_VALUE[entry.stored];
    // Tensors lie wherever the one before ended: a copy is aligned.
    const data = decodeTensor(entry, bytes.slice(offset, end).buffer);
    const bad = data instanceof Float32Array ? data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (bad >= 0) {
      throw new TimbrelError(
        'CHECKPOINT_NAN',
        `${entry.name} holds ${data[bad]} at index ${bad}: the file is damaged, or its training diverged`,
      );
    }
    tensors.set(entry.name, { shape: entry.shape, data });
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

/** IEEE 754 binary16, from its bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

async function readOptionalJSON(
  files: CheckpointFiles,
  name: string,
  signal?: AbortSignal,
): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(name, { signal, limit: MAX_JSON });
    rejectPage(bytes, files.locate(name));
  } catch (error) {
    // Also a page in its place: that is how many servers say that a file is not there.
    if (error instanceof TimbrelError && error.code !== 'ABORTED') return undefined;
    throw error;
  }
  return parseJSON(bytes, files.locate(name));
}
