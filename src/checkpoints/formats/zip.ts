/**
 * zip archives (PKWARE APPNOTE): the directory at the end is read, and of the members those that are asked for. Checksums are
 * looked at.
 */
import type { ByteSource } from '../sources/byte-source.js';
import { checkRange, fromRanges } from '../sources/byte-source.js';
import { crc32 } from './crc.js';
import { damaged, malformed, truncated } from '../failures.js';
import { fileSet, type FileSet } from '../sources/file-set.js';
import { inflated } from './inflated.js';
import { text } from './protobuf.js';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
/** The longest comment after the end of the directory. */
const MAX_COMMENT = 65535;

interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Byte at which its local header begins. */
  readonly offset: number;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** @throws CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, and what reading throws; members also CHECKPOINT_DAMAGED */
export async function openZip(source: ByteSource, signal?: AbortSignal): Promise<FileSet> {
  const where = source.location;
  const size = await source.size(signal);
  const tailLength = Math.min(size, END_SIZE + MAX_COMMENT);
  const tail = viewOf(await source.read(size - tailLength, tailLength, signal));
  let at = tailLength - END_SIZE;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) throw truncated(where, 'its directory, which is at its end, is not there');
  const count = tail.getUint16(at + 10, true);
  const length = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (count === 0xffff || start === 0xffffffff) {
    throw malformed(where, 'it is of the kind for more than 4 GB (zip64), which is not read');
  }
  const directory = viewOf(await source.read(start, length, signal));
  const files = new Map<string, ByteSource>();
  for (let i = 0, offset = 0; i < count; i++) {
    if (offset + 46 > length || directory.getUint32(offset, true) !== ENTRY) {
      throw malformed(where, `its directory has no entry ${i} of ${count}`);
    }
    const nameLength = directory.getUint16(offset + 28, true);
    const entry: ZipEntry = {
      flags: directory.getUint16(offset + 8, true),
      method: directory.getUint16(offset + 10, true),
      crc: directory.getUint32(offset + 16, true),
      compressed: directory.getUint32(offset + 20, true),
      size: directory.getUint32(offset + 24, true),
      offset: directory.getUint32(offset + 42, true),
      name: text(
        new Uint8Array(
          directory.buffer,
          directory.byteOffset + offset + 46,
          Math.min(nameLength, length - offset - 46),
        ),
      ),
    };
    offset +=
      46 + nameLength + directory.getUint16(offset + 30, true) + directory.getUint16(offset + 32, true);
    if (!entry.name.endsWith('/')) files.set(entry.name, memberSource(source, entry));
  }
  return fileSet(where, files);
}

/** Read whole when its first byte is wanted, checked, and kept. */
function memberSource(archive: ByteSource, entry: ZipEntry): ByteSource {
  const location = `${entry.name} (in ${archive.location})`;
  let content: Promise<Uint8Array<ArrayBuffer>> | undefined;
  return fromRanges({
    location,
    size: async () => entry.size,
    async read(offset, length, signal) {
      checkRange(location, offset, length, entry.size);
      const reading = (content ??= readMember(archive, entry, location, signal));
      reading.catch(() => (content = undefined));
      return (await reading).subarray(offset, offset + length);
    },
  });
}

async function readMember(
  archive: ByteSource,
  { name, flags, method, crc, compressed, size, offset }: ZipEntry,
  location: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (flags & 1) throw malformed(location, 'it is encrypted');
  const header = await archive.read(offset, 30, signal);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== LOCAL) throw malformed(location, `there is no file at ${offset}`);
  const nameLength = view.getUint16(26, true);
  const start = offset + 30 + nameLength + view.getUint16(28, true);
  if (text(await archive.read(offset + 30, nameLength, signal)) !== name) {
    throw malformed(location, 'the directory and the file itself have different names for it');
  }
  const stored = await archive.read(start, compressed, signal);
  let bytes: Uint8Array<ArrayBuffer>;
  if (method === 0) bytes = stored;
  else if (method === 8) bytes = await inflated(stored, size, location, signal);
  else throw malformed(location, `it is compressed in a way (${method}) other than deflate`);
  if (bytes.length !== size) throw truncated(location, `${bytes.length} of its ${size} bytes are there`);
  if (crc32(bytes) !== crc) throw damaged(location, 'its content');
  return bytes;
}
