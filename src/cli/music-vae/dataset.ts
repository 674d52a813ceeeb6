/** `timbrel dataset music-vae`: music to windows of two or four bars. */
import path from 'node:path';
import { CONFIGURATION_IDS, isConfigurationId } from '../../models/music-vae/configurations.js';
import { columns, defineCommand } from '../command.js';
import { equalLines, unreadableLines } from '../dataset.js';
import { DATASET_OPTIONS } from '../dataset-options.js';
import { gatherAsAsked } from '../dataset/gathered.js';
import { refuseEmpty } from '../dataset/refuse-empty.js';
import { shareText } from '../dataset/shares.js';
import type { Unreadable } from '../dataset/sources.js';
import { SPLITS, type EqualPiece, type Split } from '../dataset/splits.js';
import { wholeNumber } from '../options.js';
import { writeJSON } from '../output-folder.js';
import { usageError } from '../usage.js';
import { FORMS, formOf, windowsFile, writeWindows } from './windows.js';

const CONFIG = 'config.json';

interface SplitSummary {
  readonly sequences: number;
  /** Left, and left out because the split, or for held-out music the training split, has them already. */
  readonly windows: number;
  readonly repeated: number;
  readonly inTraining: number;
}

export const musicVAEDatasetCommand = defineCommand({
  summary: 'Turn folders of music and NoteSequences into the windows that MusicVAE learns from',
  usage: '--input PATH... --output FOLDER [OPTIONS]',
  description:
    'Windows of the length of the configuration, at every bar of 4/4. Windows of a split that are the same (of melodies, in any ' +
    'transposition) are written once, and held-out ones that training has are left out. Transposition is done while training.',
  examples: [
    'music-vae --config cat-mel_2bar_small --input songs/ --output data/',
    'music-vae --config groovae_2bar_humanize --input drums.jsonl --output data/',
  ].map((example) => example.replace(/^music-vae /, '')),
  positionals: { min: 0, max: Infinity },
  options: {
    config: { type: 'string', value: 'NAME', description: 'Configuration', default: 'cat-mel_2bar_small' },
    ...DATASET_OPTIONS,
    'min-notes': { type: 'number', description: 'A window has at least N notes', default: 4 },
  },
  async run({ values, positionals, showProgress }) {
    const { config } = values;
    if (!isConfigurationId(config))
      throw usageError(`--config is ${JSON.stringify(config)}; there are ${CONFIGURATION_IDS.join(', ')}`);
    const { kind, steps } = formOf(config);
    const minOnsets = wholeNumber('min-notes', values['min-notes'], 1);
    const progress = showProgress('Reading');
    try {
      const files = [...SPLITS.map(windowsFile), CONFIG];
      const answer = await gatherAsAsked(
        {
          ...{ configuration: config, files, values, positionals, progress },
          madeWith: { '--min-notes': String(minOnsets) },
        },
        (sequence) => FORMS[kind].windowsOf(sequence, { steps, minOnsets }),
      );
      if (!answer.gathered) return shareText(values, answer.wasThere);
      const { output, gathered } = answer;
      const { examples, unreadable, equal } = gathered;
      refuseEmpty(
        'windows',
        SPLITS.map((split) => ({
          sequences: gathered.splits[split].sequences,
          examples: examples[split].length,
        })),
        unreadable,
      );
      const learned = new Set<string>();
      const splits = {} as Record<Split, SplitSummary>;
      for (const split of SPLITS) {
        const { left, repeated, inTraining } = distinct(
          examples[split].map(({ values: window }) => window),
          FORMS[kind].nameOf,
          learned,
          split === 'train',
        );
        await writeWindows(output, split, kind, left, steps);
        splits[split] = {
          sequences: gathered.splits[split].sequences,
          windows: left.length,
          repeated,
          inTraining,
        };
      }
      const facts = { model: 'MusicVAE', configuration: config, kind, steps };
      await writeJSON(path.join(output, CONFIG), { type: 'MusicVAE', ...facts });
      const data = { ...facts, splits, unreadable, ...(equal.length > 0 && { equal }) };
      return { text: textOf(config, splits, unreadable, equal), data };
    } finally {
      progress.end();
    }
  },
});

/** @param learned names of training windows; those of training are added */
function distinct(
  windows: readonly Float32Array[],
  nameOf: (window: Float32Array) => string,
  learned: Set<string>,
  isTraining: boolean,
) {
  const own = new Set<string>();
  const left: Float32Array[] = [];
  let [repeated, inTraining] = [0, 0];
  for (const window of windows) {
    const name = nameOf(window);
    if (own.has(name)) repeated++;
    else if (!isTraining && learned.has(name)) inTraining++;
    else left.push(window);
    own.add(name);
  }
  if (isTraining) for (const name of own) learned.add(name);
  return { left, repeated, inTraining };
}

function textOf(
  config: string,
  splits: Readonly<Record<Split, SplitSummary>>,
  unreadable: readonly Unreadable[],
  equal: readonly EqualPiece[],
): string {
  return [
    config,
    ...columns(
      SPLITS.map((split) => {
        const { sequences, windows, repeated, inTraining } = splits[split];
        return [
          split,
          `${sequences} sequences gave ${windows} windows; ${repeated} were repeats, ${inTraining} are in training`,
        ] as const;
      }),
    ),
    ...unreadableLines(unreadable),
    ...equalLines(equal),
  ].join('\n');
}
