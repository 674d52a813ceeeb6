/** A MIDI file's chunks: checked before the library sees them, which trusts every length it reads. */
import { parseMidi, type MidiData } from 'midi-file';
import { TimbrelError } from '../errors/timbrel-error.js';

export function invalidMidi(what: string, cause?: unknown): TimbrelError {
  return new TimbrelError('MIDI_FILE_INVALID', `This is no MIDI file that can be read: ${what}`, { cause });
}

const HEADER_LENGTH = 14;

const tagAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Where the header begins: at once, or inside the RIFF wrapper of .rmi files. */
function findHeader(bytes: Uint8Array): number {
  if (tagAt(bytes, 0) === 'MThd') return 0;
  if (tagAt(bytes, 0) === 'RIFF' && tagAt(bytes, 8) === 'RMID' && tagAt(bytes, 20) === 'MThd') return 20;
  const start = tagAt(bytes, 0).replace(/[^ -~]/g, '?');
  throw invalidMidi(`it begins with '${start}' and not with 'MThd'`);
}

/**
 * Header and tracks only, other chunks left out, every length within the file.
 * @throws MIDI_FILE_INVALID
 */
function checkedChunks(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = findHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header + HEADER_LENGTH) throw invalidMidi('it ends within its header');
  const headerLength = view.getUint32(header + 4);
  const format = view.getUint16(header + 8);
  const declared = view.getUint16(header + 10);
  const division = view.getUint16(header + 12);
  if (headerLength < 6) throw invalidMidi(`its header has ${headerLength} bytes instead of 6`);
  if (format > 1)
    throw invalidMidi(`it is of format ${format} (independent patterns); save it as format 0 or 1`);
  if (division & 0x8000)
    throw invalidMidi('it counts SMPTE frames instead of beats; save it with ticks per quarter');
  if (division === 0) throw invalidMidi('it has 0 ticks per quarter');
  const tracks: Uint8Array[] = [];
  let at = header + 8 + headerLength;
  while (at + 8 <= bytes.length && tracks.length < declared) {
    const length = view.getUint32(at + 4);
    const end = at + 8 + length;
    if (end > bytes.length) {
      throw invalidMidi(
        `it ends within track ${tracks.length} of ${declared}, ${end - bytes.length} bytes short`,
      );
    }
    if (tagAt(bytes, at) === 'MTrk') tracks.push(bytes.subarray(at, end));
    at = end;
  }
  if (tracks.length < declared)
    throw invalidMidi(`it has ${tracks.length} tracks of the ${declared} it declares`);
  const result = new Uint8Array(tracks.reduce((sum, track) => sum + track.length, HEADER_LENGTH));
  result.set(bytes.subarray(header, header + HEADER_LENGTH));
  new DataView(result.buffer).setUint32(4, 6);
  let offset = HEADER_LENGTH;
  for (const track of tracks) {
    result.set(track, offset);
    offset += track.length;
  }
  return result;
}

/** Lengths inside a track are checked where the library cuts pieces out: beyond the end, or negative by overflow. */
class CheckedBytes extends Uint8Array<ArrayBuffer> {
  override slice(start = 0, end = this.length): CheckedBytes {
    if (end < start || end > this.length) throw new RangeError('an event is longer than its track');
    return super.slice(start, end) as CheckedBytes;
  }
}

/**
 * @returns the events of each track, every number of them within what MIDI allows
 * @throws MIDI_FILE_INVALID
 */
export function parseMidiFile(
  bytes: Uint8Array,
): MidiData & { readonly header: { readonly ticksPerBeat: number } } {
  const checked = checkedChunks(bytes);
  let midi: MidiData;
  try {
    midi = parseMidi(new CheckedBytes(checked.buffer));
  } catch (error) {
    // The library throws texts.
    throw invalidMidi(error instanceof Error ? error.message : String(error), error);
  }
  midi.tracks.forEach((events, track) => {
    for (const event of events) {
      for (const [field, value] of Object.entries(event)) {
        const limit = LIMITS[field];
        if (limit && !(typeof value === 'number' && value >= limit[0] && value <= limit[1])) {
          throw invalidMidi(`track ${track} has a ${event.type} whose ${field} is ${String(value)}`);
        }
      }
    }
  });
  const { ticksPerBeat } = midi.header;
  if (!ticksPerBeat) throw invalidMidi('it has no ticks per quarter');
  return { header: { ...midi.header, ticksPerBeat }, tracks: midi.tracks };
}

/** What the fields of events may hold; a track that ends within an event leaves one undefined. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  deltaTime: [0, 0x0fffffff],
  channel: [0, 15],
  noteNumber: [0, 127],
  velocity: [0, 127],
  controllerType: [0, 127],
  value: [-8192, 8191],
  programNumber: [0, 127],
  microsecondsPerBeat: [1, 0xffffff],
  numerator: [1, 255],
  denominator: [1, 2 ** 30],
  key: [-7, 7],
  scale: [0, 1],
};
