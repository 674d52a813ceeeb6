/** Melodies brought into the range and key that a model was trained in, and back (note_seq/melodies_lib.py, squash). */
import type { MelodyEvent } from './events.js';
import { countKeys } from './melody-encodings.js';

/** Lowest and highest pitch. */
export type PitchRange = readonly [low: number, high: number];

/** The pitch by octaves into the range, from the side on which it is out. */
export function fold(pitch: number, [low, high]: PitchRange): number {
  if (pitch < low) return low + mod12(pitch - low);
  if (pitch > high) return high + 1 - 12 + mod12(pitch - high - 1);
  return pitch;
}

const mod12 = (value: number) => ((value % 12) + 12) % 12;

/** Moves the notes, and folds into the range what leaves it. */
export const transpose = (
  events: readonly MelodyEvent[],
  semitones: number,
  range: PitchRange,
): MelodyEvent[] => events.map((event) => (event < 0 ? event : fold(event + semitones, range)));

/**
 * By how many semitones a melody moves so that its key is `key` and its middle as near to that of the range as octaves allow.
 * @returns 0 for a melody without notes
 */
export function shiftToKey(events: readonly MelodyEvent[], [low, high]: PitchRange, key: number): number {
  const notes = events.filter((event) => event >= 0);
  if (notes.length === 0) return 0;
  const histogram = new Int32Array(12);
  for (const note of notes) countKeys(note, histogram);
  const interval = key - histogram.indexOf(Math.max(...histogram));
  const [lowest, highest] = notes.reduce(
    ([least, most], note) => [Math.min(least, note), Math.max(most, note)],
    [127, 0],
  );
  const distance = (low + high) / 2 - ((lowest + highest) / 2 + interval);
  return interval + 12 * roundHalfToEven(distance / 12);
}

/** As Python's round. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
