/** Transcribes a WAV file: in pieces where the network reads forwards only, else as a whole. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type {
  OnsetsAndFrames,
  OnsetsAndFramesOptions,
} from '../../models/onsets-frames/onsets-and-frames.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { WavFile } from './wav-file.js';

const PIECE_SECONDS = 10;

/** @throws AUDIO_FORMAT, AUDIO_INVALID, and what the model throws */
export async function transcribeFile(
  model: OnsetsAndFrames,
  name: string,
  options: OnsetsAndFramesOptions,
): Promise<NoteSequence & { readonly seconds: number; readonly secondsMissing: number }> {
  const { onProgress, ...rest } = options;
  const file = await WavFile.open(name);
  try {
    const { sampleRate, length, seconds, secondsMissing } = file;
    if (length === 0)
      throw new TimbrelError('AUDIO_INVALID', `${name} has no samples: there is nothing to transcribe`);
    const { isStreaming, floor } = model.description;
    if (!isStreaming || floor === 'recording') {
      const sequence = await model.transcribe(await file.read(0, length), { ...options, sampleRate });
      return { ...sequence, seconds, secondsMissing };
    }
    const transcription = await model.begin({ ...rest, sampleRate, atEnd: true });
    const piece = Math.ceil(PIECE_SECONDS * sampleRate);
    for (let from = 0; from < length; from += piece) {
      await transcription.write(await file.read(from, from + piece));
      onProgress?.(Math.min(1, (from + piece) / length));
    }
    return { ...(await transcription.close()), seconds, secondsMissing };
  } finally {
    await file.close();
  }
}
