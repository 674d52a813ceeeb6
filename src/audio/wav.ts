/** WAV files: written as one channel of 32-bit floats, so that nothing is lost or clipped, or of 16-bit integers; read with any channels. */
import { TimbrelError } from '../errors/timbrel-error.js';

export type WavFormat = 'float32' | 'int16';

export interface WavAudio {
  readonly sampleRate: number;
  /** One array for each channel, nominally in [-1, 1]. */
  readonly channels: readonly Float32Array[];
}

const INTEGER = 1;
const FLOAT = 3;
/** The true format follows, in the first two bytes of the subformat. */
const EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 44;

/**
 * @param samples nominally in [-1, 1]; beyond that, int16 is clipped
 * @param sampleRate Hz
 */
export function encodeWav(
  samples: Float32Array,
  sampleRate: number,
  format: WavFormat = 'float32',
): ArrayBuffer {
  const width = format === 'float32' ? 4 : 2;
  const bytes = new ArrayBuffer(HEADER_BYTES + width * samples.length);
  const view = new DataView(bytes);
  const text = (offset: number, value: string) => {
    for (let i = 0; i < value.length; i++) view.setUint8(offset + i, value.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, bytes.byteLength - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format === 'float32' ? FLOAT : INTEGER, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, width * sampleRate, true);
  view.setUint16(32, width, true);
  view.setUint16(34, 8 * width, true);
  text(36, 'data');
  view.setUint32(40, width * samples.length, true);
  samples.forEach((value, i) => {
    const at = HEADER_BYTES + width * i;
    if (format === 'float32') view.setFloat32(at, value, true);
    else view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(32768 * value))), true);
  });
  return bytes;
}

/**
 * Integers of 8 to 32 bits and 32-bit floats. A file that ends early gives the samples it has.
 * @throws AUDIO_FORMAT
 */
export function decodeWav(file: ArrayBuffer): WavAudio {
  const view = new DataView(file);
  const tag = (at: number) => String.fromCharCode(...new Uint8Array(file, at, 4));
  if (file.byteLength < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') {
    throw new TimbrelError('AUDIO_FORMAT', 'This is not a WAV file: it does not begin with RIFF and WAVE');
  }
  let layout: { format: number; channels: number; sampleRate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= file.byteLength;) {
    const begin = at + 8;
    const length = Math.min(view.getUint32(at + 4, true), file.byteLength - begin);
    if (tag(at) === 'fmt ' && length >= 16) {
      const format = view.getUint16(begin, true);
      layout = {
        format: format === EXTENSIBLE && length >= 26 ? view.getUint16(begin + 24, true) : format,
        channels: view.getUint16(begin + 2, true),
        sampleRate: view.getUint32(begin + 4, true),
        bits: view.getUint16(begin + 14, true),
      };
    }
    if (tag(at) === 'data' && layout) {
      const { sampleRate, channels } = layout;
      const width = layout.bits / 8;
      const read = sampleReader(view, layout.format, layout.bits);
      if (!read || channels === 0) break;
      const frames = Math.floor(length / (width * channels));
      const channel = (c: number) =>
        Float32Array.from({ length: frames }, (_, i) => read(begin + width * (i * channels + c)));
      return { sampleRate, channels: Array.from({ length: channels }, (_, c) => channel(c)) };
    }
    // Chunks begin at even addresses.
    at = begin + length + (length % 2);
  }
  throw new TimbrelError(
    'AUDIO_FORMAT',
    layout
      ? `A WAV file without samples that can be read: format ${layout.format}, ${layout.channels} channels of ${layout.bits} bits`
      : 'A WAV file without the description of its samples',
  );
}

/** Makes a function that reads the sample at a byte offset, in [-1, 1]. */
function sampleReader(view: DataView, format: number, bits: number): ((at: number) => number) | undefined {
  if (format === FLOAT && bits === 32) return (at) => view.getFloat32(at, true);
  if (format !== INTEGER) return undefined;
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 2 ** 7;
    case 16:
      return (at) => view.getInt16(at, true) / 2 ** 15;
    case 24:
      return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23;
    case 32:
      return (at) => view.getInt32(at, true) / 2 ** 31;
  }
  return undefined;
}
