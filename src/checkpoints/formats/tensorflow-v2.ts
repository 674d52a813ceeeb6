/**
 * TensorFlow V2 checkpoints, "tensor bundles" (tensorflow/core/protobuf/tensor_bundle.proto): PREFIX.index, a table from names to
 * places, and PREFIX.data-00000-of-00001 and its like, the bytes of the tensors. Only the places asked for are read.
 */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import type { ByteSource } from '../sources/byte-source.js';
import { crc32c, masked } from '../../bytes/crc.js';
import { damaged, malformed } from '../failures.js';
import type { OpenedCheckpoint, TensorInfo } from '../opened-checkpoint.js';
import { countTensors } from '../progress.js';
import { protoFields, text } from './protobuf.js';
import { requested } from '../select-tensors.js';
import { placeSlice } from './slices.js';
import { ShardReader } from './shard-reader.js';
import { sliceKey, type Extent } from './slice-key.js';
import type { Table } from './table.js';
import { checkFinite, type Tensor } from '../tensor.js';
import {
  bytesPerValue,
  decodeValues,
  isBytes,
  isVarint,
  readExtents,
  readShape,
  typeName,
  valuesOf,
} from './tensorflow-types.js';

/** BundleEntryProto */
interface BundleEntry {
  readonly type: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Masked CRC-32C. */
  readonly checksum: number | undefined;
  /** The parts of a variable that is stored in parts, which lie under keys of their own. */
  readonly slices: readonly (readonly Extent[])[];
}

/** @param openShard of a data file, by its name without the prefix: '.data-00000-of-00001' */
export async function openTensorFlowV2(
  index: Table,
  location: string,
  openShard: (suffix: string) => ByteSource,
  readJSON: OpenedCheckpoint['readJSON'],
  signal?: AbortSignal,
): Promise<OpenedCheckpoint> {
  /** By key, each byte a character: keys of slices are no text. */
  const bundle = new Map<string, BundleEntry>();
  const names = new Map<string, string>();
  let shards = 0;
  for await (const { key, value } of index.records(undefined, signal)) {
    if (key.length === 0) shards = readHeader(value, location);
    else {
      bundle.set(keyOf(key), readEntry(value, `${location} (${text(key)})`));
      if (key[0] !== 0) names.set(text(key), keyOf(key));
    }
  }
  const entries = new Map<string, TensorInfo>();
  for (const [name, key] of names) entries.set(name, infoOf(bundle.get(key)));
  const reader = new ShardReader(shards, openShard);

  const readBytes = async (entry: BundleEntry, name: string, during?: AbortSignal) => {
    const where = `${location} (${name})`;
    if (entry.size !== valuesOf(entry.shape) * bytesPerValue(entry.type) || bytesPerValue(entry.type) === 0) {
      throw malformed(
        where,
        `${entry.size} bytes are no ${typeName(entry.type)} of shape ${entry.shape.join(' x ')}`,
      );
    }
    const bytes = await reader.read(entry, where, during);
    if (entry.checksum !== undefined && masked(crc32c(bytes)) !== entry.checksum)
      throw damaged(location, name);
    return decodeValues(entry.type, bytes, where);
  };

  const readTensor = async (name: string, during?: AbortSignal): Promise<Tensor> => {
    const entry = bundle.get(names.get(name) ?? '');
    if (!entry) throw malformed(location, `${name} is nowhere`);
    const { shape, slices, type } = entry;
    if (slices.length === 0) return { shape, data: await readBytes(entry, name, during) };
    const parts = [];
    for (const extents of slices) {
      const part = bundle.get(keyOf(sliceKey(name, extents)));
      if (!part || part.type !== type) throw malformed(location, `a part of ${name} is not there`);
      parts.push({ extents, data: await readBytes(part, name, during) });
    }
    return { shape, data: placeSlice(shape, parts, `${location} (${name})`) };
  };

  return {
    format: 'tensorflow-v2',
    location,
    entries,
    readJSON,
    async readTensors(wantedNames, options = {}) {
      const wanted = requested(entries, wantedNames, location);
      const places = wanted.map((name) => bundle.get(names.get(name) ?? '')).filter((entry) => !!entry);
      reader.plan(places);
      const progress = countTensors(entries, wanted, options);
      const tensors = new Map<string, Tensor>();
      for (const name of wanted) {
        throwIfAborted(options.signal, `Reading ${location}`);
        const tensor = await readTensor(name, options.signal);
        checkFinite(name, tensor.data);
        tensors.set(name, tensor);
        progress.add(name);
      }
      progress.end();
      return tensors;
    },
  };
}

const keyOf = (key: Uint8Array) => Array.from(key, (byte) => String.fromCharCode(byte)).join('');

function infoOf(entry: BundleEntry | undefined): TensorInfo {
  const { shape = [], type = 0 } = entry ?? {};
  return { shape, dtype: typeName(type), byteLength: valuesOf(shape) * bytesPerValue(type) };
}

/** BundleHeaderProto. @returns the number of shards */
function readHeader(bytes: Uint8Array<ArrayBuffer>, location: string): number {
  let shards = 0;
  for (const field of protoFields(bytes, `${location} (header)`)) {
    if (isVarint(field, 1)) shards = field.value;
    if (isVarint(field, 2) && field.value !== 0) {
      throw malformed(location, 'it is of a big-endian machine, which is not read');
    }
  }
  if (shards < 1 || shards > 99999) throw malformed(location, `it claims ${shards} data files`);
  return shards;
}

function readEntry(bytes: Uint8Array<ArrayBuffer>, where: string): BundleEntry {
  const entry = { type: 0, shape: [] as number[], shard: 0, offset: 0, size: 0 };
  let checksum: number | undefined;
  const slices: Extent[][] = [];
  for (const field of protoFields(bytes, where)) {
    if (isVarint(field, 1)) entry.type = field.value;
    if (isBytes(field, 2)) entry.shape = readShape(field.bytes, where);
    if (isVarint(field, 3)) entry.shard = field.value;
    if (isVarint(field, 4)) entry.offset = field.value;
    if (isVarint(field, 5)) entry.size = field.value;
    if (field.number === 6 && field.type === 'fixed' && field.bytes.length === 4) {
      checksum = new DataView(field.bytes.buffer, field.bytes.byteOffset).getUint32(0, true);
    }
    if (isBytes(field, 7)) slices.push(readExtents(field.bytes, where));
  }
  return { ...entry, checksum, slices };
}
