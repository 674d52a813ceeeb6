/** Tells what a dataset holds: the command its user, config.json the training. */
import path from 'node:path';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { writeWhole } from '../output-folder.js';
import type { SplitSummary } from './dataset-writer.js';
import { refuseEmpty } from './refuse-empty.js';
import type { Unreadable } from './sources.js';
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
  /** NoteSequences of all shares. */
  readonly read: number;
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

export async function writeConfig(output: string, id: ConfigurationId): Promise<void> {
  await writeJSON(path.join(output, 'config.json'), { type: 'MusicRNN', ...factsOf(id) });
}

export const writeJSON = (file: string, value: unknown): Promise<void> =>
  writeWhole(file, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
