/**
 * Drums to taps. The likeliest drums to a rhythm that drummers do not play are often none at all, so several answers are tried, and
 * the one that strikes where it was tapped, and nowhere else, is taken.
 */
import type { NoteSequence } from '../../music/note-sequence.js';
import { quantizeNoteSequence } from '../../music/quantize.js';

/** Decodes points. @param take another one is another draw */
export type DecodeTaps = (
  latents: readonly Float32Array[],
  temperature: number,
  take: string,
) => Promise<NoteSequence[]>;

/** Nearer to the middle of the space the unusual becomes usual. */
const SHARES = [1, 0.9, 0.8, 0.7];
/** Draws where none of these answers well. */
const DRAWS = 28;
const DRAW_TEMPERATURE = 0.7;
/** An agreement that asks for no draws. */
const GOOD = 0.9;

const onsetsOf = (sequence: NoteSequence) =>
  new Set(quantizeNoteSequence(sequence).notes.map(({ quantizedStartStep }) => quantizedStartStep));

/** The harmonic mean of the share of taps that are answered and the share of strokes that answer one; 1 where nothing is to be said. */
export function agreement(taps: NoteSequence, drums: NoteSequence): number {
  const [tapped, struck] = [onsetsOf(taps), onsetsOf(drums)];
  const answered = [...struck].filter((step) => tapped.has(step)).length;
  return tapped.size + struck.size === 0 ? 1 : (2 * answered) / (tapped.size + struck.size);
}

/**
 * @param windows taps, in seconds
 * @param latents the point of each window
 * @param temperature of the answers that are tried first
 * @returns drums for each window
 */
export async function answerTaps(
  decode: DecodeTaps,
  windows: readonly NoteSequence[],
  latents: readonly Float32Array[],
  temperature: number,
): Promise<NoteSequence[]> {
  const answers: NoteSequence[] = [];
  for (const [i, taps] of windows.entries()) {
    const near = SHARES.map((share) => latents[i].map((value) => share * value));
    let best = bestOf(taps, await decode(near, temperature, `${i}`));
    if (agreement(taps, best) < GOOD) {
      const same = new Array<Float32Array>(DRAWS).fill(latents[i]);
      best = bestOf(taps, [best, ...(await decode(same, DRAW_TEMPERATURE, `${i}/draws`))]);
    }
    answers.push(best);
  }
  return answers;
}

/** The first of those that agree best. */
const bestOf = (taps: NoteSequence, answers: readonly NoteSequence[]) =>
  answers.reduce((best, answer) => (agreement(taps, answer) > agreement(taps, best) ? answer : best));
