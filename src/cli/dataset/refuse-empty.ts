/** The end of a dataset of nothing: training would wait for music that does not come. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Unreadable } from './sources.js';

interface SplitFacts {
  readonly sequences: number;
  /** Pieces or windows that came of them. */
  readonly examples: number;
  /** The number of times something was left out, by reason. */
  readonly dropped?: Readonly<Record<string, number>>;
}

/** Unreadable files that are named, at most. */
const SHOWN = 3;

/**
 * Refuses a dataset none of whose splits has anything to learn from.
 * @param kind of the examples, as in `pieces`
 * @throws DATASET_EMPTY with how much was read and why it was left out
 */
export function refuseEmpty(
  kind: string,
  splits: readonly SplitFacts[],
  unreadable: readonly Unreadable[],
): void {
  if (splits.some(({ examples }) => examples > 0)) return;
  const sequences = splits.reduce((sum, split) => sum + split.sequences, 0);
  const counts = new Map<string, number>();
  for (const { dropped = {} } of splits)
    for (const [reason, count] of Object.entries(dropped))
      counts.set(reason, (counts.get(reason) ?? 0) + count);
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} (${count})`);
  const names = unreadable.slice(0, SHOWN).map(({ file, reason }) => `${file}: ${reason}`);
  throw new TimbrelError(
    'DATASET_EMPTY',
    [
      `Nothing was written: ${sequences} sequences gave no ${kind}`,
      ...(reasons.length > 0 ? [`left out: ${reasons.join(', ')}`] : []),
      ...(names.length > 0
        ? [`${unreadable.length} files could not be read, such as ${names.join('; ')}`]
        : []),
    ].join('. '),
  );
}
