/** The sounds of a corner of the grid, one for each pitch. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StreamResampler } from '../../audio/stream-resampler.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { NSynth } from '../../models/nsynth/nsynth.js';
import { SAMPLE_RATE } from '../../models/nsynth/config.js';
import { embeddingOf, readSound } from './sounds.js';

/** A note of NSynth. */
const NOTE_SAMPLES = 64000;

/** By pitch: a WAV or an embedding. */
export type CornerFiles = ReadonlyMap<number, string>;

/**
 * The files of a folder by the pitch that ends their names, as in `flute_060.wav` and `flute-60.npy`. A file is a corner whose one
 * pitch is that of its name.
 * @throws FILE_FAILED
 */
export async function cornerFiles(corner: string): Promise<CornerFiles> {
  const isFolder = (await stat(corner)).isDirectory();
  const files = isFolder ? (await readdir(corner)).sort().map((name) => path.join(corner, name)) : [corner];
  const found = new Map<number, string>();
  for (const file of files) {
    const pitch = Number(/(?:^|[_\- ])(\d{1,3})\.(?:wav|npy)$/i.exec(path.basename(file))?.[1]);
    if (pitch >= 0 && pitch <= 127) found.set(pitch, file);
  }
  if (found.size > 0) return found;
  throw new TimbrelError(
    'FILE_FAILED',
    `${corner} has no sound whose name ends in its pitch, such as flute_60.wav or flute_60.npy`,
  );
}

/** The pitch that is nearest, of equals the lower: Open NSynth Super's users copy files by hand. */
export const nearestPitch = (files: CornerFiles, pitch: number): number =>
  [...files.keys()].sort((a, b) => Math.abs(a - pitch) - Math.abs(b - pitch) || a - b)[0];

/** The embedding of a note of four seconds, re-pitched where its file has another pitch. @throws FILE_FAILED, EMBEDDING_INVALID, AUDIO_* */
export async function cornerEmbedding(
  model: NSynth,
  files: CornerFiles,
  pitch: number,
): Promise<Float32Array> {
  const from = nearestPitch(files, pitch);
  const file = files.get(from) ?? '';
  if (/\.npy$/i.test(file)) {
    if (from === pitch) return embeddingOf(model, file);
    throw new TimbrelError(
      'FILE_FAILED',
      `${file} is an embedding of pitch ${from}, and ${pitch} is wanted: embeddings cannot be re-pitched, sounds can`,
    );
  }
  const sound = await readSound(file, 60);
  const note = new Float32Array(NOTE_SAMPLES);
  note.set((from === pitch ? sound : repitched(sound, pitch - from)).subarray(0, NOTE_SAMPLES));
  return model.encode(note);
}

function repitched(sound: Float32Array, semitones: number): Float32Array {
  const resampler = new StreamResampler(SAMPLE_RATE * 2 ** (semitones / 12), SAMPLE_RATE);
  const parts = [resampler.write(sound), resampler.close()];
  return Float32Array.from([...parts[0], ...parts[1]]);
}
