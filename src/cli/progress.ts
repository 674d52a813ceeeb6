/**
 * Shows the progress of long work on standard error: in a terminal one line that is written over; in a file or a pipe a line now and
 * then, so that somebody who looks at it sees that the work goes on.
 */

export interface Progress {
  /** @param done of `total`; a total that is not known is 0 */
  update(done: number, total: number, note?: string): void;
  /** Takes the line away. */
  end(): void;
}

export type ShowProgress = (label: string) => Progress;

/**
 * Adds up the progress of work of which several pieces are under way.
 * @returns for each piece that begins what is told the share of it that is done
 */
export function progressOfPieces(progress: Progress, count: number): () => (share: number) => void {
  let sum = 0;
  return () => {
    let told = 0;
    return (share) => {
      sum += share - told;
      told = share;
      progress.update(sum, count, `${Math.floor(sum)} of ${count}`);
    };
  };
}

const BAR = 24;
const MILLISECONDS_BETWEEN = 100;
/** Short work writes no line to a file. */
const MILLISECONDS_BETWEEN_LINES = 10_000;

const ERASE_LINE = '\r\u001b[K';

export function progressOn(
  stream: { write(text: string): unknown },
  isTerminal: boolean,
  now: () => number = () => performance.now(),
): ShowProgress {
  if (!isTerminal) return (label) => linesOn(stream, label, now);
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

const percent = (share: number) => `${Math.floor(100 * Math.min(1, Math.max(0, share)))} %`;

function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${percent(share)}`;
}

function linesOn(stream: { write(text: string): unknown }, label: string, now: () => number): Progress {
  let last = now();
  return {
    update(done, total, note = '') {
      if (now() - last < MILLISECONDS_BETWEEN_LINES) return;
      last = now();
      stream.write(`${`${label} ${total > 0 ? percent(done / total) : done} ${note}`.trimEnd()}\n`);
    },
    end: () => {},
  };
}
