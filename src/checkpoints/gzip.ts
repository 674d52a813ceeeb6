/** gzip around a tar or a single file (RFC 1952). fflate inflates and looks at no checksum: that is done here. */
import { Gunzip } from 'fflate';
import { memorySource, type ByteSource } from './byte-source.js';
import { crc32 } from './crc.js';
import { damaged, malformed, truncated } from './failures.js';
import { inflated } from './inflated.js';

/** Of the content: what a page can hold. */
const MAX_CONTENT = 2 ** 30;

export const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

/** Reads all of it. @throws CHECKPOINT_DAMAGED, CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, and what reading throws */
export async function openGzip(source: ByteSource, signal?: AbortSignal): Promise<ByteSource> {
  const where = source.location;
  const size = await source.size(signal);
  if (size < 18) throw truncated(where, `${size} bytes are no gzip file`);
  const bytes = await source.read(0, size, signal);
  const stream = new Gunzip();
  stream.onmember = () => {
    throw malformed(where, 'it is made of several gzip files, or something follows its end');
  };
  const content = inflated(stream, bytes, MAX_CONTENT, where, signal);
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
