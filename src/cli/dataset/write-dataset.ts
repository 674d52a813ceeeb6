/** Pieces of music to the arrays that training reads: OUT/config.json and OUT/{train,validation,test}/*.npy, or a share of them. */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { BatchExtractor } from './batch-extractor.js';
import { readBatches } from './batches.js';
import type { CorpusOptions } from './corpus.js';
import {
  DATASET_FILES,
  factsOf,
  refuseEmptyDataset,
  writeConfig,
  type DatasetSummary,
} from './dataset-summary.js';
import { claimFiles } from '../output-folder.js';
import type { Share } from '../shard.js';
import { datasetMadeWith, readShare, shareFolder, writeShare } from './shares.js';
import { DatasetWriter } from './dataset-writer.js';
import { Examples } from './examples.js';
import { extractInOrder } from './extract-in-order.js';
import { ExtractorThread } from './extractor-thread.js';
import { findSources, type Source } from './sources.js';

export interface DatasetOptions extends CorpusOptions {
  /** Threads that read and extract; default: one for each core, and none for little music. */
  readonly workers?: number;
  /** Writes one share of the dataset, into a folder of its own; one that is there whole is left. */
  readonly share?: Share;
  /** Writes over a dataset, or a share, that is there. */
  readonly force?: boolean;
}

/** Bytes of music that are worth a thread, which takes as long to start as they do to read. */
const BYTES_OF_A_THREAD = 1_000_000;

/** @throws CONFIGURATION_UNKNOWN, DATASET_EMPTY, NOTE_SEQUENCE_INVALID, OPTIONS_CHANGED, USAGE, and what reading and writing files throws */
export async function writeDataset(
  id: ConfigurationId,
  output: string,
  options: DatasetOptions,
): Promise<DatasetSummary> {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  // Refuses a configuration for which there are no datasets, before there is a folder.
  new Examples(configuration);
  const { share, force = false } = options;
  const sources = await findSources(options.inputs);
  const madeWith = await datasetMadeWith(id, sources, options);
  const done = share && !force && (await readShare<DatasetSummary>(output, share, madeWith));
  if (done) return { ...done, wasThere: true };
  if (!share) await claimFiles(output, DATASET_FILES, force);
  const folder = share ? shareFolder(output, share) : output;
  const writer = await DatasetWriter.create(folder, options);
  const threads = await startThreads(id, sources, options.workers);
  const extractors = threads.length > 0 ? threads : [new BatchExtractor(id)];
  try {
    await extractInOrder(readBatches(sources), extractors, {
      place: ({ music, name }, { source }) => writer.place(music, name, source.split),
      async write(examples, { source }) {
        options.progress.update(sources.indexOf(source), sources.length, source.name);
        await writer.write(examples);
      },
    });
    // Of many shares one may have nothing.
    if (!share) refuseEmptyDataset(writer.summary());
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
  const summary = { ...factsOf(id), ...writer.summary(), read: writer.read };
  if (share) await writeShare(output, share, { madeWith, summary });
  else await writeConfig(output, id);
  return summary;
}

async function startThreads(
  id: ConfigurationId,
  sources: readonly Source[],
  workers?: number,
): Promise<ExtractorThread[]> {
  const count = workers ?? (await threadsFor(sources));
  return Array.from({ length: count }, () => new ExtractorThread(id));
}

async function threadsFor(sources: readonly Source[]): Promise<number> {
  const most = availableParallelism();
  let bytes = 0;
  for (const { file } of sources) {
    if (bytes >= most * BYTES_OF_A_THREAD) break;
    bytes += await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return Math.min(most, Math.floor(bytes / BYTES_OF_A_THREAD));
}
