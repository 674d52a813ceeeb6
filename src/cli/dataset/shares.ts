/** Shares of a dataset: OUT/shares/2-of-8, each of them whole when its share.json is there. */
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { difference, hashOf, type MadeWith } from '../made-with.js';
import { writeJSON } from '../output-folder.js';
import { SHARES, refuseDifference, type Share } from '../shard.js';
import type { Source } from './sources.js';
import type { SplitOptions } from './splits.js';

/** A share tells this of itself. */
export interface ShareFacts {
  readonly configuration: string;
  /** NoteSequences that were read, those of other shares among them. */
  readonly read: number;
}

interface ToldShare<T> {
  readonly madeWith: MadeWith;
  readonly summary: T;
}

const SUMMARY = 'share.json';

/**
 * Says what a dataset is made with. Of its music that is the names and sizes of the files: wherever they lie, they are the same, and all
 * of them need not be read for it.
 * @param more options of the command
 */
export async function datasetMadeWith(
  configuration: string,
  sources: readonly Source[],
  { evalRatio, groupBy, seed }: SplitOptions,
  more: MadeWith = {},
): Promise<MadeWith> {
  const sizes = await Promise.all(
    sources.map(({ file }) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const hash = hashOf(JSON.stringify(sources.map(({ name }, i) => [name, sizes[i]])));
  return {
    '--config': configuration,
    '--input': `${sources.length} files of ${bytes} bytes (${hash})`,
    '--eval-ratio': String(evalRatio),
    '--group-by': groupBy,
    '--split-seed': String(seed),
    ...more,
  };
}

export const shareFolder = (output: string, { index, count }: Share): string =>
  path.join(output, SHARES, `${index}-of-${count}`);

export const writeShare = <T extends ShareFacts>(
  output: string,
  share: Share,
  told: ToldShare<T>,
): Promise<void> => writeJSON(summaryFile(output, share), told);

const summaryFile = (output: string, share: Share) => path.join(shareFolder(output, share), SUMMARY);

/** @returns undefined for a share that is not there, or not whole */
async function toldShare<T>(output: string, share: Share): Promise<ToldShare<T> | undefined> {
  const file = summaryFile(output, share);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as ToldShare<T>) : undefined;
}

/** @returns undefined for a share that is not there, or not whole @throws OPTIONS_CHANGED for one that was made with others */
export async function readShare<T extends ShareFacts>(
  output: string,
  share: Share,
  madeWith: MadeWith,
): Promise<T | undefined> {
  const told = await toldShare<T>(output, share);
  if (told) refuseDifference(summaryFile(output, share), told.madeWith, madeWith);
  return told?.summary;
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
  const told: ToldShare<T>[] = [];
  for (const share of shares) {
    const one = await toldShare<T>(output, share);
    if (!one)
      throw new TimbrelError(
        'SHARES_INVALID',
        `${shareFolder(output, share)} is not there, or not whole: run --shard ${share.index}/${count} first`,
      );
    if (one.summary.configuration !== configuration)
      throw new TimbrelError(
        'SHARES_INVALID',
        `${shareFolder(output, share)} is of ${one.summary.configuration}, and ${configuration} was asked for: give the --config of the ` +
          'shares, or another --output',
      );
    const [first = one] = told;
    const what = difference(first.madeWith, one.madeWith);
    if (what !== undefined)
      throw new TimbrelError(
        'SHARES_INVALID',
        `${shareFolder(output, share)} does not fit to the first share: of that ${what}. Give all shares the same inputs and options`,
      );
    told.push(one);
  }
  return {
    folders: shares.map((share) => shareFolder(output, share)),
    summaries: told.map(({ summary }) => summary),
  };
}

/** A command says this of a share. */
export function shareText(
  { shard, output }: { readonly shard?: string; readonly output?: string },
  wasThere: boolean,
) {
  const text = wasThere
    ? `Share ${shard} was in ${output} already, and is left`
    : `Share ${shard} is in ${output}`;
  return { text, data: { shard, output, wasThere } };
}
