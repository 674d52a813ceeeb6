/** NoteSequences to the arrays that training reads: OUT/config.json and OUT/{train,validation,test}/*.npy. */
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { MusicEvent } from '../../messages/event-rnn.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/configurations.js';
import { parseNoteSequence } from '../../music/note-sequence-json.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { Examples } from './examples.js';
import { extractTrainingPieces, type TrainingPiece } from './extraction.js';
import { encodeNpy } from './npy.js';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

export interface SplitSummary {
  /** NoteSequences read, pieces they gave, and events to learn. */
  readonly sequences: number;
  readonly pieces: number;
  readonly events: number;
}

/**
 * NoteSequences in JSON, one a line (.jsonl, .jsonl.gz).
 * @throws NOTE_SEQUENCE_INVALID naming the line
 */
export async function* readSequences(file: string): AsyncGenerator<NoteSequence> {
  const bytes = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    try {
      yield parseNoteSequence(JSON.parse(line));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}, line ${number}: ${reason}`, { cause });
    }
  }
}

/** Chords that a configuration cannot take make a piece unfit for it, and nothing else. */
function addUnlessUnfit(examples: Examples<MusicEvent>, { events, controlsAt }: TrainingPiece): boolean {
  try {
    examples.add(events, controlsAt);
    return true;
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'CONTROL_INVALID') return false;
    throw error;
  }
}

async function writeSplit(
  id: ConfigurationId,
  sequences: AsyncIterable<NoteSequence>,
  split: Split,
  folder: string,
): Promise<SplitSummary> {
  const examples = new Examples(CONFIGURATIONS[id] as Configuration<MusicEvent>);
  let [count, pieces] = [0, 0];
  for await (const sequence of sequences) {
    count++;
    const found = extractTrainingPieces(id, sequence, { augment: split === 'train' });
    for (const piece of found) if (addUnlessUnfit(examples, piece)) pieces++;
  }
  await mkdir(folder, { recursive: true });
  const arrays = examples.arrays();
  for (const [name, array] of Object.entries(arrays)) {
    await writeFile(path.join(folder, `${name}.npy`), encodeNpy(array));
  }
  return { sequences: count, pieces, events: arrays.labels.length };
}

/**
 * @param input a folder with train.jsonl, validation.jsonl and test.jsonl
 * @throws CONFIGURATION_UNKNOWN, NOTE_SEQUENCE_INVALID, and what reading and writing files throws
 */
export async function writeDataset(
  id: ConfigurationId,
  input: string,
  output: string,
): Promise<Record<Split, SplitSummary>> {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  const summaries = {} as Record<Split, SplitSummary>;
  for (const split of SPLITS) {
    const sequences = readSequences(path.join(input, `${split}.jsonl`));
    summaries[split] = await writeSplit(id, sequences, split, path.join(output, split));
  }
  const config = {
    type: 'MusicRNN',
    model: configuration.model,
    configuration: id,
    inputSize: inputSizeOf(configuration),
    classes: configuration.encoding.classes[0],
  };
  await writeFile(path.join(output, 'config.json'), `${JSON.stringify(config, null, 1)}\n`);
  return summaries;
}
