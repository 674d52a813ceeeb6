/** The parts of an answer that is written piece by piece. */

/** An item is sent at once when none was for so long, else together with those that follow. */
const MILLISECONDS_BETWEEN_PARTS = 4;

/**
 * Collects items into parts, and the log-probabilities of those that were drawn.
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
    /** Takes it before its item comes. */
    addLogProbability(logProbability: number): void {
      logProbabilities.push(logProbability);
    },
    add(item: T): void {
      items.push(item);
      const now = performance.now();
      if (now - last < MILLISECONDS_BETWEEN_PARTS) return;
      last = now;
      flush();
    },
    flush,
  };
}
