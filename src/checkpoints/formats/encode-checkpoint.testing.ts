/** Writes small checkpoints of every format, for tests. */
import { gzipSync, zipSync } from 'fflate';
import { crc32c, masked } from '../../bytes/crc.js';
import {
  encodeTable,
  field,
  fixed32,
  joined,
  utf8,
  varint,
  type Bytes,
  type TableOptions,
} from './encode-table.testing.js';
import { sliceKey, type Extent } from './slice-key.js';

/** Stored as float32, or as int64 where `type` says so. */
export interface SmallTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly type?: 'int64';
}

export type SmallTensors = Readonly<Record<string, SmallTensor>>;

/** With a scalar, a step, an optimiser's slot, and a name that others begin with. */
export const SMALL: SmallTensors = {
  'a/kernel': { shape: [2, 3], values: [1, -2.5, 3, 0.25, 5, 1e-20] },
  'a/kernel/Adam': { shape: [2, 3], values: [6, 5, 4, 3, 2, 1] },
  'a/bias': { shape: [3], values: [0.5, 0, -0.5] },
  'b/kernel': { shape: [3, 20], values: Array.from({ length: 60 }, (_, i) => Math.fround(Math.sin(i))) },
  beta: { shape: [], values: [0.5] },
  global_step: { shape: [], values: [20000], type: 'int64' },
};

const typeNumber = ({ type }: SmallTensor) => (type === 'int64' ? 9 : 1);

const shapeProto = (shape: readonly number[]) => joined(...shape.map((size) => field(2, field(1, size))));

const bytesOf = ({ values, type }: SmallTensor): Bytes =>
  type === 'int64'
    ? new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    : new Uint8Array(Float32Array.from(values).buffer);

/** @param shards among which tensors are dealt out in turn. @returns files by name */
export function encodeV2(
  prefix: string,
  tensors: SmallTensors,
  { shards = 1, ...options }: TableOptions & { readonly shards?: number } = {},
): Record<string, Bytes> {
  const data = Array.from({ length: shards }, () => new Uint8Array());
  const entries: [Uint8Array, Uint8Array][] = [
    [new Uint8Array(), joined(field(1, shards), field(3, field(1, 1)))],
  ];
  for (const [i, [name, tensor]] of Object.entries(tensors).entries()) {
    const shard = i % shards;
    const bytes = bytesOf(tensor);
    entries.push([utf8(name), entryProto(tensor, shard, data[shard].length, bytes)]);
    data[shard] = joined(data[shard], bytes);
  }
  return { [`${prefix}.index`]: encodeTable(entries, options), ...dataFiles(prefix, data) };
}

const entryProto = (tensor: SmallTensor, shard: number, offset: number, bytes: Uint8Array) =>
  joined(
    field(1, typeNumber(tensor)),
    field(2, shapeProto(tensor.shape)),
    field(3, shard),
    field(4, offset),
    field(5, bytes.length),
    fixed32(6, masked(crc32c(bytes))),
  );

const number = (value: number) => String(value).padStart(5, '0');

const dataFiles = (prefix: string, data: readonly Bytes[]) =>
  Object.fromEntries(
    data.map((bytes, i) => [`${prefix}.data-${number(i)}-of-${number(data.length)}`, bytes]),
  );

const FULL: Extent = { start: 0, length: -1 };

const extentsProto = (extents: readonly Extent[]) =>
  joined(
    ...extents.map(({ start, length }) =>
      field(1, length < 0 ? new Uint8Array() : joined(field(1, start), field(2, length))),
    ),
  );

