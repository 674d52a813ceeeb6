/** Options for the music that is read and for its split: the same for datasets and for measurements on them. */
import type { CorpusOptions } from './dataset/corpus.js';
import type { Options, Values } from './options.js';
import type { Progress } from './progress.js';
import { usageError } from './usage.js';

export const CORPUS_OPTIONS = {
  input: {
    type: 'string',
    value: 'PATH',
    description:
      'A folder of music (and of what lies below it), or files: MIDI, MusicXML, ABC, NoteSequences in .jsonl, .jsonl.gz or .tfrecord; ' +
      'files and folders named train, validation and test are split already',
    multiple: true,
  },
  'eval-ratio': {
    type: 'number',
    value: 'SHARE',
    description: 'Of pieces that are not split: the share for validation, and the same for test',
    default: 0.1,
  },
  'group-by': {
    type: 'string',
    value: 'folder|piece',
    description: 'What stays together when pieces are split',
    default: 'piece',
  },
  'split-seed': { type: 'string', value: 'SEED', description: 'Another seed, another split', default: '0' },
} as const satisfies Options;

/** @param more inputs without `--input` in front, as shells expand `*.jsonl` */
export function corpusOptions(
  values: Values<typeof CORPUS_OPTIONS>,
  more: readonly string[],
  progress: Progress,
): CorpusOptions {
  const { input, 'eval-ratio': evalRatio, 'group-by': groupBy, 'split-seed': seed } = values;
  const inputs = [...input, ...more];
  if (inputs.length === 0) throw usageError('--input is missing: a folder of music, or a file');
  if (!(evalRatio >= 0 && evalRatio < 0.5))
    throw usageError(`--eval-ratio is ${evalRatio}; expected a number from 0, below 0.5`);
  if (groupBy !== 'folder' && groupBy !== 'piece')
    throw usageError(`--group-by is ${JSON.stringify(groupBy)}; expected folder or piece`);
  return { inputs, evalRatio, groupBy, seed, progress };
}
