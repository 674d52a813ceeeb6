/**
 * Writes magenta.js checkpoints: a manifest, and shards of 4 MiB as tfjs cuts them. Values are stored as they are, in half precision, or
 * as whole numbers q with value = q scale + min for each tensor (tfjs-core/src/io/io_utils.ts).
 */
import { MANIFEST } from './magenta-js.js';
import { floatToHalf, type Tensor } from '../tensor.js';

export const STORAGES = ['float32', 'float16', 'uint16', 'uint8'] as const;
export type Storage = (typeof STORAGES)[number];

const SHARD_BYTES = 2 ** 22;

/**
 * Names of files and their bytes. Tensors of one dimension, biases and their like, stay float32 under `uint16` and `uint8`: they are
 * small, and everything that is computed goes through them.
 */
export function encodeMagentaJS(
  tensors: ReadonlyMap<string, Tensor>,
  storage: Storage,
): Map<string, Uint8Array> {
  const stored = [...tensors].map(([name, tensor]) => ({ name, ...store(tensor, storage) }));
  const bytes = new Uint8Array(stored.reduce((sum, { data }) => sum + data.byteLength, 0));
  let offset = 0;
  for (const { data } of stored) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const weights = stored.map(({ name, entry }) => ({ name, ...entry }));
  return new Map([
    [MANIFEST, new TextEncoder().encode(JSON.stringify([{ paths, weights }]))],
    ...paths.map((path, i) => [path, bytes.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)] as const),
  ]);
}

function store({ shape, data }: Tensor, storage: Storage) {
  if (data instanceof Int32Array) return { data, entry: { shape, dtype: 'int32' } };
  const entry = { shape, dtype: 'float32' };
  if (storage === 'float32' || (storage !== 'float16' && shape.length < 2)) return { data, entry };
  if (storage === 'float16') {
    const quantization = { dtype: 'float16', original_dtype: 'float32' };
    return { data: Uint16Array.from(data, floatToHalf), entry: { ...entry, quantization } };
  }
  const most = storage === 'uint8' ? 2 ** 8 - 1 : 2 ** 16 - 1;
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) [min, max] = [Math.min(min, value), Math.max(max, value)];
  if (data.length === 0) [min, max] = [0, 0];
  const scale = max > min ? (max - min) / most : 1;
  const whole = storage === 'uint8' ? new Uint8Array(data.length) : new Uint16Array(data.length);
  data.forEach((value, i) => (whole[i] = Math.min(most, Math.round((value - min) / scale))));
  const quantization = { dtype: storage, scale, min, original_dtype: 'float32' };
  return { data: whole, entry: { ...entry, quantization } };
}
