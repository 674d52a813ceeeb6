/** The chunks of a MIDI file. The numbers and lengths in its headers are hints: the `MTrk` tags are the fact. */
import { findTrack, isTrackTag, startsChunk } from './midi-chunk-tags.js';
import { invalidMidi } from './midi-invalid.js';
import { readTrack, type TrackListener } from './midi-track.js';

const HEADER_LENGTH = 14;
const CHUNK_HEADER_LENGTH = 8;
/** The bytes that stand before the file itself where it comes from an old Macintosh archive. */
const MAC_BINARY_LENGTH = 128;

/** Frames of SMPTE time; 29 stands for 29.97. */
const FRAME_RATES = [24, 25, 29, 30];

/** Either ticks of a quarter or, by SMPTE, of a second. */
export interface MidiTime {
  readonly ticksPerQuarter?: number;
  readonly ticksPerSecond?: number;
}

const tagAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** The header begins at once, or inside a wrapper: that of .rmi files, or MacBinary. */
function findHeader(bytes: Uint8Array): number {
  if (tagAt(bytes, 0) === 'MThd') return 0;
  if (tagAt(bytes, MAC_BINARY_LENGTH) === 'MThd') return MAC_BINARY_LENGTH;
  if (tagAt(bytes, 0) === 'RIFF' && tagAt(bytes, 8) === 'RMID') {
    for (let at = 12; at < bytes.length; at++) if (tagAt(bytes, at) === 'MThd') return at;
    throw invalidMidi('its RIFF wrapper holds no MIDI data');
  }
  const start = tagAt(bytes, 0).replace(/[^ -~]/g, '?');
  throw invalidMidi(`it begins with '${start}' and not with 'MThd'`);
}

function readDivision(division: number): MidiTime {
  if (!(division & 0x8000)) {
    if (division === 0) throw invalidMidi('it has 0 ticks per quarter');
    return { ticksPerQuarter: division };
  }
  const frames = 256 - (division >> 8);
  const ticks = division & 0xff;
  if (!FRAME_RATES.includes(frames)) {
    throw invalidMidi(
      `it has ${frames} frames a second; SMPTE has ${FRAME_RATES.join(', ')}. Is its header damaged?`,
    );
  }
  if (ticks === 0) throw invalidMidi(`it has 0 ticks in each of its ${frames} frames a second`);
  // 29 stands for the frames of NTSC television.
  return { ticksPerSecond: (frames === 29 ? 30000 / 1001 : frames) * ticks };
}

/** @returns the end of the chunk, or undefined where its length leads to no chunk and not to the end of the file */
function endOfChunk(bytes: Uint8Array, at: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + CHUNK_HEADER_LENGTH > bytes.length) return undefined;
  const end = at + CHUNK_HEADER_LENGTH + view.getUint32(at + 4);
  return end === bytes.length || startsChunk(bytes, end) ? end : undefined;
}

/** Chunks of other kinds are passed over by their length, unless it is wrong: it leads nowhere, or over a whole track. */
function nextTrack(bytes: Uint8Array, from: number): number {
  let at = from;
  while (!isTrackTag(bytes, at) && startsChunk(bytes, at)) {
    const end = endOfChunk(bytes, at);
    if (end === undefined) break;
    const within = findTrack(bytes, at + CHUNK_HEADER_LENGTH, end);
    if (within >= 0 && endOfChunk(bytes, within) !== undefined) return within;
    at = end;
  }
  return findTrack(bytes, at);
}

/**
 * @param listenerOf the listener of each track, called as the tracks are found
 * @returns how time is counted
 * @throws MIDI_FILE_INVALID
 */
export function readMidiFile(bytes: Uint8Array, listenerOf: (track: number) => TrackListener): MidiTime {
  const header = findHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header + HEADER_LENGTH) throw invalidMidi('it ends within its header');
  const format = view.getUint16(header + 8);
  const time = readDivision(view.getUint16(header + 12));
  if (format > 2) throw invalidMidi(`it is of format ${format}; there are 0, 1 and 2`);

  const declared = header + CHUNK_HEADER_LENGTH + view.getUint32(header + 4);
  const isThere = declared >= header + HEADER_LENGTH && tagAt(bytes, declared) === 'MTrk';
  let at = nextTrack(bytes, isThere ? declared : header + HEADER_LENGTH);
  if (at < 0) throw invalidMidi('it has no tracks');
  for (let track = 0; at >= 0; track++) {
    if (format === 2 && track > 0) {
      throw invalidMidi(
        'it is of format 2 and has several tracks, each a piece of its own; save each as a file of format 0',
      );
    }
    const start = at + CHUNK_HEADER_LENGTH;
    if (start > bytes.length) throw invalidMidi(`it ends within the header of track ${track}`);
    const end = readTrack(bytes, start, start + view.getUint32(at + 4), `track ${track}`, listenerOf(track));
    at = nextTrack(bytes, end);
  }
  return time;
}
