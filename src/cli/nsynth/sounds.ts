/** Sounds and embeddings as files: WAV, and NumPy's arrays as Magenta's tools write them. */
import path from 'node:path';
import { toMono } from '../../audio/mono.js';
import { decodeWav, encodeWav } from '../../audio/wav.js';
import { TimbrelError, withoutCode } from '../../errors/timbrel-error.js';
import type { NSynth } from '../../models/nsynth/nsynth.js';
import { SAMPLE_RATE } from '../../models/nsynth/config.js';
import { decodeNpy, encodeNpy } from '../dataset/npy.js';
import { writeWhole } from '../output-folder.js';
import { readBytes } from '../read-file.js';
import { usageError } from '../usage.js';

/** Longer files are taken for a mistake, unless their length was asked for. */
const LONGEST_SECONDS = 60;

const isEmbedding = (file: string) => /\.npy$/i.test(file);

/**
 * A WAV file as one channel at 16 kHz.
 * @param seconds of its beginning; undefined: all, where that is not very long
 * @throws AUDIO_FORMAT, AUDIO_INVALID, USAGE, and what the system says
 */
export async function readSound(file: string, seconds?: number): Promise<Float32Array> {
  if (seconds !== undefined && !(seconds > 0))
    throw usageError(`--seconds is ${seconds}; expected a number above 0`);
  const { sampleRate, channels } = named(file, decodeWav, new Uint8Array(await readBytes(file)).buffer);
  const [first] = channels;
  if (first.length === 0) throw new TimbrelError('AUDIO_INVALID', `${file} holds no sound`);
  const length = first.length / sampleRate;
  if (seconds === undefined && length > LONGEST_SECONDS) {
    throw usageError(
      `${file} is ${Math.round(length)} seconds long: give --seconds 4 for its beginning, or --seconds ${Math.ceil(length)} for all`,
    );
  }
  const end = seconds === undefined ? first.length : Math.ceil(seconds * sampleRate);
  const cut = { sampleRate, channels: channels.map((channel) => channel.subarray(0, end)) };
  return named(file, (sound) => toMono(sound, SAMPLE_RATE), cut);
}

/** The error of a file says which. */
function named<A, R>(file: string, work: (argument: A) => R, argument: A): R {
  try {
    return work(argument);
  } catch (error) {
    if (!(error instanceof TimbrelError)) throw error;
    throw new TimbrelError(error.code, `${file}: ${withoutCode(error)}`, {
      cause: error,
    });
  }
}

/**
 * An embedding of [frames, size], or of [1, frames, size], as the notebook and Open NSynth Super save it.
 * @throws FILE_FAILED, EMBEDDING_INVALID
 */
export async function readEmbedding(file: string, size: number): Promise<Float32Array> {
  const { shape, data } = decodeNpy(await readBytes(file), file);
  const [frames, width] = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  if (
    shape.length >= 2 &&
    shape.length <= 3 &&
    width === size &&
    frames * size === data.length &&
    frames > 0
  ) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return data;
    throw new TimbrelError(
      'EMBEDDING_INVALID',
      `${file} holds ${data[bad]} in frame ${Math.floor(bad / size)}; expected finite numbers`,
    );
  }
  throw new TimbrelError(
    'EMBEDDING_INVALID',
    `${file} holds ${shape.join(' x ')} numbers; this checkpoint's embeddings are [frames, ${size}], or [1, frames, ${size}]`,
  );
}

/** The embedding of a file of either kind. */
export async function embeddingOf(
  model: NSynth,
  file: string,
  { seconds, onProgress }: { seconds?: number; onProgress?: (done: number) => void } = {},
): Promise<Float32Array> {
  if (isEmbedding(file)) return readEmbedding(file, model.description.embeddingSize);
  return model.encode(await readSound(file, seconds), { onProgress });
}

/** Magenta's shape: [frames, size]. */
export const writeEmbedding = (file: string, embedding: Float32Array, size: number): Promise<void> =>
  writeWhole(file, encodeNpy(embedding, [embedding.length / size, size]));

export const writeSound = (file: string, samples: Float32Array): Promise<void> =>
  writeWhole(file, new Uint8Array(encodeWav(samples, SAMPLE_RATE)));

/** The name of a file in a folder, with another ending. */
export const besides = (folder: string, file: string, ending: string) =>
  path.join(folder, path.basename(file).replace(/\.[^.]*$/, '') + ending);

/** Files whose results would be one are refused. @throws USAGE */
export function distinctOutputs(files: readonly string[], folder: string, ending: string): string[] {
  const outputs = files.map((file) => besides(folder, file, ending));
  const twice = outputs.find((output, i) => outputs.indexOf(output) !== i);
  if (twice === undefined) return outputs;
  throw usageError(`Two files would be written to ${twice}; give them other names`);
}
