/** Ticks and seconds of a MIDI file: piecewise linear, a piece for each tempo. */
import { DEFAULT_QPM } from './note-sequence.js';

/** Microseconds of a quarter, the form in which files hold tempos. */
const DEFAULT_QUARTER = 60e6 / DEFAULT_QPM;

interface Piece {
  readonly tick: number;
  readonly seconds: number;
  readonly secondsPerTick: number;
}

export interface TempoMap {
  readonly pieces: readonly Piece[];
}

export interface TempoChange {
  readonly tick: number;
  readonly microsecondsPerQuarter: number;
}

/** @param changes in order of their ticks; of several at one tick the last counts */
export function tempoMap(changes: readonly TempoChange[], ticksPerQuarter: number): TempoMap {
  const secondsPerTick = (microseconds: number) => microseconds / 1e6 / ticksPerQuarter;
  const pieces: Piece[] = [{ tick: 0, seconds: 0, secondsPerTick: secondsPerTick(DEFAULT_QUARTER) }];
  for (const { tick, microsecondsPerQuarter } of changes) {
    const last = pieces[pieces.length - 1];
    const seconds = last.seconds + (tick - last.tick) * last.secondsPerTick;
    pieces.push({ tick, seconds, secondsPerTick: secondsPerTick(microsecondsPerQuarter) });
  }
  return { pieces };
}

/** The map of a file that counts time in frames of SMPTE: tempos change nothing. */
export const fixedTempoMap = (ticksPerSecond: number): TempoMap => ({
  pieces: [{ tick: 0, seconds: 0, secondsPerTick: 1 / ticksPerSecond }],
});

/** The last piece whose `field` is at most `value`; the first always is. */
function pieceAt({ pieces }: TempoMap, field: 'tick' | 'seconds', value: number): Piece {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle][field] <= value) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}

export function secondsOfTick(map: TempoMap, tick: number): number {
  const piece = pieceAt(map, 'tick', tick);
  return piece.seconds + (tick - piece.tick) * piece.secondsPerTick;
}

/** The nearest tick. */
export function tickOfSeconds(map: TempoMap, seconds: number): number {
  const piece = pieceAt(map, 'seconds', seconds);
  return piece.tick + Math.round((seconds - piece.seconds) / piece.secondsPerTick);
}

/** A tempo that was a whole number of microseconds once comes back as it, though its digits were cut off as in JSON. */
const MICROSECOND_ROUNDING = 0.01;

/**
 * Microseconds of a quarter, rounded down as the reference does.
 *
 * @param qpm above 0; the file can hold 3.6 and more
 */
export function microsecondsPerQuarter(qpm: number): number {
  return Math.min(0xffffff, Math.max(1, Math.floor(60e6 / qpm + MICROSECOND_ROUNDING)));
}
