/** Tells what a dataset holds: the command its user, config.json the training. */
import path from 'node:path';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { writeJSON } from '../output-folder.js';
import type { SplitSummary } from './dataset-writer.js';
import { NAMES } from './example-files.js';
import { refuseEmpty } from './refuse-empty.js';
import type { Unreadable } from './sources.js';
import { SPLITS, type EqualPiece, type Split } from './splits.js';

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
  /** NoteSequences of all shares. */
  readonly read: number;
  /** A share that was there whole, and was left. */
  readonly wasThere?: boolean;
}

/** @throws DATASET_EMPTY */
export function refuseEmptyDataset({
  splits,
  unreadable,
}: Pick<DatasetSummary, 'splits' | 'unreadable'>): void {
  refuseEmpty(
    'pieces',
    Object.values(splits).map((split) => ({ ...split, examples: split.pieces })),
    unreadable,
  );
}

export function factsOf(id: ConfigurationId) {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  const { model, encoding } = configuration;
  return { model, configuration: id, inputSize: inputSizeOf(configuration), classes: encoding.classes[0] };
}

const CONFIG = 'config.json';

/** The files of a dataset, by their paths in its folder. */
export const DATASET_FILES = [
  ...SPLITS.flatMap((split) => NAMES.map((name) => path.join(split, `${name}.npy`))),
  CONFIG,
];

export async function writeConfig(output: string, id: ConfigurationId): Promise<void> {
  await writeJSON(path.join(output, CONFIG), { type: 'MusicRNN', ...factsOf(id) });
}
