/** The directory of a zip archive (PKWARE APPNOTE), which is at its end, and the headers before its members. */
import type { Malformed } from './malformed.js';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
/** Bytes of the header before a member, without its name. */
export const LOCAL_SIZE = 30;
/** Bytes at the end of an archive among which the directory's own end lies: behind it may be a comment. */
export const MAX_TAIL = END_SIZE + 65535;

export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Byte at which its local header begins. */
  readonly offset: number;
}

export interface ZipDirectory {
  readonly count: number;
  /** Bytes. */
  readonly length: number;
  readonly start: number;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** @param tail the last {@link MAX_TAIL} bytes of an archive. @returns undefined where there is no directory */
export function findDirectory(tail: Uint8Array): ZipDirectory | 'zip64' | undefined {
  const view = viewOf(tail);
  let at = tail.length - END_SIZE;
  while (at >= 0 && view.getUint32(at, true) !== END) at--;
  if (at < 0) return undefined;
  const count = view.getUint16(at + 10, true);
  const length = view.getUint32(at + 12, true);
  const start = view.getUint32(at + 16, true);
  return count === 0xffff || start === 0xffffffff ? 'zip64' : { count, length, start };
}

/** @throws what `malformed` makes */
export function readDirectory(
  bytes: Uint8Array,
  count: number,
  where: string,
  malformed: Malformed,
): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let i = 0, offset = 0; i < count; i++) {
    if (offset + ENTRY_SIZE > bytes.length || view.getUint32(offset, true) !== ENTRY) {
      throw malformed(where, `its directory has no entry ${i} of ${count}`);
    }
    const nameStart = offset + ENTRY_SIZE;
    const nameLength = view.getUint16(offset + 28, true);
    entries.push({
      flags: view.getUint16(offset + 8, true),
      method: view.getUint16(offset + 10, true),
      crc: view.getUint32(offset + 16, true),
      compressed: view.getUint32(offset + 20, true),
      size: view.getUint32(offset + 24, true),
      offset: view.getUint32(offset + 42, true),
      name: new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength)),
    });
    offset = nameStart + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

/** @param bytes {@link LOCAL_SIZE} of them. @returns undefined where no member begins */
export function readLocalHeader(
  bytes: Uint8Array,
): { readonly nameLength: number; readonly extraLength: number } | undefined {
  const view = viewOf(bytes);
  if (bytes.length < LOCAL_SIZE || view.getUint32(0, true) !== LOCAL) return undefined;
  return { nameLength: view.getUint16(26, true), extraLength: view.getUint16(28, true) };
}
