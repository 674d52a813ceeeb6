/** Pieces of music to the arrays that training reads: OUT/config.json and OUT/{train,validation,test}/*.npy. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { makeFolder } from '../output-folder.js';
import { Corpus, type CorpusOptions } from './corpus.js';
import { Examples } from './examples.js';
import { encodeNpy } from './npy.js';
import type { Unreadable } from './sources.js';
import { SPLITS, type EqualPiece, type Split } from './splits.js';

export interface SplitSummary {
  /** NoteSequences read, pieces they gave, and events to learn. */
  readonly sequences: number;
  readonly pieces: number;
  readonly events: number;
  /** The number of times something was left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

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

/** @throws CONFIGURATION_UNKNOWN, NOTE_SEQUENCE_INVALID, USAGE, and what reading and writing files throws */
export async function writeDataset(
  id: ConfigurationId,
  output: string,
  options: CorpusOptions,
): Promise<DatasetSummary> {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  const examples = new Map(SPLITS.map((split) => [split, new Examples(configuration)]));
  const counts = { train: 0, validation: 0, test: 0 };
  const corpus = new Corpus(id, options);
  for await (const { split, pieces } of corpus.read()) {
    for (const { events, controlsAt } of pieces) examples.get(split)?.add(events, controlsAt);
    counts[split] += pieces.length;
  }
  const splits = {} as Record<Split, SplitSummary>;
  for (const [split, own] of examples) {
    const folder = path.join(output, split);
    await makeFolder(folder);
    const arrays = own.arrays();
    for (const [name, array] of Object.entries(arrays)) {
      await writeFile(path.join(folder, `${name}.npy`), encodeNpy(array));
    }
    const { sequences, dropped } = corpus.counts(split);
    splits[split] = { sequences, pieces: counts[split], events: arrays.labels.length, dropped };
  }
  const { model, encoding } = configuration;
  const facts = {
    model,
    configuration: id,
    inputSize: inputSizeOf(configuration),
    classes: encoding.classes[0],
  };
  const { equal } = corpus;
  const config = { type: 'MusicRNN', ...facts };
  await writeFile(path.join(output, 'config.json'), `${JSON.stringify(config, null, 1)}\n`);
  return { ...facts, splits, unreadable: corpus.unreadable, ...(equal.length > 0 && { equal }) };
}
