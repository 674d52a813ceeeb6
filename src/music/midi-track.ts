/** The events of one track of a MIDI file, told one by one as they are read: nothing is copied. */
import { findTrack, isTrackTag, startsChunk } from './midi-chunk-tags.js';
import { invalidMidi } from './midi-invalid.js';
import { areEvents, behindData } from './midi-probe.js';
import { dataBytesOf, ESCAPE, isRealTime, META, META_END_OF_TRACK, SYSTEM_EXCLUSIVE } from './midi-status.js';

/** Events that have to follow from a way to read a damaged place, for it to be the right one. */
const LOOK_AHEAD = 64;
/** Bytes in which the next event is looked for, behind a remark whose length is wrong. */
const SEARCH = 4096;

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
 * A track lasts until its end-of-track event. Where it has none it lasts to the end of its chunk, and beyond that as far as events
 * follow; the next chunk or the end of the file ends it in any case. The length in its header is a hint.
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
  const chunkEnds = declaredEnd === bytes.length || startsChunk(bytes, declaredEnd);

  const next = () => {
    if (at >= bytes.length || (chunkEnds && at === declaredEnd)) throw invalidMidi(`it ends within ${name}`);
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
  /** @param missing data bytes of the message, from here on */
  const data = (status: number, missing: number) => {
    if (isRealTime(bytes[at])) {
      const behind = behindData(bytes, at, missing);
      const isClock =
        (behind >= 0 && areEvents(bytes, behind, status, LOOK_AHEAD)) ||
        !areEvents(bytes, at + missing, status, LOOK_AHEAD);
      while (isClock && isRealTime(bytes[at])) at++;
    }
    return next();
  };
  /** Recorders wrote some without their data: they have as many as make what follows events. */
  const systemData = (status: number) => {
    const count = dataBytesOf(status);
    for (let n = count; n > 0; n--) {
      const isGood =
        bytes.subarray(at, at + n).every((byte) => byte < 0x80) && bytes[at + n] < SYSTEM_EXCLUSIVE;
      if (isGood && areEvents(bytes, at + n, running, LOOK_AHEAD)) return n;
    }
    return areEvents(bytes, at, running, LOOK_AHEAD) ? 0 : count;
  };
  /**
   * The data of a remark or of system exclusive. One that would be longer than its track is lost, and what follows it is read from
   * where events begin again.
   * @returns undefined where it is lost
   */
  const block = (): Uint8Array | undefined => {
    const length = variableLength();
    const from = at;
    at += length;
    const track = findTrack(bytes, from, Math.min(at, bytes.length));
    const crosses = chunkEnds && from <= declaredEnd && at > declaredEnd;
    if (track < 0 && !crosses && at <= bytes.length) return bytes.subarray(from, at);
    if (track < 0 && declaredEnd > bytes.length) throw invalidMidi(`it ends within an event of ${name}`);
    const end = crosses ? declaredEnd : track < 0 ? bytes.length : track;
    at = from;
    // Such a first byte is the end of system exclusive, rather than a long pause.
    const isEvent = () =>
      at - from < SEARCH && bytes[at] < SYSTEM_EXCLUSIVE && areEvents(bytes, at, 0, Infinity, end);
    while (at < end && !isEvent()) at++;
    return undefined;
  };
  /** Between two events: the file or the chunk is over and nothing more follows, or the next track begins early. */
  const isOver = () => {
    if (at >= bytes.length) return true;
    if (isTrackTag(bytes, at) && (at >= declaredEnd || bytes[at + 4] === 0)) return true;
    if (at < declaredEnd) return false;
    if (startsChunk(bytes, at)) return true;
    if (isBeyond) return false;
    isBeyond = true;
    return !hasEndOfTrack(bytes, at) && !areEvents(bytes, at, running);
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
      const count = dataBytesOf(status);
      const first = data(status, count);
      listener.message(tick, status, first, count > 1 ? data(status, 1) : 0);
    } else if (status === META) {
      const kind = next();
      // Behind its length, where that is there; what else stands before the next chunk is passed over.
      if (kind === META_END_OF_TRACK) return bytes[at] < 0x80 && !isTrackTag(bytes, at) ? at + 1 : at;
      const remark = block();
      if (remark) listener.meta(tick, kind, remark);
    } else if (status === SYSTEM_EXCLUSIVE || status === ESCAPE) block();
    // Other system bytes have no place in a file, but are there where a recorder wrote down all that it heard.
    else at += systemData(status);
  }
  return at;
}
