/** Where notes lie on a roll: time to the right, pitch upwards, both from 0 to 1. */
import type { PlayedNote } from '../../instruments/sequence-player.js';

/** Fewest semitones a roll shows: a melody of three notes should not fill the height. */
const LEAST_SEMITONES = 24;
/** Seconds that an empty or very short sequence fills. */
const LEAST_SECONDS = 4;

export interface Extent {
  /** Lowest and highest MIDI pitch shown. */
  readonly low: number;
  readonly high: number;
  /** Seconds shown. */
  readonly seconds: number;
}

/** What has to be seen, with a semitone of air above and below. */
export function extentOf(notes: readonly PlayedNote[], seconds = 0): Extent {
  let [low, high, end] = [127, 0, 0];
  for (const note of notes) {
    low = Math.min(low, note.pitch);
    high = Math.max(high, note.pitch);
    end = Math.max(end, note.endTime);
  }
  if (notes.length === 0) [low, high] = [60, 72];
  const air = Math.max(2, LEAST_SEMITONES - (high - low + 1));
  low = Math.max(0, low - Math.floor(air / 2));
  high = Math.min(127, high + Math.ceil(air / 2));
  return { low, high, seconds: Math.max(seconds, end, LEAST_SECONDS) };
}

/** [x, y, width, height] of a note, from the left and from the top. */
export function boxOf(note: PlayedNote, { low, high, seconds }: Extent): [number, number, number, number] {
  const rows = high - low + 1;
  return [
    note.startTime / seconds,
    (high - note.pitch) / rows,
    (note.endTime - note.startTime) / seconds,
    1 / rows,
  ];
}

const BLACK = new Set([1, 3, 6, 8, 10]);
export const isBlackKey = (pitch: number) => BLACK.has(pitch % 12);
