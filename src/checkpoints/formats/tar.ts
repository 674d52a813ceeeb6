/**
 * tar archives (POSIX ustar, GNU and pax names): headers of 512 bytes, each followed by its file, padded. Only headers are read;
 * members are parts of the archive.
 */
import { partOf, type ByteSource } from '../sources/byte-source.js';
import { damaged, malformed, truncated } from '../failures.js';
import { fileSet, type FileSet } from '../sources/file-set.js';
import { text } from './protobuf.js';

const BLOCK = 512;
const CHECKSUM_AT = 148;

/** The limit is more than any archive of a checkpoint has. */
const MAX_MEMBERS = 10_000;

/** Tells whether a block is a header: its checksum shows it. */
export const isTarHeader = (block: Uint8Array) =>
  block.length >= BLOCK && block[0] !== 0 && octal(block, CHECKSUM_AT, 8) === headerSum(block);

/** Unsigned bytes of the header, those of the checksum itself as blanks. */
function headerSum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < CHECKSUM_AT || i >= CHECKSUM_AT + 8) sum += block[i];
  return sum;
}

const field = (block: Uint8Array, at: number, length: number) =>
  text(block.subarray(at, at + length)).replace(/\0.*$/s, '');

const octal = (block: Uint8Array, at: number, length: number) =>
  parseInt(field(block, at, length).trim() || '0', 8);

/** Octal digits; of what is beyond 8 GiB, big endian after a byte 0x80. */
function sizeOf(block: Uint8Array): number {
  if (block[124] !== 0x80) return octal(block, 124, 12);
  return block.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** @throws CHECKPOINT_DAMAGED, CHECKPOINT_TRUNCATED, CHECKPOINT_FORMAT, and what reading throws */
export async function openTar(source: ByteSource, signal?: AbortSignal): Promise<FileSet> {
  const where = source.location;
  const end = await source.size(signal);
  const files = new Map<string, ByteSource>();
  let longName: string | undefined;
  for (let offset = 0, members = 0; ; members++) {
    if (offset + BLOCK > end)
      throw truncated(where, `it ends at ${end}, without the two empty blocks of an end`);
    const header = await source.read(offset, BLOCK, signal);
    if (header.every((byte) => byte === 0)) break;
    if (!isTarHeader(header)) throw damaged(where, `the header at ${offset}`);
    const size = sizeOf(header);
    const start = offset + BLOCK;
    if (!(size >= 0) || members > MAX_MEMBERS)
      throw malformed(where, `it has ${members} members, one of ${size} bytes`);
    if (start + size > end) throw truncated(where, `a member ends at ${start + size} of ${end} bytes`);
    const type = String.fromCharCode(header[156]);
    if (type === 'L' || type === 'x') {
      const extra = text(await source.read(start, Math.min(size, 65536), signal));
      longName = type === 'L' ? extra.replace(/\0.*$/s, '') : (paxPath(extra) ?? longName);
    } else {
      if (type === '0' || type === '\0') {
        const name = (longName ?? shortName(header)).replace(/^(\.\/)+/, '');
        files.set(name, partOf(source, `${name} (in ${where})`, start, size));
      }
      longName = undefined;
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return fileSet(where, files);
}

function shortName(header: Uint8Array): string {
  const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
  return (prefix ? `${prefix}/` : '') + field(header, 0, 100);
}

/** Lines of 'LENGTH KEY=VALUE'. */
const paxPath = (records: string) => /^\d+ path=(.*)$/m.exec(records)?.[1];
