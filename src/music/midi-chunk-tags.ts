/** The tags that chunks of a MIDI file begin with. */

const CHUNK_HEADER_LENGTH = 8;
/** A name of four letters, before a length below 2^24: its first byte is 0, which four letters of music are not followed by. */
const isLetter = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isNameByte = (byte: number) => isLetter(byte) || byte === 0x20 || (byte >= 0x30 && byte <= 0x39);

export const isTrackTag = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x4d && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x72 && bytes[at + 3] === 0x6b;

/** @returns where the next `MTrk` stands in [from, end), or -1 */
export function findTrack(bytes: Uint8Array, from: number, end = bytes.length): number {
  for (let at = from; at + 4 <= end; at++) if (isTrackTag(bytes, at)) return at;
  return -1;
}

/** Tells whether a chunk of any kind begins, as far as its tag can tell. */
export function startsChunk(bytes: Uint8Array, at: number): boolean {
  if (isTrackTag(bytes, at)) return true;
  if (at + CHUNK_HEADER_LENGTH > bytes.length || bytes[at + 4] !== 0) return false;
  return isLetter(bytes[at]) && [1, 2, 3].every((i) => isNameByte(bytes[at + i]));
}
