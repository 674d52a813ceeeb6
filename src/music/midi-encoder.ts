/**
 * Tracks of events to the bytes of a file. The library's writer copies a whole track for every event of more than one byte of
 * delay, which takes minutes for a long performance; so it gets pieces of tracks, and the pieces are put together here.
 */
import { writeMidi, type MidiEvent } from 'midi-file';

const BLOCK = 64;
const HEADER_BYTES = 14;
const CHUNK_HEADER_BYTES = 8;

/** The events alone, without the header of their track. */
function encodeBlock(events: MidiEvent[]): number[] {
  const file = writeMidi({ header: { format: 0, numTracks: 1, ticksPerBeat: 96 }, tracks: [events] });
  return file.slice(HEADER_BYTES + CHUNK_HEADER_BYTES);
}

function chunk(tag: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER_BYTES + content.length);
  bytes.set(new TextEncoder().encode(tag));
  new DataView(bytes.buffer).setUint32(4, content.length);
  bytes.set(content, CHUNK_HEADER_BYTES);
  return bytes;
}

function joinBytes(parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** A file of format 1. */
export function encodeMidiFile(tracks: readonly MidiEvent[][], ticksPerQuarter: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(6));
  [1, tracks.length, ticksPerQuarter].forEach((value, i) => header.setUint16(2 * i, value));
  const chunks = tracks.map((events) => {
    const blocks = Array.from({ length: Math.ceil(events.length / BLOCK) }, (_, i) =>
      encodeBlock(events.slice(i * BLOCK, (i + 1) * BLOCK)),
    );
    return chunk('MTrk', joinBytes(blocks));
  });
  return joinBytes([chunk('MThd', new Uint8Array(header.buffer)), ...chunks]);
}
