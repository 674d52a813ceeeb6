/** Lets a model read a piece of any length in windows of its own and write each of them again: a groove model humanises it so. */
import { concatenateSequences } from '../../music/concatenate.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { splitSequence } from '../../music/split.js';
import type { LatentModel } from './morph.js';

export interface Window {
  /** Steps that the model reads at once. */
  readonly steps: number;
  readonly stepsPerQuarter: number;
}

export interface RewriteOptions {
  readonly temperature: number;
  readonly seed: string;
  readonly signal: AbortSignal;
}

/**
 * @param sequence seconds, of one tempo
 * @returns as long as the windows that the sequence fills
 * @throws what the model's `encode` and `decode` do
 */
export async function rewrite(
  model: LatentModel,
  sequence: NoteSequence,
  { steps, stepsPerQuarter }: Window,
  { temperature, seed, signal }: RewriteOptions,
): Promise<NoteSequence> {
  const qpm = openingTempo(sequence);
  const seconds = (steps / stepsPerQuarter) * (60 / qpm);
  const windows = splitSequence(sequence, seconds);
  if (windows.length === 0) return sequence;
  const latents = await model.encode(windows, { signal });
  const written = await model.decode(latents, { temperature, seed, qpm, signal });
  // A hit that is played late on the last step ends behind its window.
  const within = written.map((part) => ({
    ...part,
    notes: part.notes.filter(({ startTime = 0 }) => startTime < seconds),
    totalTime: seconds,
  }));
  const cut = within.map((part) => ({
    ...part,
    notes: part.notes.map((note) => ({ ...note, endTime: Math.min(note.endTime ?? 0, seconds) })),
  }));
  return concatenateSequences(cut);
}
