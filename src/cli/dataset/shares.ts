/** Shares of a dataset: OUT/shares/2-of-8, each of them whole when its share.json is there. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { ConfigurationId } from '../../models/event-rnn/encodings/configurations.js';
import type { Share } from '../shard.js';
import { writeJSON, type DatasetSummary } from './dataset-summary.js';

/** The folder of all shares, below that of the dataset. */
export const SHARES = 'shares';
const SUMMARY = 'share.json';

export const shareFolder = (output: string, { index, count }: Share): string =>
  path.join(output, SHARES, `${index}-of-${count}`);

export const writeShare = (output: string, share: Share, summary: DatasetSummary): Promise<void> =>
  writeJSON(path.join(shareFolder(output, share), SUMMARY), summary);

/** @returns undefined for a share that is not there, or not whole @throws SHARES_INVALID for one of another configuration */
export async function readShare(
  output: string,
  share: Share,
  id: ConfigurationId,
): Promise<DatasetSummary | undefined> {
  const file = path.join(shareFolder(output, share), SUMMARY);
  if (!existsSync(file)) return undefined;
  const summary = JSON.parse(await readFile(file, 'utf8')) as DatasetSummary;
  if (summary.configuration === id) return summary;
  throw new TimbrelError(
    'SHARES_INVALID',
    `${file} is of ${summary.configuration}, and ${id} was asked for: take another --output, or remove the folder`,
  );
}
