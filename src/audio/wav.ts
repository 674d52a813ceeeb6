/** WAV files: written as 32-bit floats, so that nothing is lost or clipped, or of 16-bit integers; read with any channels. */
import { checkList, shown } from '../errors/check-arguments.js';
import { bytesOf, type FileBytes } from '../bytes/given-file.js';
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
/** Formats that are not integers need the number of samples in a chunk of its own. */
const FACT_BYTES = 12;

/**
 * @param samples nominally in [-1, 1], those of all channels in turn; beyond that, int16 is clipped
 * @param sampleRate Hz
 * @param format 16 bits, which everything reads, unless float32 is asked for, which has any level
 * @throws OPTION_INVALID
 */
export function encodeWav(
  samples: Float32Array,
  sampleRate: number,
  format: WavFormat = 'int16',
  channels = 1,
): ArrayBuffer {
  checkList('samples', samples, 'a Float32Array');
  if (!(sampleRate > 0 && sampleRate < 2 ** 32))
    throw new TimbrelError(
      'OPTION_INVALID',
      `sampleRate is ${shown(sampleRate)}; expected Hz, such as 44100`,
    );
  const isFloat = format === 'float32';
  const width = isFloat ? 4 : 2;
  const begin = HEADER_BYTES + (isFloat ? FACT_BYTES : 0);
  const bytes = new ArrayBuffer(begin + width * samples.length);
  const view = new DataView(bytes);
  const text = (offset: number, value: string) => {
    for (let i = 0; i < value.length; i++) view.setUint8(offset + i, value.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, bytes.byteLength - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, isFloat ? FLOAT : INTEGER, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, width * channels * sampleRate, true);
  view.setUint16(32, width * channels, true);
  view.setUint16(34, 8 * width, true);
  if (isFloat) {
    text(36, 'fact');
    view.setUint32(40, 4, true);
    view.setUint32(44, samples.length / channels, true);
  }
  text(begin - 8, 'data');
  view.setUint32(begin - 4, width * samples.length, true);
  samples.forEach((value, i) => {
    const at = begin + width * i;
    if (isFloat) view.setFloat32(at, value, true);
    else view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(32768 * value))), true);
  });
  return bytes;
}

/** A length from here on is none: it is what programs write that do not know yet how long a recording will be. */
const UNKNOWN_LENGTH = 0x7ffff000;

/** The place of the samples in a file, and how they are read. */
export interface WavLayout {
  readonly sampleRate: number;
  readonly channels: number;
  /** Bytes of one sample of all channels. */
  readonly frameBytes: number;
  /** Offset of the first sample. */
  readonly begin: number;
  /** Samples of each channel. */
  readonly frames: number;
  /** Samples of each channel that the header tells of and the file has not: it was cut off. */
  readonly missing: number;
  /** Reads samples of one channel at a byte offset of some bytes, in [-1, 1]. */
  read(view: DataView, at: number): number;
}

/**
 * @param head the file, or as much of its beginning as has the header of its samples
 * @param fileBytes length of the file: one that ends early has as many samples as are there
 * @throws AUDIO_FORMAT
 */
export function wavLayout(head: DataView, fileBytes = head.byteLength): WavLayout {
  const tag = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((i) => head.getUint8(at + i)));
  if (head.byteLength < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') {
    throw new TimbrelError(
      'AUDIO_FORMAT',
      'This is not a WAV file: it does not begin with RIFF and WAVE. Convert other formats (ffmpeg -i IN OUT.wav), or in a page let ' +
        'the browser decode them (AudioContext.decodeAudioData)',
    );
  }
  let layout: { format: number; channels: number; sampleRate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= head.byteLength;) {
    const begin = at + 8;
    const told = head.getUint32(at + 4, true);
    const length = Math.min(told, fileBytes - begin);
    if (tag(at) === 'fmt ' && length >= 16) {
      const format = head.getUint16(begin, true);
      layout = {
        format: format === EXTENSIBLE && length >= 26 ? head.getUint16(begin + 24, true) : format,
        channels: head.getUint16(begin + 2, true),
        sampleRate: head.getUint32(begin + 4, true),
        bits: head.getUint16(begin + 14, true),
      };
    }
    if (tag(at) === 'data' && layout) {
      const { sampleRate, channels } = layout;
      const read = sampleReader(layout.format, layout.bits);
      if (!read || channels === 0) break;
      const frameBytes = (layout.bits / 8) * channels;
      const frames = Math.floor(length / frameBytes);
      const missing = told >= UNKNOWN_LENGTH ? 0 : Math.floor(told / frameBytes) - frames;
      return { sampleRate, channels, frameBytes, begin, frames, missing, read };
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

/** @param bytes whole samples of all channels @returns one array for each channel */
export function readWavFrames(
  bytes: DataView,
  { channels, frameBytes, read }: WavLayout,
): Float32Array<ArrayBuffer>[] {
  const frames = Math.floor(bytes.byteLength / frameBytes);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    let at = (channel * frameBytes) / channels;
    for (let i = 0; i < frames; i++, at += frameBytes) samples[i] = read(bytes, at);
    return samples;
  });
}

/**
 * Integers of 8 to 32 bits and 32-bit floats. A file that ends early gives the samples it has.
 * @throws AUDIO_FORMAT, OPTION_INVALID where it is no bytes
 */
export function decodeWav(file: FileBytes): WavAudio {
  const { buffer, byteOffset, byteLength } = bytesOf('decodeWav', file);
  const layout = wavLayout(new DataView(buffer, byteOffset, byteLength));
  const samples = new DataView(buffer, byteOffset + layout.begin, layout.frames * layout.frameBytes);
  return { sampleRate: layout.sampleRate, channels: readWavFrames(samples, layout) };
}

/** Makes a function that reads the sample at a byte offset, in [-1, 1]. */
function sampleReader(format: number, bits: number): WavLayout['read'] | undefined {
  if (format === FLOAT && bits === 32) return (view, at) => view.getFloat32(at, true);
  if (format !== INTEGER) return undefined;
  switch (bits) {
    case 8:
      return (view, at) => (view.getUint8(at) - 128) / 2 ** 7;
    case 16:
      return (view, at) => view.getInt16(at, true) / 2 ** 15;
    case 24:
      return (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23;
    case 32:
      return (view, at) => view.getInt32(at, true) / 2 ** 31;
  }
  return undefined;
}
