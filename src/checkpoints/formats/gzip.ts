/**
 * gzip around a tar or a single file (RFC 1952). Header and checksum are read here: the platform's own reader of gzip does not say
 * whether a file is damaged, cut off or none.
 */
import { memorySource, type ByteSource } from '../sources/byte-source.js';
import { crc32 } from '../../bytes/crc.js';
import { damaged, malformed, truncated } from '../failures.js';
import { inflated } from '../../bytes/inflated.js';

/** Bytes of the content, at most: as many as a page can hold. */
const MAX_CONTENT = 2 ** 30;

export const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

/** Reads all of it. @throws CHECKPOINT_DAMAGED, CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, and what reading throws */
export async function openGzip(source: ByteSource, signal?: AbortSignal): Promise<ByteSource> {
  const where = source.location;
  const size = await source.size(signal);
  if (size < 18) throw truncated(where, `${size} bytes are no gzip file`);
  const bytes = await source.read(0, size, signal);
  const body = bytes.subarray(headerLength(bytes, where), size - 8);
  const content = await inflated(body, MAX_CONTENT, where, malformed, signal);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + size - 8, 8);
  if (trailer.getUint32(4, true) !== content.length) {
    throw truncated(
      where,
      `it holds ${content.length} bytes, and ${trailer.getUint32(4, true)} belong to it`,
    );
  }
  if (trailer.getUint32(0, true) !== crc32(content)) throw damaged(where, 'its content');
  return memorySource(`${where} (unpacked)`, content);
}

const FLAGS = { headerCRC: 2, extra: 4, name: 8, comment: 16 };

function headerLength(bytes: Uint8Array, where: string): number {
  const [, , method, flags] = bytes;
  if (method !== 8 || flags > 31) throw malformed(where, 'its header is none of gzip');
  let end = 10;
  if (flags & FLAGS.extra) end += 2 + bytes[end] + 256 * bytes[end + 1];
  for (const text of [FLAGS.name, FLAGS.comment]) {
    if (flags & text) end = bytes.indexOf(0, end) + 1 || Infinity;
  }
  if (flags & FLAGS.headerCRC) end += 2;
  if (end > bytes.length - 8) throw truncated(where, 'it ends within its header');
  return end;
}
