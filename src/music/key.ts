/** Keys by counting, and bringing a melody into a range and a key (note_seq/melodies_lib.py, constants.py). */
import { checkList } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { MelodyEvent } from './events.js';

const MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11];

/**
 * @param pitches MIDI pitches, each counted once
 * @returns [12] for each major key, the number of pitches in its scale
 * @throws OPTION_INVALID for what is no list
 */
export function majorKeyHistogram(pitches: readonly number[]): number[] {
  checkList('pitches', pitches, 'a list of MIDI pitches');
  const counts = new Array<number>(12).fill(0);
  for (const pitch of pitches) counts[pitch % 12]++;
  return counts.map((_, key) => MAJOR_SCALE.reduce((sum, degree) => sum + counts[(key + degree) % 12], 0));
}

/** The key with most of the pitches in its scale, 0 (C) to 11 (B); the lowest of several. */
export function majorKey(pitches: readonly number[]): number {
  const histogram = majorKeyHistogram(pitches);
  return histogram.indexOf(Math.max(...histogram));
}

const pitchesOf = (events: readonly MelodyEvent[]) => events.filter((event) => event >= 0);

const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor;

/** Into [minPitch, maxPitch) by octaves: the lowest octave for what is below, the highest for what is above. */
function foldPitch(pitch: number, minPitch: number, maxPitch: number): number {
  if (pitch < minPitch) return minPitch + modulo(pitch - minPitch, 12);
  if (pitch >= maxPitch) return maxPitch - 12 + modulo(pitch - maxPitch, 12);
  return pitch;
}

function checkRange(minPitch: number, maxPitch: number): void {
  if (!(minPitch >= 0 && maxPitch <= 128 && maxPitch - minPitch >= 12)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The range of pitches is ${minPitch} to below ${maxPitch}; expected at least an octave within 0 to 128`,
    );
  }
}

/**
 * @param semitones added to every pitch; what leaves the range is folded back by octaves
 * @param maxPitch the first pitch above the range
 * @throws OPTION_INVALID unless the range holds an octave
 */
export function transposeMelody(
  events: readonly MelodyEvent[],
  semitones: number,
  minPitch = 0,
  maxPitch = 128,
): MelodyEvent[] {
  checkRange(minPitch, maxPitch);
  return events.map((event) => (event >= 0 ? foldPitch(event + semitones, minPitch, maxPitch) : event));
}

/** Python's round: halves go to the even neighbour. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + modulo(below, 2) : Math.round(value);
}

/**
 * Brings a melody into a range, and into a key, by as few octaves as bring its middle near that of the range.
 * @param key of the result as a major key, 0 to 11; without one the melody is folded and not shifted
 * @returns the events and the shift in semitones, to take back what a model continues
 * @throws OPTION_INVALID
 */
export function squashMelody(
  events: readonly MelodyEvent[],
  minPitch: number,
  maxPitch: number,
  key?: number,
): { readonly events: MelodyEvent[]; readonly semitones: number } {
  const pitches = pitchesOf(events);
  let semitones = 0;
  if (key !== undefined && pitches.length > 0) {
    const shift = key - majorKey(pitches);
    const middle = (Math.min(...pitches) + Math.max(...pitches)) / 2;
    const target = (minPitch + maxPitch - 1) / 2;
    semitones = shift + 12 * roundHalfToEven((target - middle - shift) / 12);
  }
  return { events: transposeMelody(events, semitones, minPitch, maxPitch), semitones };
}
