/** Tracks of events to the bytes of a MIDI file. */
import { META_END_OF_TRACK } from './midi-status.js';

/** A message or remark at its tick, without the time before it. */
export interface TrackEvent {
  readonly tick: number;
  readonly bytes: readonly number[];
}

/** Seven bits a byte, the highest first; all but the last have their eighth bit set. */
function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

/** A remark. */
export const metaEvent = (kind: number, data: ArrayLike<number>): number[] => [
  0xff,
  kind,
  ...variableLength(data.length),
  ...Array.from(data),
];

const bigEndian = (value: number, count: number) =>
  Array.from({ length: count }, (_, i) => (value >>> (8 * (count - 1 - i))) & 0xff);

const tag = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

function encodeTrack(events: readonly TrackEvent[]): number[] {
  const bytes: number[] = [];
  let last = 0;
  for (const { tick, bytes: event } of events) {
    bytes.push(...variableLength(tick - last), ...event);
    last = tick;
  }
  bytes.push(0, ...metaEvent(META_END_OF_TRACK, []));
  return bytes;
}

/**
 * A file of format 1.
 * @param tracks each in order of ticks
 */
export function encodeMidiFile(
  tracks: readonly (readonly TrackEvent[])[],
  ticksPerQuarter: number,
): Uint8Array {
  const header = [...tag('MThd'), ...bigEndian(6, 4), 0, 1];
  header.push(...bigEndian(tracks.length, 2), ...bigEndian(ticksPerQuarter, 2));
  const chunks = tracks.map(encodeTrack);
  const file = new Uint8Array(chunks.reduce((sum, chunk) => sum + 8 + chunk.length, header.length));
  file.set(header);
  let at = header.length;
  for (const chunk of chunks) {
    file.set([...tag('MTrk'), ...bigEndian(chunk.length, 4)], at);
    file.set(chunk, at + 8);
    at += 8 + chunk.length;
  }
  return file;
}
