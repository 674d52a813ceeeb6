/** Pieces of music to the arrays that training reads: OUT/config.json and OUT/{train,validation,test}/*.npy. */
import { stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { BatchExtractor } from './batch-extractor.js';
import { readBatches } from './batches.js';
import type { CorpusOptions } from './corpus.js';
import { DatasetWriter, type SplitSummary } from './dataset-writer.js';
import { Examples } from './examples.js';
import { extractInOrder } from './extract-in-order.js';
import { ExtractorThread } from './extractor-thread.js';
import { refuseEmpty } from './refuse-empty.js';
import { findSources, type Source, type Unreadable } from './sources.js';
import type { EqualPiece, Split } from './splits.js';

export interface DatasetSummary {
  readonly model: string;
  readonly configuration: ConfigurationId;
  readonly inputSize: number;
  readonly classes: number;
  readonly splits: Readonly<Record<Split, SplitSummary>>;
  /** Files that are not what their name says. */
  readonly unreadable: readonly Unreadable[];
  /** Pieces with the same notes as an earlier one, on whose side of the split they are; left out where there are none. */
  readonly equal?: readonly EqualPiece[];
}

export interface DatasetOptions extends CorpusOptions {
  /** Threads that read and extract; default: one for each core, and none for little music. */
  readonly workers?: number;
}

/** Bytes of music that are worth a thread, which takes as long to start as they do to read. */
const BYTES_OF_A_THREAD = 1_000_000;

/** @throws CONFIGURATION_UNKNOWN, DATASET_EMPTY, NOTE_SEQUENCE_INVALID, USAGE, and what reading and writing files throws */
export async function writeDataset(
  id: ConfigurationId,
  output: string,
  options: DatasetOptions,
): Promise<DatasetSummary> {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  // Refuses a configuration for which there are no datasets, before there is a folder.
  new Examples(configuration);
  const sources = await findSources(options.inputs);
  const writer = await DatasetWriter.create(output, options);
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
    const { splits, unreadable } = writer.summary();
    refuseEmpty(
      'pieces',
      Object.values(splits).map((split) => ({ ...split, examples: split.pieces })),
      unreadable,
    );
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
  const { model, encoding } = configuration;
  const facts = {
    model,
    configuration: id,
    inputSize: inputSizeOf(configuration),
    classes: encoding.classes[0],
  };
  const config = { type: 'MusicRNN', ...facts };
  await writeFile(path.join(output, 'config.json'), `${JSON.stringify(config, null, 1)}\n`);
  return { ...facts, ...writer.summary() };
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
