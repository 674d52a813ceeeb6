/** `timbrel dataset`: music to the files that training reads. */
import { defineCommand, columns } from './command.js';
import { corpusOptions } from './corpus-options.js';
import { DATASET_OPTIONS, datasetAskedFor } from './dataset-options.js';
import type { Unreadable } from './dataset/sources.js';
import type { EqualPiece } from './dataset/splits.js';
import type { DatasetSummary } from './dataset/dataset-summary.js';
import { mergeShares } from './dataset/merge-shares.js';
import { shareText } from './dataset/shares.js';
import { writeDataset } from './dataset/write-dataset.js';
import { configurationOf, eventModelOf } from './event-models.js';
import { usageError } from './usage.js';

const MAX_WORKERS = 256;

export const datasetCommand = defineCommand({
  summary: 'Turn folders of music and NoteSequences into the files that training reads',
  usage: 'MODEL --input PATH... --output FOLDER [OPTIONS]',
  description:
    'MODEL is melody-rnn, drums-rnn, improv-rnn, polyphony-rnn or performance-rnn. The encoders are those of the models ' +
    "themselves; filters and augmentation are Magenta's. Files that cannot be read are counted and named.",
  examples: [
    'melody-rnn --config attention_rnn --input midi/ --output data/',
    'performance-rnn --config performance_with_dynamics --input train.jsonl test.jsonl --output data/',
    'performance-rnn --input midi/ --output data/ --shard 1/8',
    'performance-rnn --output data/ --merge',
  ],
  positionals: { min: 1, max: Infinity },
  options: {
    config: { type: 'string', value: 'NAME', description: "Configuration; default the model's first" },
    ...DATASET_OPTIONS,
    workers: {
      type: 'number',
      value: 'N',
      description: 'Threads that read, 0 for none; default one a core. The files are the same for any number',
    },
  },
  async run({ values, positionals, showProgress }) {
    const [word, ...more] = positionals;
    const id = configurationOf(eventModelOf(word), values.config);
    const { output, share, merge, force } = datasetAskedFor(values);
    if (merge) {
      const summary = await mergeShares(id, output, force);
      return { text: textOf(summary), data: summary };
    }
    const progress = showProgress('Reading');
    try {
      const { workers } = values;
      if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= MAX_WORKERS))
        throw usageError(`--workers is ${workers}; expected a whole number from 0 to ${MAX_WORKERS}`);
      const summary = await writeDataset(id, output, {
        ...corpusOptions(values, more, progress),
        workers,
        share,
        force,
      });
      const { wasThere } = summary;
      const lines = [...(wasThere ? [`${shareText(values, wasThere).text}:`] : []), textOf(summary)];
      return { text: lines.join('\n'), data: summary };
    } finally {
      progress.end();
    }
  },
});

function textOf({ configuration, inputSize, classes, splits, unreadable, equal }: DatasetSummary): string {
  return [
    `${configuration}: ${inputSize} inputs, ${classes} classes`,
    ...Object.entries(splits).flatMap(([split, { sequences, pieces, events, dropped }]) => [
      '',
      `${split}: ${sequences} sequences gave ${pieces} pieces, ${events} events`,
      ...dropLines(dropped),
    ]),
    ...unreadableLines(unreadable),
    ...equalLines(equal),
  ].join('\n');
}

/** Equal pieces that are named, at most. */
const SHOWN = 20;

export function equalLines(equal: readonly EqualPiece[] = []): string[] {
  if (equal.length === 0) return [];
  const more = equal.length - SHOWN;
  return [
    '',
    `${equal.length} pieces have the notes of others, and lie on their side of the split`,
    ...equal.slice(0, SHOWN).map(({ piece, to }) => `  ${piece}: ${to}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const dropLines = (dropped: Readonly<Record<string, number>>) =>
  columns(
    Object.entries(dropped)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => [String(count), reason]),
  );

export const unreadableLines = (unreadable: readonly Unreadable[]): string[] =>
  unreadable.length === 0
    ? []
    : [
        '',
        `${unreadable.length} files could not be read`,
        ...unreadable.map(({ file, reason }) => `  ${file}: ${reason}`),
      ];
