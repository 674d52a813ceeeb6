/**
 * `weights_manifest.json` of a magenta.js (tfjs) checkpoint: groups of shards, and the tensors that lie in them one after the
 * other, without gaps (tfjs-core/src/io/io_utils.ts).
 */
import { TimbrelError } from '../../errors/timbrel-error.js';

export type StoredType = 'float32' | 'int32' | 'bool' | 'uint8' | 'uint16' | 'float16';

export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of a value. */
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** The type in which it is stored. */
  readonly stored: StoredType;
  /** value = q scale + min, where the tensor is quantised. */
  readonly scale: number;
  readonly min: number;
  /** Values. */
  readonly length: number;
}

export interface ShardGroup {
  readonly paths: readonly string[];
  readonly tensors: readonly TensorEntry[];
  /** Bytes that its shards must have together. */
  readonly byteLength: number;
}

export const BYTES_PER_VALUE: Readonly<Record<StoredType, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/** Larger than any published checkpoint: what claims more is broken, and must not be allocated. */
const MAX_VALUES = 2 ** 29;

/** @throws CHECKPOINT_FORMAT, naming the file and the field */
export function parseManifest(bytes: Uint8Array, where: string): ShardGroup[] {
  const groups = parseJSON(bytes, where);
  if (!Array.isArray(groups) || groups.length === 0) throw malformed(where, 'it is no list of weight groups');
  return groups.map((group: unknown, i) => parseGroup(group, where, `[${i}]`));
}

/** @throws CHECKPOINT_FORMAT */
export function parseJSON(bytes: Uint8Array, where: string): unknown {
  rejectPage(bytes, where);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed(where, `it is no JSON (${cause instanceof Error ? cause.message : cause})`, cause);
  }
}

/** Servers of single-page sites, and hosts that lost a file, answer with a page. @throws CHECKPOINT_FORMAT */
export function rejectPage(bytes: Uint8Array, where: string): void {
  // As UTF-8, which drops a byte order mark.
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (/^<(!doctype|!--|html|\?xml|head|body|error)/.test(start)) {
    throw malformed(
      where,
      `it is an HTML or XML page (${JSON.stringify(start.slice(0, 24))}): the server has no such file`,
    );
  }
}

function parseGroup(group: unknown, where: string, at: string): ShardGroup {
  const { paths, weights } = record(group, where, at);
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string' && isPlainName(path))) {
    throw malformed(where, `${at}.paths is no list of file names`);
  }
  if (new Set(paths).size < paths.length) throw malformed(where, `${at}.paths names a shard twice`);
  if (!Array.isArray(weights)) throw malformed(where, `${at}.weights is no list`);
  const tensors = weights.map((weight: unknown, i) => parseTensor(weight, where, `${at}.weights[${i}]`));
  const byteLength = tensors.reduce((sum, { stored, length }) => sum + length * BYTES_PER_VALUE[stored], 0);
  if (byteLength > 4 * MAX_VALUES) throw malformed(where, `${at} claims ${byteLength} bytes`);
  return { paths, tensors, byteLength };
}

/** Names below the manifest's own folder: nothing that leads out of it, no address, no drive. A colon alone is part of a name. */
const isPlainName = (path: string) =>
  path !== '' && !path.includes('..') && !/^[a-z][a-z0-9+.-]*:[/\\]|^[a-z]:|^[/\\]/i.test(path);

function parseTensor(weight: unknown, where: string, at: string): TensorEntry {
  const { name, shape, dtype, quantization } = record(weight, where, at);
  if (typeof name !== 'string') throw malformed(where, `${at}.name is ${JSON.stringify(name)}, not text`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw malformed(where, `the shape of ${name} is ${JSON.stringify(shape)}`);
  }
  const length = shape.reduce((product: number, size: number) => product * size, 1);
  // Also NaN, from an absurd size times zero.
  if (!(length <= MAX_VALUES))
    throw malformed(where, `${name} claims ${length} values (shape ${shape.join(' x ')})`);
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw malformed(where, `${name} is of type ${JSON.stringify(dtype)}; float32, int32 and bool are read`);
  }
  if (quantization === undefined) return { name, shape, dtype, stored: dtype, scale: 1, min: 0, length };
  const storage = parseQuantization(quantization, where, name);
  if (dtype === 'bool' || (dtype === 'int32' && storage.stored === 'float16')) {
    throw malformed(where, `${name} is of type ${dtype} and quantised to ${storage.stored}`);
  }
  return { name, shape, dtype, ...storage, length };
}

function parseQuantization(
  value: unknown,
  where: string,
  name: string,
): Pick<TensorEntry, 'stored' | 'scale' | 'min'> {
  const { dtype, scale, min } = record(value, where, `the quantization of ${name}`);
  if (dtype === 'float16') return { stored: dtype, scale: 1, min: 0 };
  if (dtype !== 'uint8' && dtype !== 'uint16') {
    throw malformed(
      where,
      `${name} is quantised to ${JSON.stringify(dtype)}; uint8, uint16 and float16 are read`,
    );
  }
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw malformed(
      where,
      `${name} is quantised without a scale and min (${JSON.stringify(scale)}, ${JSON.stringify(min)})`,
    );
  }
  return { stored: dtype, scale: scale as number, min: min as number };
}

function record(value: unknown, where: string, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(where, `${at} is no object`);
  return value as Record<string, unknown>;
}

function malformed(where: string, what: string, cause?: unknown): TimbrelError {
  return new TimbrelError(
    'CHECKPOINT_FORMAT',
    `${where} is no part of a magenta.js checkpoint: ${what}. Is it the right file, fetched whole?`,
    { cause },
  );
}
