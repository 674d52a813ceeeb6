/** `timbrel dataset music-transformer`: whole performances as tokens. */
import path from 'node:path';
import { concatenateFloats } from '../../bytes/concatenate.js';
import { performanceTokens, pianoNotes } from '../../music/performance-tokens.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { stretchSequence } from '../../music/transform.js';
import { columns, defineCommand } from '../command.js';
import { equalLines, unreadableLines } from '../dataset.js';
import { encodeNpy } from '../dataset/npy.js';
import { DATASET_OPTIONS } from '../dataset-options.js';
import { gatherAsAsked } from '../dataset/gathered.js';
import { refuseEmpty } from '../dataset/refuse-empty.js';
import { shareText } from '../dataset/shares.js';
import { SPLITS, type Split } from '../dataset/splits.js';
import { writeWhole } from '../output-folder.js';

/** Tempos of a training piece; it is transposed while training. */
const STRETCHES = [0.9, 0.95, 0.975, 1, 1.025, 1.05, 1.1];

const TOKENS = 'tokens.npy';
const LENGTHS = 'lengths.npy';

interface SplitSummary {
  readonly sequences: number;
  /** In all tempos. */
  readonly pieces: number;
  readonly tokens: number;
  /** Sequences without a note that a piano plays. */
  readonly silent: number;
}

export const musicTransformerDatasetCommand = defineCommand({
  summary: 'Turn folders of music and NoteSequences into the tokens that Music Transformer learns from',
  usage: '--input PATH... --output FOLDER [OPTIONS]',
  description:
    'Whole pieces: the pedal is applied, drums and what a piano does not have are left out. Training pieces come in seven tempos; ' +
    'transposition, and the choice of a part, is done while training.',
  examples: ['--input performances/ --output data/', '--input train.jsonl test.jsonl --output data/'],
  positionals: { min: 0, max: Infinity },
  options: DATASET_OPTIONS,
  async run({ values, positionals, showProgress }) {
    const progress = showProgress('Reading');
    try {
      const files = SPLITS.flatMap((split) => [path.join(split, TOKENS), path.join(split, LENGTHS)]);
      const answer = await gatherAsAsked(
        { configuration: 'MusicTransformer', files, values, positionals, progress },
        (sequence, split) => tokensOf(sequence, split === 'train' ? STRETCHES : [1]),
      );
      if (!answer.gathered) return shareText(values, answer.wasThere);
      const { output, gathered } = answer;
      const { examples, unreadable, equal } = gathered;
      refuseEmpty(
        'pieces',
        SPLITS.map((split) => ({
          sequences: gathered.splits[split].sequences,
          examples: examples[split].length,
          ...(gathered.splits[split].empty > 0 && {
            dropped: { 'nothing that a piano plays': gathered.splits[split].empty },
          }),
        })),
        unreadable,
      );
      const splits = {} as Record<Split, SplitSummary>;
      for (const split of SPLITS) {
        const pieces = examples[split].map(({ values: piece }) => piece);
        const folder = path.join(output, split);
        const tokens = Uint16Array.from(concatenateFloats(pieces));
        await writeWhole(path.join(folder, TOKENS), encodeNpy(tokens));
        const lengths = Uint32Array.from(pieces, ({ length }) => length);
        await writeWhole(path.join(folder, LENGTHS), encodeNpy(lengths));
        const { sequences, empty } = gathered.splits[split];
        splits[split] = { sequences, pieces: pieces.length, tokens: tokens.length, silent: empty };
      }
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

function tokensOf(sequence: NoteSequence, factors: readonly number[]): Float32Array[] {
  const played = pianoNotes(sequence);
  if (played.notes.length === 0) return [];
  return factors.map((factor) =>
    Float32Array.from(performanceTokens(factor === 1 ? played : stretchSequence(played, factor))),
  );
}
