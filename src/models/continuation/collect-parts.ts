/** The parts of an answer that is written piece by piece. */

/** An item is sent at once when none was for so long, else together with those that follow. */
const MILLISECONDS_BETWEEN_PARTS = 4;

/**
 * Collects items with their log-probabilities into parts.
 * @param send takes what was written since the part before; never nothing
 */
export function collectParts<T>(send: (items: readonly T[], logProbabilities: readonly number[]) => void) {
  let items: T[] = [];
  let logProbabilities: number[] = [];
  let last = -Infinity;
  const flush = () => {
    if (items.length > 0) send(items, logProbabilities);
    [items, logProbabilities] = [[], []];
  };
  return {
    add(item: T, logProbability: number): void {
      items.push(item);
      logProbabilities.push(logProbability);
      const now = performance.now();
      if (now - last < MILLISECONDS_BETWEEN_PARTS) return;
      last = now;
      flush();
    },
    flush,
  };
}
