/** `timbrel dataset music-transformer`: whole performances as tokens. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performanceTokens, pianoNotes } from '../../music/performance-tokens.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { stretchSequence } from '../../music/transform.js';
import { columns, defineCommand } from '../command.js';
import { CORPUS_OPTIONS, corpusOptions } from '../corpus-options.js';
import { equalLines, unreadableLines } from '../dataset.js';
import { encodeNpy } from '../dataset/npy.js';
import { readPlacedPieces } from '../dataset/placed-pieces.js';
import { refuseEmpty } from '../dataset/refuse-empty.js';
import type { Unreadable } from '../dataset/sources.js';
import { SPLITS, SplitPlaces, type Split } from '../dataset/splits.js';
import { makeFolder } from '../output-folder.js';
import { usageError } from '../usage.js';

/** Tempos of a training piece; it is transposed while training. */
const STRETCHES = [0.9, 0.95, 0.975, 1, 1.025, 1.05, 1.1];

interface SplitSummary {
  readonly sequences: number;
  /** In all tempos. */
  readonly pieces: number;
  readonly tokens: number;
  /** Sequences without a note that a piano plays. */
  readonly silent: number;
}

export const musicTransformerDatasetCommand = defineCommand({
  summary: 'Turn MIDI folders and NoteSequences into the tokens that Music Transformer learns from',
  usage: '--input PATH... --output FOLDER [OPTIONS]',
  description:
    'Whole pieces: the pedal is applied, drums and what a piano does not have are left out. Training pieces come in seven tempos; ' +
    'transposition, and the choice of a part, is done while training.',
  examples: ['--input performances/ --output data/', '--input train.jsonl test.jsonl --output data/'],
  positionals: { min: 0, max: Infinity },
  options: {
    ...CORPUS_OPTIONS,
    output: { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
  },
  async run({ values, positionals, showProgress }) {
    const { output } = values;
    if (output === undefined) throw usageError('--output is missing: a folder for the data');
    const progress = showProgress('Reading');
    const options = corpusOptions(values, positionals, progress);
    const unreadable: Unreadable[] = [];
    const places = new SplitPlaces(options);
    const found: Record<Split, number[][]> = { train: [], validation: [], test: [] };
    const sequences = { train: 0, validation: 0, test: 0 };
    const silent = { train: 0, validation: 0, test: 0 };
    try {
      const onUnreadable = (what: Unreadable) => void unreadable.push(what);
      for await (const { sequence, split } of readPlacedPieces(options.inputs, places, {
        progress,
        onUnreadable,
      })) {
        sequences[split]++;
        const pieces = tokensOf(sequence, split === 'train' ? STRETCHES : [1]);
        if (pieces.length === 0) silent[split]++;
        found[split].push(...pieces);
      }
      refuseEmpty(
        'pieces',
        SPLITS.map((split) => ({
          sequences: sequences[split],
          examples: found[split].length,
          ...(silent[split] > 0 && { dropped: { 'nothing that a piano plays': silent[split] } }),
        })),
        unreadable,
      );
      const splits = {} as Record<Split, SplitSummary>;
      for (const split of SPLITS) {
        const pieces = found[split];
        const folder = path.join(output, split);
        await makeFolder(folder);
        await writeFile(path.join(folder, 'tokens.npy'), encodeNpy(Uint16Array.from(pieces.flat())));
        await writeFile(
          path.join(folder, 'lengths.npy'),
          encodeNpy(Uint32Array.from(pieces, ({ length }) => length)),
        );
        const tokens = pieces.reduce((sum, { length }) => sum + length, 0);
        splits[split] = { sequences: sequences[split], pieces: pieces.length, tokens, silent: silent[split] };
      }
      const { equal } = places;
      const data = { model: 'MusicTransformer', splits, unreadable, ...(equal.length > 0 && { equal }) };
      const text = [
        ...columns(
          SPLITS.map((split) => {
            const { sequences: read, pieces, tokens, silent: none } = splits[split];
            return [
              split,
              `${read} sequences gave ${pieces} pieces, ${tokens} tokens; ${none} had none`,
            ] as const;
          }),
        ),
        ...unreadableLines(unreadable),
        ...equalLines(equal),
      ].join('\n');
      return { text, data };
    } finally {
      progress.end();
    }
  },
});

function tokensOf(sequence: NoteSequence, factors: readonly number[]): number[][] {
  const played = pianoNotes(sequence);
  if (played.notes.length === 0) return [];
  return factors.map((factor) => performanceTokens(factor === 1 ? played : stretchSequence(played, factor)));
}
