/** The dataset that its shares make together, in the order in which one call would have written it. */
import path from 'node:path';
import type { ConfigurationId } from '../../models/event-rnn/encodings/configurations.js';
import { claimFiles } from '../output-folder.js';
import { DATASET_FILES, refuseEmptyDataset, writeConfig, type DatasetSummary } from './dataset-summary.js';
import type { SplitSummary } from './dataset-writer.js';
import { ExampleFiles, NAMES } from './example-files.js';
import type { ExampleArrays } from './examples.js';
import { NpyReader } from './npy.js';
import { findShares } from './shares.js';
import { SPLITS, type Split } from './splits.js';

/**
 * Puts the shares below a folder together: the files are those of one call without shares.
 * @param force writes over a dataset that is there
 * @throws SHARES_INVALID where one is missing or they are of different music, DATASET_EMPTY, USAGE
 */
export async function mergeShares(
  id: ConfigurationId,
  output: string,
  force = false,
): Promise<DatasetSummary> {
  const { folders, summaries } = await findShares<DatasetSummary>(id, output);
  const summary = together(summaries);
  refuseEmptyDataset(summary);
  await claimFiles(output, DATASET_FILES, force);
  const written: ExampleFiles[] = [];
  try {
    for (const split of SPLITS) {
      const files = await ExampleFiles.create(path.join(output, split));
      written.push(files);
      await mergeSplit(folders, split, files);
    }
    // None has its name before all are there: a call that was killed is repeated, and finds none to write over.
    for (const files of written) await files.finish();
  } catch (error) {
    for (const files of written) await files.discard();
    throw error;
  }
  await writeConfig(output, id);
  return summary;
}

function together(summaries: readonly DatasetSummary[]): DatasetSummary {
  const splits = Object.fromEntries(
    SPLITS.map((split) => [split, summaries.map((summary) => summary.splits[split]).reduce(sum)]),
  ) as Record<Split, SplitSummary>;
  // Files that cannot be read are met by all shares.
  const unreadable = new Map(
    summaries.flatMap((summary) => summary.unreadable.map((one) => [JSON.stringify(one), one])),
  );
  const equal = summaries.flatMap((summary) => summary.equal ?? []);
  return {
    ...summaries[0],
    splits,
    unreadable: [...unreadable.values()],
    equal: equal.length > 0 ? equal : undefined,
  };
}

function sum(a: SplitSummary, b: SplitSummary): SplitSummary {
  const dropped: Record<string, number> = { ...a.dropped };
  for (const [reason, count] of Object.entries(b.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  return {
    sequences: a.sequences + b.sequences,
    pieces: a.pieces + b.pieces,
    events: a.events + b.events,
    dropped,
  };
}

/** The sequences of all shares in the order in which they were read. */
async function mergeSplit(folders: readonly string[], split: Split, files: ExampleFiles): Promise<void> {
  const shares = await Promise.all(folders.map((folder) => ShareReader.open(path.join(folder, split))));
  try {
    for (;;) {
      const next = shares.reduce((first, share) => (share.origin < first.origin ? share : first));
      if (next.origin === Infinity) break;
      await files.append(await next.read());
    }
  } finally {
    for (const share of shares) await share.close();
  }
}

/** Reads the examples of a share sequence by sequence: those of many do not fit into memory. */
class ShareReader {
  private piece = 0;
  private example = 0;
  private row = 0;

  private constructor(
    private readonly files: Readonly<Record<keyof ExampleArrays, NpyReader>>,
    private readonly lengths: Uint32Array,
    private readonly origins: Uint32Array,
  ) {}

  static async open(folder: string): Promise<ShareReader> {
    const files = {} as Record<keyof ExampleArrays, NpyReader>;
    for (const name of NAMES) files[name] = await NpyReader.open(path.join(folder, `${name}.npy`));
    const [lengths, origins] = [files.lengths, files.origins].map((file) =>
      file.read(new Uint32Array(file.length), 0),
    );
    return new ShareReader(files, await lengths, await origins);
  }

  /** Number of the sequence that comes next; Infinity at the end. */
  get origin(): number {
    return this.origins[this.piece] ?? Infinity;
  }

  /** All that the next sequence gave. */
  async read(): Promise<ExampleArrays> {
    const { piece, example, row, origin, files } = this;
    while (this.origin === origin) this.example += this.lengths[this.piece++];
    const ends = await files.ends.read(new Uint32Array(this.example - example), example);
    this.row = ends.at(-1) ?? row;
    const rows = this.row - row;
    return {
      lengths: this.lengths.slice(piece, this.piece),
      origins: this.origins.slice(piece, this.piece),
      labels: await files.labels.read(new Uint16Array(this.example - example), example),
      ends: ends.map((end) => end - row),
      columns: await files.columns.read(new Uint16Array(rows), row),
      values: await files.values.read(new Float32Array(rows), row),
    };
  }

  async close(): Promise<void> {
    for (const name of NAMES) await this.files[name].close();
  }
}
