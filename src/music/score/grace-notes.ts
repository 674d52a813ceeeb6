/** Grace notes, which have no time of their own: they take it from the beginning of the note behind them. */
import { snapped } from './score.js';

/** A 32nd each, in quarters, and together no more than half of the note. */
const LENGTH = 1 / 8;

export interface PlacedGraces<T> {
  readonly graces: readonly { readonly value: T; readonly start: number; readonly duration: number }[];
  /** Quarters by which the note behind them begins later. */
  readonly taken: number;
}

/**
 * @param graces in order; those of one moment are one of them
 * @param start of the note behind them, and its duration, in quarters
 */
export function placeGraces<T>(graces: readonly T[], start: number, duration: number): PlacedGraces<T> {
  if (graces.length === 0) return { graces: [], taken: 0 };
  const each = Math.min(LENGTH, duration / 2 / graces.length);
  return {
    graces: graces.map((value, i) => ({ value, start: snapped(start + i * each), duration: each })),
    taken: snapped(each * graces.length),
  };
}
