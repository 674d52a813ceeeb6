/** Shares of a dataset: OUT/shares/2-of-8, each of them whole when its share.json is there. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Share } from '../shard.js';
import { writeJSON } from './dataset-summary.js';

/** A share tells this of itself. */
export interface ShareFacts {
  readonly configuration: string;
  /** NoteSequences that were read, those of other shares among them. */
  readonly read: number;
}

/** The folder of all shares, below that of the dataset. */
const SHARES = 'shares';
const SUMMARY = 'share.json';

export const shareFolder = (output: string, { index, count }: Share): string =>
  path.join(output, SHARES, `${index}-of-${count}`);

export const writeShare = (output: string, share: Share, summary: ShareFacts): Promise<void> =>
  writeJSON(path.join(shareFolder(output, share), SUMMARY), summary);

/** @returns undefined for a share that is not there, or not whole @throws SHARES_INVALID for one of another configuration */
export async function readShare<T extends ShareFacts>(
  output: string,
  share: Share,
  configuration: string,
): Promise<T | undefined> {
  const file = path.join(shareFolder(output, share), SUMMARY);
  if (!existsSync(file)) return undefined;
  const summary = JSON.parse(await readFile(file, 'utf8')) as T;
  if (summary.configuration === configuration) return summary;
  throw new TimbrelError(
    'SHARES_INVALID',
    `${file} is of ${summary.configuration}, and ${configuration} was asked for: take another --output, or remove the folder`,
  );
}

/**
 * Finds all shares below a folder.
 * @throws SHARES_INVALID where one is missing or they are of different music
 */
export async function findShares<T extends ShareFacts>(configuration: string, output: string) {
  const names = await readdir(path.join(output, SHARES)).catch(() => []);
  const counts = new Set(names.map((name) => Number(/^\d+-of-(\d+)$/.exec(name)?.[1] ?? NaN)));
  const [count] = counts;
  if (counts.size !== 1 || !(count > 0))
    throw new TimbrelError(
      'SHARES_INVALID',
      `${path.join(output, SHARES)} holds ${names.length === 0 ? 'no shares' : names.join(', ')}; expected those of one number, such as 1-of-4 to 4-of-4`,
    );
  const shares = Array.from({ length: count }, (_, i): Share => ({ index: i + 1, count }));
  const summaries: T[] = [];
  for (const share of shares) {
    const summary = await readShare<T>(output, share, configuration);
    if (!summary)
      throw new TimbrelError(
        'SHARES_INVALID',
        `${shareFolder(output, share)} is not there, or not whole: run --shard ${share.index}/${count} first`,
      );
    if (summary.read !== (summaries[0] ?? summary).read)
      throw new TimbrelError(
        'SHARES_INVALID',
        `${shareFolder(output, share)} was made of ${summary.read} sequences, the first of ${summaries[0].read}: give all shares the same inputs`,
      );
    summaries.push(summary);
  }
  return { folders: shares.map((share) => shareFolder(output, share)), summaries };
}
