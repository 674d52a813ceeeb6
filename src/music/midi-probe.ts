/** A look ahead, where a damaged track can be read in two ways: the right one is that which makes events of what follows. */
import { startsChunk } from './midi-chunk-tags.js';
import { dataBytesOf, ESCAPE, isRealTime, META, META_END_OF_TRACK, SYSTEM_EXCLUSIVE } from './midi-status.js';

const isData = (byte: number | undefined) => byte !== undefined && byte < 0x80;

/** @returns the place behind the number, or -1 where it has more than four bytes */
function behindNumber(bytes: Uint8Array, at: number): number {
  const end = at + 4;
  while (bytes[at] >= 0x80) if (++at === end) return -1;
  return at + 1;
}

function readNumber(bytes: Uint8Array, from: number, end: number): number {
  return bytes.subarray(from, end).reduce((value, byte) => (value << 7) | (byte & 0x7f), 0);
}

/** @returns the place behind `count` data bytes with clocks between them, or -1 where there are others */
export function behindData(bytes: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    while (isRealTime(bytes[at])) at++;
    if (!isData(bytes[at++])) return -1;
  }
  return at;
}

/**
 * Tells whether nothing but sound events stands from `from` to the end of the track or to the end of the look.
 * @param running status, 0 where there is none
 * @param most events that are looked at
 * @param end of the bytes that belong to the track
 */
export function areEvents(
  bytes: Uint8Array,
  from: number,
  running: number,
  most = Infinity,
  end = bytes.length,
): boolean {
  let at = from;
  for (let i = 0; i < most; i++) {
    if (at === end || startsChunk(bytes, at)) return true;
    at = behindNumber(bytes, at);
    if (at < 0 || at >= end) return false;
    const status = bytes[at] < 0x80 ? running : bytes[at++];
    if (status === 0) return false;
    if (status === META || status === SYSTEM_EXCLUSIVE || status === ESCAPE) {
      const kind = status === META ? bytes[at++] : undefined;
      const data = behindNumber(bytes, at);
      if (data < 0) return false;
      at = data + readNumber(bytes, at, data);
      if (kind === META_END_OF_TRACK) return at === data;
    } else {
      const count = dataBytesOf(status);
      // Of a system message that should have data, nobody knows whether it does.
      if (status > SYSTEM_EXCLUSIVE && count > 0) return true;
      if (status < SYSTEM_EXCLUSIVE) running = status;
      at = behindData(bytes, at, count);
      if (at < 0) return false;
    }
    if (at > end) return false;
  }
  return true;
}
