/**
 * zip archives (PKWARE APPNOTE): the directory at the end is read, and of the members those that are asked for. Checksums are
 * looked at.
 */
import type { ByteSource } from '../sources/byte-source.js';
import { checkRange, fromRanges } from '../sources/byte-source.js';
import { crc32 } from '../../bytes/crc.js';
import { damaged, malformed, truncated } from '../failures.js';
import { fileSet, type FileSet } from '../sources/file-set.js';
import { inflated } from '../../bytes/inflated.js';
import {
  LOCAL_SIZE,
  MAX_TAIL,
  findDirectory,
  readDirectory,
  readLocalHeader,
  type ZipEntry,
} from '../../bytes/zip-directory.js';
import { text } from './protobuf.js';

/** @throws CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, and what reading throws; members also CHECKPOINT_DAMAGED */
export async function openZip(source: ByteSource, signal?: AbortSignal): Promise<FileSet> {
  const where = source.location;
  const size = await source.size(signal);
  const tailLength = Math.min(size, MAX_TAIL);
  const end = findDirectory(await source.read(size - tailLength, tailLength, signal));
  if (!end) throw truncated(where, 'its directory, which is at its end, is not there');
  if (end === 'zip64')
    throw malformed(where, 'it is of the kind for more than 4 GB (zip64), which is not read');
  const entries = readDirectory(
    await source.read(end.start, end.length, signal),
    end.count,
    where,
    malformed,
  );
  const files = new Map<string, ByteSource>();
  for (const entry of entries)
    if (!entry.name.endsWith('/')) files.set(entry.name, memberSource(source, entry));
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
  const local = readLocalHeader(await archive.read(offset, LOCAL_SIZE, signal));
  if (!local) throw malformed(location, `there is no file at ${offset}`);
  if (text(await archive.read(offset + LOCAL_SIZE, local.nameLength, signal)) !== name) {
    throw malformed(location, 'the directory and the file itself have different names for it');
  }
  const start = offset + LOCAL_SIZE + local.nameLength + local.extraLength;
  const stored = await archive.read(start, compressed, signal);
  let bytes: Uint8Array<ArrayBuffer>;
  if (method === 0) bytes = stored;
  else if (method === 8) bytes = await inflated(stored, size, location, malformed, signal);
  else throw malformed(location, `it is compressed in a way (${method}) other than deflate`);
  if (bytes.length !== size) throw truncated(location, `${bytes.length} of its ${size} bytes are there`);
  if (crc32(bytes) !== crc) throw damaged(location, 'its content');
  return bytes;
}
