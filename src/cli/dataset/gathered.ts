/**
 * Datasets that are held in memory while they are made: the examples that pieces gave, gathered by one call or by shares. What is made of
 * them is made of all, so that shares that are merged are what one call writes.
 */
import path from 'node:path';
import { concatenateFloats } from '../../bytes/concatenate.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { corpusOptions } from '../corpus-options.js';
import type { DATASET_OPTIONS } from '../dataset-options.js';
import { datasetAskedFor } from '../dataset-options.js';
import type { MadeWith } from '../made-with.js';
import type { Values } from '../options.js';
import { claimFiles, makeFolder, writeWhole } from '../output-folder.js';
import type { Progress } from '../progress.js';
import { NpyReader, encodeNpy } from './npy.js';
import { readPlacedPieces } from './placed-pieces.js';
import { datasetMadeWith, findShares, readShare, shareFolder, writeShare } from './shares.js';
import { findSources, type Unreadable } from './sources.js';
import { SPLITS, SplitPlaces, type EqualPiece, type Split } from './splits.js';

interface Counts {
  /** Sequences, and those of them that gave nothing. */
  readonly sequences: number;
  readonly empty: number;
}

interface Facts {
  readonly configuration: string;
  /** NoteSequences, those of other shares among them. */
  readonly read: number;
  readonly splits: Readonly<Record<Split, Counts>>;
  readonly unreadable: readonly Unreadable[];
  readonly equal: readonly EqualPiece[];
}

interface Example {
  /** The number of its sequence in the order in which they are read. */
  readonly origin: number;
  readonly values: Float32Array;
}

export interface Gathered extends Facts {
  readonly examples: Readonly<Record<Split, readonly Example[]>>;
}

type ExamplesOf = (sequence: NoteSequence, split: Split) => readonly Float32Array[];

const bySplit = <T>(make: (split: Split) => T) =>
  Object.fromEntries(SPLITS.map((split) => [split, make(split)])) as Record<Split, T>;

interface Asked {
  /** Tells shares of one dataset from those of another. */
  readonly configuration: string;
  /** The files of the dataset, by their paths in its folder. */
  readonly files: readonly string[];
  readonly values: Values<typeof DATASET_OPTIONS>;
  readonly positionals: readonly string[];
  readonly progress: Progress;
  /** Further options that its examples depend on. */
  readonly madeWith?: MadeWith;
}

export type Answer =
  | { readonly output: string; readonly gathered: Gathered }
  | { readonly output: string; readonly gathered?: undefined; readonly wasThere: boolean };

/**
 * Gathers what a command asks for.
 * @returns all of it; where it was a share, which is written then, whether it was there already
 * @throws USAGE, OPTIONS_CHANGED, SHARES_INVALID, NOTE_SEQUENCE_INVALID, and what reading and writing files throws
 */
export async function gatherAsAsked(asked: Asked, examplesOf: ExamplesOf): Promise<Answer> {
  const { configuration, values, positionals, progress } = asked;
  const { output, share, merge, force } = datasetAskedFor(values);
  if (merge) {
    const gathered = await mergeGathered(configuration, output);
    await claimFiles(output, asked.files, force);
    return { output, gathered };
  }
  const options = corpusOptions(values, positionals, progress);
  const sources = await findSources(options.inputs);
  const madeWith = await datasetMadeWith(configuration, sources, options, asked.madeWith);
  if (share && !force && (await readShare(output, share, madeWith))) return { output, wasThere: true };
  await claimFiles(output, share ? [] : asked.files, force);
  const places = new SplitPlaces(options);
  const examples = bySplit((): Example[] => []);
  const splits = bySplit(() => ({ sequences: 0, empty: 0 }));
  const unreadable: Unreadable[] = [];
  let read = 0;
  for await (const { sequence, split, origin } of readPlacedPieces(sources, places, {
    progress,
    share,
    onUnreadable: (what) => void unreadable.push(what),
    onRead: () => read++,
  })) {
    const found = examplesOf(sequence, split);
    splits[split].sequences++;
    if (found.length === 0) splits[split].empty++;
    for (const values of found) examples[split].push({ origin, values });
  }
  const facts: Facts = { configuration, read, splits, unreadable, equal: places.equal };
  if (!share) return { output, gathered: { ...facts, examples } };
  for (const split of SPLITS)
    await writeExamples(path.join(shareFolder(output, share), split), examples[split]);
  await writeShare(output, share, { madeWith, summary: facts });
  return { output, wasThere: false };
}

async function mergeGathered(configuration: string, output: string): Promise<Gathered> {
  const { folders, summaries } = await findShares<Facts>(configuration, output);
  const examples = bySplit((): Example[] => []);
  for (const split of SPLITS) {
    for (const folder of folders)
      for (const example of await readExamples(path.join(folder, split))) examples[split].push(example);
    // Those of one sequence are in one share, in their order.
    examples[split].sort((a, b) => a.origin - b.origin);
  }
  const sum = (split: Split, name: keyof Counts) =>
    summaries.reduce((all, { splits }) => all + splits[split][name], 0);
  return {
    ...summaries[0],
    splits: bySplit((split) => ({ sequences: sum(split, 'sequences'), empty: sum(split, 'empty') })),
    equal: summaries.flatMap(({ equal }) => equal),
    examples,
  };
}

async function writeExamples(folder: string, examples: readonly Example[]): Promise<void> {
  await makeFolder(folder);
  const write = (name: string, array: Float32Array | Uint32Array) =>
    writeWhole(path.join(folder, `${name}.npy`), encodeNpy(array));
  await write('values', concatenateFloats(examples.map(({ values }) => values)));
  await write(
    'lengths',
    Uint32Array.from(examples, (example) => example.values.length),
  );
  await write(
    'origins',
    Uint32Array.from(examples, ({ origin }) => origin),
  );
}

async function readExamples(folder: string): Promise<Example[]> {
  const read = async <A extends Float32Array | Uint32Array>(name: string, make: (length: number) => A) => {
    const file = await NpyReader.open(path.join(folder, `${name}.npy`));
    try {
      return await file.read(make(file.length), 0);
    } finally {
      await file.close();
    }
  };
  const values = await read('values', (length) => new Float32Array(length));
  const lengths = await read('lengths', (length) => new Uint32Array(length));
  const origins = await read('origins', (length) => new Uint32Array(length));
  let at = 0;
  return Array.from(lengths, (length, i) => {
    const example = { origin: origins[i], values: values.slice(at, at + length) };
    at += length;
    return example;
  });
}
