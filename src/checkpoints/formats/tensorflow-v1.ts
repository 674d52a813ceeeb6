/**
 * TensorFlow V1 checkpoints (tensorflow/core/util/saved_tensor_slice.proto): one table that holds the values themselves. The
 * record without a key lists the tensors; the others are slices in the order of their names.
 */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import { malformed } from '../failures.js';
import type { OpenedCheckpoint, TensorInfo } from '../opened-checkpoint.js';
import { countTensors } from '../progress.js';
import { protoFields, text } from './protobuf.js';
import { requested } from '../select-tensors.js';
import { placeSlice, type Slice } from './slices.js';
import { compareBytes, type Table } from './table.js';
import { sliceKeyPrefix } from './slice-key.js';
import { checkFinite, type Tensor } from '../tensor.js';
import {
  bytesPerValue,
  isBytes,
  isVarint,
  readExtents,
  readShape,
  readTensorValues,
  typeName,
  valuesOf,
} from './tensorflow-types.js';

/** SavedSliceMeta */
interface SavedTensor {
  readonly type: number;
  readonly shape: readonly number[];
}

export async function openTensorFlowV1(
  table: Table,
  location: string,
  size: number,
  readJSON: OpenedCheckpoint['readJSON'],
  signal?: AbortSignal,
): Promise<OpenedCheckpoint> {
  const saved = await readMeta(table, location, size, signal);
  const entries = new Map<string, TensorInfo>();
  for (const [name, { type, shape }] of saved) {
    const byteLength = valuesOf(shape) * bytesPerValue(type);
    entries.set(name, { shape, dtype: typeName(type), byteLength });
  }
  return {
    format: 'tensorflow-v1',
    location,
    entries,
    readJSON,
    async readTensors(names, options = {}) {
      const wanted = requested(entries, names, location);
      const progress = countTensors(entries, wanted, options);
      const tensors = new Map<string, Tensor>();
      for (const name of wanted) {
        throwIfAborted(options.signal, `Reading ${location}`);
        const where = `${location} (${name})`;
        const { type, shape } = saved.get(name) ?? { type: 0, shape: [] };
        const slices = await readSlices(table, name, { type, shape }, where, options.signal);
        const data = placeSlice(shape, slices, where);
        checkFinite(name, data);
        tensors.set(name, { shape, data });
        progress.add(name);
      }
      progress.end();
      return tensors;
    },
  };
}

/** SavedTensorSlices { 1: SavedTensorSliceMeta { 1: repeated SavedSliceMeta { 1 name, 2 shape, 3 type } } } */
async function readMeta(
  table: Table,
  location: string,
  size: number,
  signal?: AbortSignal,
): Promise<Map<string, SavedTensor>> {
  const first = (await table.records(undefined, signal).next()).value;
  if (!first || first.key.length > 0) throw malformed(location, 'its list of tensors is not there');
  const saved = new Map<string, SavedTensor>();
  for (const list of protoFields(first.value, location)) {
    if (!isBytes(list, 1)) continue;
    for (const tensor of protoFields(list.bytes, location)) {
      if (!isBytes(tensor, 1)) continue;
      let name = '';
      let shape: number[] = [];
      let type = 0;
      for (const field of protoFields(tensor.bytes, location)) {
        if (isBytes(field, 1)) name = text(field.bytes);
        if (isBytes(field, 2)) shape = readShape(field.bytes, `${location} (${name})`);
        if (isVarint(field, 3)) type = field.value;
      }
      // Every value takes a byte at least.
      if (valuesOf(shape) > size) throw malformed(location, `${name} claims the shape ${shape.join(' x ')}`);
      saved.set(name, { type, shape });
    }
  }
  return saved;
}

/** SavedTensorSlices { 2: SavedSlice { 1 name, 2 slice, 3 TensorProto } }, those of one tensor. */
async function readSlices(
  table: Table,
  name: string,
  { type, shape }: SavedTensor,
  where: string,
  signal?: AbortSignal,
): Promise<Slice[]> {
  const prefix = sliceKeyPrefix(name);
  const slices: Slice[] = [];
  let values = 0;
  for await (const { key, value } of table.records(prefix, signal)) {
    const order = compareBytes(key.subarray(0, prefix.length), prefix);
    if (order < 0) continue;
    if (order > 0) break;
    for (const record of protoFields(value, where)) {
      if (!isBytes(record, 2)) continue;
      let extents: Slice['extents'] = [];
      let data: Slice['data'] = new Float32Array();
      for (const field of protoFields(record.bytes, where)) {
        if (isBytes(field, 1) && text(field.bytes) !== name) {
          throw malformed(where, `the values of ${text(field.bytes)} are in its place`);
        }
        if (isBytes(field, 2)) extents = readExtents(field.bytes, where);
        if (isBytes(field, 3)) data = readTensorValues(field.bytes, type, where);
      }
      slices.push({ extents, data });
      values += data.length;
    }
    // The next block may be megabytes of something else.
    if (values >= valuesOf(shape)) break;
  }
  return slices;
}
