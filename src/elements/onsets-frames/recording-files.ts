/** Recordings as they are read: WAV files piece by piece, however long; what else the browser can decode, as a whole. */
import { readWavFrames, wavLayout } from '../../audio/wav.js';
import { TimbrelError } from '../../errors/timbrel-error.js';

export interface OpenedRecording {
  readonly name: string;
  readonly sampleRate: number;
  /** Samples of each channel. */
  readonly length: number;
  /** Seconds that its header tells of and it has not: the file was cut off. */
  readonly secondsMissing: number;
  /** @returns samples `from` to before `to` of each channel */
  read(from: number, to: number): Promise<Float32Array<ArrayBuffer>[]>;
}

/** The rate that files are decoded at, Hz. */
const DECODED_RATE = 44100;
/** Decoded, a stereo file of so many seconds takes 0.6 GB. */
const LONGEST_DECODED = 1800;
/** Bytes of the beginning in which the samples of a WAV file have to begin. */
const HEAD_BYTES = 1 << 20;

/** @throws AUDIO_FORMAT, AUDIO_INVALID */
export async function openRecording(file: Blob | AudioBuffer): Promise<OpenedRecording> {
  if (!(file instanceof Blob)) {
    // Buffers of wrappers around the audio API are no AudioBuffer of the window.
    if (typeof (file as AudioBuffer | undefined)?.getChannelData === 'function')
      return ofBuffer(file, 'recording');
    throw new TimbrelError('AUDIO_INVALID', 'This is no recording: expected a file or an AudioBuffer');
  }
  const { name = 'recording' } = file as Partial<File>;
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const begins = (text: string, at: number) =>
    head.byteLength >= at + 4 &&
    [...text].every((letter, i) => head.getUint8(at + i) === letter.charCodeAt(0));
  const opened =
    begins('RIFF', 0) && begins('WAVE', 8)
      ? openWav(file, head, name)
      : ofBuffer(await decode(file, name), name);
  if (opened.length > 0) return opened;
  throw new TimbrelError('AUDIO_INVALID', `${name} has no samples: there is nothing to transcribe`);
}

function openWav(file: Blob, head: DataView, name: string): OpenedRecording {
  const layout = wavLayout(head, file.size);
  const { begin, frameBytes, frames, missing, sampleRate } = layout;
  return {
    name,
    sampleRate,
    length: frames,
    secondsMissing: missing / sampleRate,
    async read(from, to) {
      const part = file.slice(begin + from * frameBytes, begin + Math.min(to, frames) * frameBytes);
      return readWavFrames(new DataView(await part.arrayBuffer()), layout);
    },
  };
}

const ofBuffer = (buffer: AudioBuffer, name: string): OpenedRecording => ({
  name,
  sampleRate: buffer.sampleRate,
  length: buffer.length,
  secondsMissing: 0,
  read: async (from, to) =>
    Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
      buffer.getChannelData(channel).slice(from, to),
    ),
});

async function decode(file: Blob, name: string): Promise<AudioBuffer> {
  const seconds = await durationOf(file);
  if (seconds > LONGEST_DECODED) {
    throw new TimbrelError(
      'AUDIO_FORMAT',
      `${name} has ${Math.round(seconds / 60)} minutes: files that the browser decodes may have ${LONGEST_DECODED / 60}. Convert it to WAV (ffmpeg -i IN OUT.wav), which is read in pieces`,
    );
  }
  try {
    return await new OfflineAudioContext(1, 1, DECODED_RATE).decodeAudioData(await file.arrayBuffer());
  } catch (cause) {
    throw new TimbrelError(
      'AUDIO_FORMAT',
      `${name} is no recording that this browser can decode: expected WAV, MP3, M4A, Ogg or FLAC`,
      { cause },
    );
  }
}

/** @returns seconds; 0 where the browser does not tell */
async function durationOf(file: Blob): Promise<number> {
  const audio = document.createElement('audio');
  audio.preload = 'metadata';
  audio.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve) => {
      for (const type of ['loadedmetadata', 'error']) audio.addEventListener(type, resolve, { once: true });
      setTimeout(resolve, 3000);
    });
    return Number.isFinite(audio.duration) ? audio.duration : 0;
  } finally {
    URL.revokeObjectURL(audio.src);
    audio.removeAttribute('src');
  }
}
