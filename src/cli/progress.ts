/** Shows the progress of long work: one line of standard error that is written over, and only where somebody may see it. */

export interface Progress {
  /** @param done of `total`; a total that is not known is 0 */
  update(done: number, total: number, note?: string): void;
  /** Takes the line away. */
  end(): void;
}

export type ShowProgress = (label: string) => Progress;

const BAR = 24;
const MILLISECONDS_BETWEEN = 100;

const ERASE_LINE = '\r\u001b[K';

/** @param isTerminal nothing is written where it is false: a log file wants no bars */
export function progressOn(
  stream: { write(text: string): unknown },
  isTerminal: boolean,
  now: () => number = () => performance.now(),
): ShowProgress {
  if (!isTerminal) return () => ({ update: () => {}, end: () => {} });
  return (label) => {
    let last = -Infinity;
    return {
      update(done, total, note = '') {
        if (now() - last < MILLISECONDS_BETWEEN) return;
        last = now();
        stream.write(`${ERASE_LINE}${label} ${total > 0 ? bar(done / total) : done} ${note}`.trimEnd());
      },
      end: () => void stream.write(ERASE_LINE),
    };
  };
}

function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${Math.floor(100 * Math.min(1, share))} %`;
}
