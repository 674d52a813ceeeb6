/** The places of notes on a roll: rows from the top, seconds to the right, and the part of them that is seen. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { drumClassOf } from '../../music/drum-classes.js';
import { DRUMS } from '../drum-names.js';

/** Fewest semitones a roll shows: a melody of three notes should not fill the height. */
const LEAST_SEMITONES = 24;
/** Seconds that an empty or very short sequence fills. */
const LEAST_SECONDS = 4;
/** Most seconds that are seen at once before the player asks for more: beyond, sixteenths are no longer told apart. */
const MOST_AT_ONCE = 40;
/** Least seconds that are seen at once. */
const CLOSEST = 1;

export interface Rows {
  readonly count: number;
  /** The row, counted from the top. */
  readonly rowOf: (pitch: number) => number;
  /** The pitch that a row stands for. */
  readonly pitchOf: (row: number) => number;
  /** Rows that a note can be moved to, of those that are shown and beyond. */
  readonly highest: number;
  readonly lowest: number;
  readonly isDark: (row: number) => boolean;
  readonly names: readonly { readonly row: number; readonly text: string }[];
}

const BLACK = new Set([1, 3, 6, 8, 10]);

/** A row for each semitone, with air above and below; each C has its name, middle C is C4. */
function pitchRows(notes: readonly PlayedNote[], least: number): Rows {
  let [low, high] = notes.length > 0 ? [127, 0] : [60, 72];
  for (const { pitch } of notes) [low, high] = [Math.min(low, pitch), Math.max(high, pitch)];
  const air = Math.max(2, least - (high - low + 1));
  low = Math.max(0, low - Math.floor(air / 2));
  high = Math.min(127, high + Math.ceil(air / 2));
  const pitches = Array.from({ length: high - low + 1 }, (_, row) => high - row);
  return {
    count: pitches.length,
    rowOf: (pitch) => high - pitch,
    pitchOf: (row) => high - row,
    highest: high - 127,
    lowest: high,
    isDark: (row) => BLACK.has(pitches[row] % 12),
    names: pitches.flatMap((pitch, row) => (pitch % 12 === 0 ? [{ row, text: `C${pitch / 12 - 1}` }] : [])),
  };
}

const DRUM_ROW_OF_CLASS = new Map(DRUMS.map(([pitch], row) => [drumClassOf(pitch), row]));
/** A drum of no class sounds as this one (src/instruments/drum-kit.ts). */
const OTHER = DRUMS.findIndex(([, name]) => name === 'Closed hat');

const DRUM_ROWS: Rows = {
  count: DRUMS.length,
  rowOf: (pitch) => DRUM_ROW_OF_CLASS.get(drumClassOf(pitch)) ?? OTHER,
  pitchOf: (row) => DRUMS[row][0],
  highest: 0,
  lowest: DRUMS.length - 1,
  isDark: (row) => row % 2 === 1,
  names: DRUMS.map(([, text], row) => ({ row, text })),
};

/** @param least fewest semitones */
export const rowsOf = (notes: readonly PlayedNote[], drums: boolean, least = LEAST_SEMITONES): Rows =>
  drums ? DRUM_ROWS : pitchRows(notes, least);

/** Seconds that a roll is long. @param least room for what is still to come */
export const lengthOf = (notes: readonly PlayedNote[], least = 0): number =>
  notes.reduce((end, { endTime }) => Math.max(end, endTime), Math.max(least, LEAST_SECONDS));

/** Seconds that are seen at once. @param wanted what the player asked for; undefined before */
export const spanOf = (total: number, wanted: number | undefined): number =>
  Math.min(total, Math.max(CLOSEST, wanted ?? MOST_AT_ONCE));

/** Moves the window so that it shows `time`: it stays while it does, and turns the page where it does not. */
export function follow(start: number, span: number, total: number, time: number): number {
  const inside = time >= start && time < start + span;
  return Math.min(total - span, Math.max(0, inside ? start : time - span / 10));
}

/** Bars whose number is shown: each, or every second, fourth ... so that they are `least` pixels apart. */
export function barStride(bar: number, pixelsPerSecond: number, least: number): number {
  let stride = 1;
  while (bar * stride * pixelsPerSecond < least) stride *= 2;
  return stride;
}
