/**
 * The sorted table that both of TensorFlow's checkpoint formats lie in: a LevelDB table (tensorflow/core/lib/io/table.cc,
 * leveldb/doc/table_format.md). Keys in byte order, in blocks that each have a checksum; an index of the blocks; a footer.
 */
import type { ByteSource } from '../sources/byte-source.js';
import { crc32c, masked } from '../../bytes/crc.js';
import { damaged, malformed } from '../failures.js';
import { ProtoReader } from './protobuf.js';

const FOOTER = 48;
/** 0xdb4775248b80fb57, little endian: the last bytes of every table. */
export const TABLE_MAGIC = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
/** Compression type and masked CRC-32C. */
const TRAILER = 5;

export interface TableRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array<ArrayBuffer>;
}

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

export interface Table {
  /**
   * Records in order, block by block: a block is read when its turn comes.
   * @param from nothing before this key (but perhaps some of the same block)
   * @throws CHECKPOINT_DAMAGED, CHECKPOINT_FORMAT, and what reading throws
   */
  records(from?: Uint8Array, signal?: AbortSignal): AsyncGenerator<TableRecord>;
}

export const isTable = (tail: Uint8Array) =>
  TABLE_MAGIC.every((byte, i) => byte === tail.at(i - TABLE_MAGIC.length));

/** Reads footer and index. @throws CHECKPOINT_FORMAT, CHECKPOINT_DAMAGED, CHECKPOINT_TRUNCATED */
export async function openTable(source: ByteSource, signal?: AbortSignal): Promise<Table> {
  const where = source.location;
  const size = await source.size(signal);
  const footer = size < FOOTER ? new Uint8Array() : await source.read(size - FOOTER, FOOTER, signal);
  if (!isTable(footer)) throw malformed(where, 'it does not end as a TensorFlow checkpoint does');
  const handles = new ProtoReader(footer, `${where} (footer)`);
  const end = size - FOOTER;
  // Says nothing here, but damage in it is damage.
  await readBlock(source, readHandle(handles), end, 'its meta index', signal);
  const indexBlock = await readBlock(source, readHandle(handles), end, 'its index', signal);
  const index = [...recordsOf(indexBlock, `${where} (index)`)].map(({ key, value }) => ({
    last: key,
    handle: readHandle(new ProtoReader(value, `${where} (index)`)),
  }));
  // Small tensors share a block, and are asked for one after the other.
  let recent: { readonly i: number; readonly block: Uint8Array<ArrayBuffer> } | undefined;
  return {
    async *records(from, during) {
      for (const [i, { last, handle }] of index.entries()) {
        if (from && compareBytes(last, from) < 0) continue;
        if (recent?.i !== i) {
          recent = { i, block: await readBlock(source, handle, end, `block ${i}`, during) };
        }
        yield* recordsOf(recent.block, `${where} (block ${i})`);
      }
    },
  };
}

const readHandle = (reader: ProtoReader): BlockHandle => ({ offset: reader.varint(), size: reader.varint() });

async function readBlock(
  source: ByteSource,
  { offset, size }: BlockHandle,
  end: number,
  what: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const where = source.location;
  if (offset < 0 || size < 0 || offset + size + TRAILER > end) {
    throw malformed(where, `${what} lies at ${offset} to ${offset + size + TRAILER} of ${end} bytes`);
  }
  const bytes = await source.read(offset, size + TRAILER, signal);
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(size + 1, true);
  if (masked(crc32c(bytes.subarray(0, size + 1))) !== stored) throw damaged(where, what);
  const content = bytes.subarray(0, size);
  const compression = bytes[size];
  if (compression === 0) return content;
  if (compression === 1) {
    throw malformed(
      where,
      `${what} is compressed with Snappy, as no saver of TensorFlow does; save it again without`,
    );
  }
  throw malformed(where, `${what} is compressed in the unknown way ${compression}`);
}

/** Keys lack what they share with the one before. Restart points at the end are for searching; all is read here. */
function* recordsOf(block: Uint8Array<ArrayBuffer>, where: string): Generator<TableRecord> {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const restarts = block.length < 4 ? Infinity : view.getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw malformed(where, 'it has no place for its restart points');
  const reader = new ProtoReader(block.subarray(0, end), where);
  let key = new Uint8Array();
  while (!reader.atEnd) {
    const shared = reader.varint();
    const unshared = reader.varint();
    const length = reader.varint();
    if (shared > key.length || shared < 0)
      throw malformed(where, 'a key shares more than the one before has');
    const rest = reader.take(unshared);
    const next = new Uint8Array(shared + rest.length);
    next.set(key.subarray(0, shared));
    next.set(rest, shared);
    key = next;
    yield { key, value: reader.take(length) };
  }
}

/** Less than, equal to, greater than 0, as a is before, the same as, after b. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
