/** Reads a list of pitches as it is typed. */
import { usageError } from './usage.js';

/**
 * @param list whole numbers with commas between; `36-84` is every pitch from 36 to 84, `36-84:4` every fourth
 * @returns each pitch once, in the order of the list
 * @throws USAGE
 */
export function parsePitches(list: string): number[] {
  const pitches = list.split(',').flatMap((text) => {
    const [, from, to = from, step = '1'] =
      /^\s*(\d{1,3})(?:\s*-\s*(\d{1,3})(?::([1-9]\d{0,2}))?)?\s*$/.exec(text) ?? [];
    const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1;
    if (!(count >= 1 && Number(to) <= 127))
      throw usageError(
        `--pitches has ${JSON.stringify(text.trim())}; expected whole numbers from 0 to 127 with commas between, or ranges such as 36-84 and 36-84:4`,
      );
    return Array.from({ length: count }, (_, i) => Number(from) + i * Number(step));
  });
  return [...new Set(pitches)];
}
