/** The events of one track of a MIDI file, told one by one as they are read: nothing is copied. */
import { invalidMidi } from './midi-invalid.js';

export const META_END_OF_TRACK = 0x2f;
const META = 0xff;
const SYSTEM_EXCLUSIVE = 0xf0;
const ESCAPE = 0xf7;

/** Data bytes that system messages bring with them; of those not named here none. */
const SYSTEM_DATA: Readonly<Record<number, number>> = { 0xf1: 1, 0xf2: 2, 0xf3: 1 };
const PROGRAM_CHANGE = 0xc0;
const CHANNEL_PRESSURE = 0xd0;

export interface TrackListener {
  /**
   * A channel message is heard.
   * @param status with its channel in the low four bits
   * @param first data byte, above 127 in damaged files only
   * @param second data byte, the same; 0 where the message has one only
   */
  message(tick: number, status: number, first: number, second: number): void;
  /** A remark is read. @param data a view of the file */
  meta(tick: number, kind: number, data: Uint8Array): void;
}

const isTag = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x4d && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x72 && bytes[at + 3] === 0x6b;

/** @returns where the next `MTrk` stands from `from` on, or -1 */
export function findTrack(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 4 <= bytes.length; at++) if (isTag(bytes, at)) return at;
  return -1;
}

/** Files whose lengths are wrong still have their end-of-track event: it is looked for before the next track begins. */
function hasEndOfTrack(bytes: Uint8Array, from: number): boolean {
  const next = findTrack(bytes, from);
  const end = next < 0 ? bytes.length : next;
  for (let at = from; at + 2 < end; at++) {
    if (bytes[at] === META && bytes[at + 1] === META_END_OF_TRACK && bytes[at + 2] === 0) return true;
  }
  return false;
}

/**
 * A track lasts until its end-of-track event, or, where it has none, to the end of its chunk or to the next `MTrk`; the length in
 * its header is a hint.
 * @param start of its events
 * @param declaredEnd by its header; may lie beyond the file
 * @param name for messages
 * @returns where it ends
 * @throws MIDI_FILE_INVALID
 */
export function readTrack(
  bytes: Uint8Array,
  start: number,
  declaredEnd: number,
  name: string,
  listener: TrackListener,
): number {
  let at = start;
  let tick = 0;
  let running = 0;
  let isBeyond = false;

  const next = () => {
    if (at >= bytes.length) throw invalidMidi(`it ends within ${name}`);
    return bytes[at++];
  };
  const variableLength = () => {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = next();
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw invalidMidi(`${name} has a number of more than four bytes`);
  };
  const skip = (length: number) => {
    const end = at + length;
    const track = at < declaredEnd && end > declaredEnd ? findTrack(bytes, declaredEnd) : -1;
    if (end > bytes.length || (track >= 0 && track < end))
      throw invalidMidi(`an event of ${name} is longer than its track`);
    at = end;
  };
  /** Between two events: the chunk is over and no end-of-track event follows, or the next track begins early. */
  const isOver = () => {
    if (isTag(bytes, at) && (at >= declaredEnd || bytes[at + 4] === 0)) return true;
    if (isBeyond || at < declaredEnd) return false;
    isBeyond = true;
    return !hasEndOfTrack(bytes, at);
  };

  while (!isOver()) {
    tick += variableLength();
    let status = next();
    if (status < 0x80) {
      if (running === 0) throw invalidMidi(`${name} has data before any message`);
      at--;
      status = running;
    }
    if (status < SYSTEM_EXCLUSIVE) {
      running = status;
      const kind = status & 0xf0;
      const first = next();
      const second = kind === PROGRAM_CHANGE || kind === CHANNEL_PRESSURE ? 0 : next();
      listener.message(tick, status, first, second);
    } else if (status === META) {
      const kind = next();
      const length = variableLength();
      if (kind === META_END_OF_TRACK) return Math.min(at + length, bytes.length);
      const from = at;
      skip(length);
      listener.meta(tick, kind, bytes.subarray(from, at));
    } else if (status === SYSTEM_EXCLUSIVE || status === ESCAPE) {
      skip(variableLength());
    } else {
      // Other system bytes have no place in a file, but are there where a recorder wrote down all that it heard.
      skip(SYSTEM_DATA[status] ?? 0);
    }
  }
  return at;
}