/** A [rows, columns] variable in two parts, one above the other, as partitioned variables are saved. */
export function encodePartitionedV2(
  prefix: string,
  name: string,
  tensor: SmallTensor,
  rows: number,
): Record<string, Bytes> {
  const [height, width] = tensor.shape;
  const parts = [
    { extents: [{ start: 0, length: rows }, FULL], from: 0, to: rows * width },
    { extents: [{ start: rows, length: height - rows }, FULL], from: rows * width, to: height * width },
  ];
  let data = new Uint8Array();
  const entries: [Uint8Array, Uint8Array][] = [
    [new Uint8Array(), field(1, 1)],
    [
      utf8(name),
      joined(
        field(1, 1),
        field(2, shapeProto(tensor.shape)),
        ...parts.map(({ extents }) => field(7, extentsProto(extents))),
      ),
    ],
  ];
  for (const { extents, from, to } of parts) {
    const part = { shape: [(to - from) / width, width], values: tensor.values.slice(from, to) };
    entries.push([sliceKey(name, extents), entryProto(part, 0, data.length, bytesOf(part))]);
    data = joined(data, bytesOf(part));
  }
  return { [`${prefix}.index`]: encodeTable(entries), ...dataFiles(prefix, [data]) };
}

export interface V1Options extends TableOptions {
  /** Values as raw bytes, or in the field of their type, one after the other or each by itself. */
  readonly content?: 'packed' | 'unpacked' | 'raw';
}

export function encodeV1(tensors: SmallTensors, { content = 'packed', ...options }: V1Options = {}): Bytes {
  const metas = Object.entries(tensors).map(([name, tensor]) =>
    field(
      1,
      joined(
        field(1, name),
        field(2, shapeProto(tensor.shape)),
        field(3, typeNumber(tensor)),
        field(4, extentsProto(tensor.shape.map(() => FULL))),
      ),
    ),
  );
  const entries: [Uint8Array, Uint8Array][] = [[new Uint8Array(), field(1, joined(...metas))]];
  for (const [name, tensor] of Object.entries(tensors)) {
    const full = tensor.shape.map(() => FULL);
    const slice = joined(
      field(1, name),
      field(2, extentsProto(full)),
      field(3, tensorProto(tensor, content)),
    );
    entries.push([sliceKey(name, full), field(2, slice)]);
  }
  return encodeTable(entries, options);
}

function tensorProto(tensor: SmallTensor, content: 'packed' | 'unpacked' | 'raw'): Bytes {
  if (content === 'raw') return field(4, bytesOf(tensor));
  if (tensor.type === 'int64') {
    return content === 'packed'
      ? field(10, joined(...tensor.values.map(varint)))
      : joined(...tensor.values.map((value) => field(10, value)));
  }
  if (content === 'packed') return field(5, bytesOf(tensor));
  const bits = new Uint32Array(Float32Array.from(tensor.values).buffer);
  return joined(...Array.from(bits, (value) => fixed32(5, value)));
}

/** A graph as large as real ones would be beside the weights of such a size. */
export const encodeMag = (id: string, checkpoint: Uint8Array, graph = new Uint8Array(100)) =>
  joined(field(1, joined(field(1, id), field(2, 'A test'))), field(2, checkpoint), field(3, graph));

export type Members = Readonly<Record<string, Uint8Array | string>>;

const asBytes = (content: Uint8Array | string) => (typeof content === 'string' ? utf8(content) : content);

export function encodeTar(members: Members): Bytes {
  const parts = Object.entries(members).flatMap(([name, content]) => {
    const bytes = asBytes(content);
    const long = name.length > 100 ? tarMember('././@LongLink', utf8(`${name}\0`), 'L') : [];
    return [...long, ...tarMember(name.slice(0, 100), bytes, '0')];
  });
  return joined(...parts, new Uint8Array(1024));
}

function tarMember(name: string, bytes: Uint8Array, type: string): Uint8Array[] {
  const header = new Uint8Array(512);
  const put = (text: string, at: number) => header.set(utf8(text), at);
  put(name, 0);
  put('0000644\0', 100);
  put(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  put('        ', 148);
  put(type, 156);
  put('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
}

export const encodeGzip = (content: Uint8Array): Bytes => Uint8Array.from(gzipSync(content));

/** @param level 0 stores */
export const encodeZip = (members: Members, level: 0 | 6 = 6): Bytes =>
  Uint8Array.from(
    zipSync(Object.fromEntries(Object.entries(members).map(([name, content]) => [name, asBytes(content)])), {
      level,
    }),
  );
