/** Lets a model read a piece of any length in windows of its own and write each of them again: a groove model humanises it so. */
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { answerTaps } from './taps.js';
import { cutWindows, inOneTempo, joinWindows, readable, windowSeconds, type Reader } from './windows.js';

/** The part of MusicVAE that is asked. */
interface RewritingModel {
  encode(sequences: readonly NoteSequence[], options?: Controls): Promise<Float32Array[]>;
  decode(latents: readonly Float32Array[], options?: Decoding): Promise<NoteSequence[]>;
}

interface Controls {
  readonly chords?: readonly string[];
  readonly key?: number;
  readonly signal?: AbortSignal;
}

interface Decoding extends Controls {
  readonly temperature?: number;
  readonly seed?: number | string;
  readonly qpm?: number;
}

export interface RewriteOptions extends Controls {
  readonly temperature: number;
  readonly seed: string;
}

/**
 * @param sequence seconds; what the model does not read of it is left out, and its first tempo holds for all of it
 * @returns as long as the windows that the sequence fills
 * @throws NOTES_MISSING, and what the model's `encode` and `decode` do
 */
export async function rewrite(
  model: RewritingModel,
  sequence: NoteSequence,
  reader: Reader,
  { temperature, seed, ...controls }: RewriteOptions,
): Promise<NoteSequence> {
  const piece = inOneTempo(readable(sequence, reader));
  const windows = cutWindows(piece, reader);
  if (windows.length === 0) return sequence;
  const qpm = openingTempo(piece);
  const latents = await model.encode(windows, controls);
  const written =
    reader.hears === 'tap'
      ? await answerTaps(
          (points, heat, take) =>
            model.decode(points, { ...controls, qpm, temperature: heat, seed: `${seed}/${take}` }),
          windows,
          latents,
          temperature,
        )
      : await model.decode(latents, { ...controls, qpm, temperature, seed });
  return joinWindows(written, windowSeconds(reader, qpm));
}
