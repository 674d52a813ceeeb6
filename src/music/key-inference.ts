/** The key of a piece by the profile of its pitch classes (C. Krumhansl and E. Kessler 1982; D. Temperley's weights of 1999). */
import { withLeftOut } from './left-out.js';
import { MAJOR, MINOR, type NoteSequence } from './note-sequence.js';

const PROFILES = [
  { mode: MAJOR, weights: [5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4] },
  { mode: MINOR, weights: [5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4] },
];

export interface InferredKey {
  /** Pitch class of the tonic, 0 (C) to 11 (B). */
  readonly key: number;
  /** 0: major, 1: minor. */
  readonly mode: number;
  /** Correlation of the piece with the key's profile, -1 to 1. */
  readonly correlation: number;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, i) => {
    product += (value - meanA) * (b[i] - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[i] - meanB) ** 2;
  });
  return product / Math.sqrt(squaresA * squaresB);
}

/**
 * The likeliest of the 24 keys. Notes count as long as they last, drums not at all.
 * @returns undefined where nothing says a key: no notes, or all pitch classes alike
 */
export function inferKey(sequence: NoteSequence): InferredKey | undefined {
  const lengths = new Array<number>(12).fill(0);
  for (const note of withLeftOut(sequence).notes) {
    const { pitch, startTime = 0, endTime = 0, quantizedStartStep = 0, quantizedEndStep = 0, isDrum } = note;
    const length = sequence.quantizationInfo ? quantizedEndStep - quantizedStartStep : endTime - startTime;
    if (!isDrum) lengths[pitch % 12] += length;
  }
  const candidates = PROFILES.flatMap(({ mode, weights }) =>
    lengths.map((_, key) => ({
      key,
      mode,
      correlation: correlation(
        lengths,
        lengths.map((_, pitchClass) => weights[(pitchClass - key + 12) % 12]),
      ),
    })),
  ).filter(({ correlation: value }) => Number.isFinite(value));
  return candidates.sort((a, b) => b.correlation - a.correlation)[0];
}
