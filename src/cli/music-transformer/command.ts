/** `timbrel music-transformer generate` and `accompany`: performances for piano, one MIDI file each. */
import {
  MusicTransformer,
  type MusicTransformerOptions,
} from '../../models/music-transformer/music-transformer.js';
import { readMusicFile } from '../music-file.js';
import { writeMidi } from '../../music/midi-writer.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { pianoNotes } from '../../music/performance-tokens.js';
import { takeMelody } from '../../music/primer.js';
import { totalSeconds } from '../../music/timed-events.js';
import { checkpointSource } from '../checkpoint-option.js';
import { defineCommand, type Result } from '../command.js';
import { GENERATE_OPTIONS } from '../generate-options.js';
import { JOBS_OPTION, ModelPool, workersFor } from '../model-pool.js';
import { wholeNumber, type Values } from '../options.js';
import { madeWith } from '../made-with.js';
import { FORCE_OPTION } from '../output-folder.js';
import { SHARD_OPTION, claimShare, parseShard, thereFiles, thereLines } from '../shard.js';
import { PRIMER_OPTIONS, readPrimer } from '../primer.js';
import type { ShowProgress } from '../progress.js';
import { HELPED_SAMPLING } from './sampling-options.js';
import { usageError } from '../usage.js';

const DEFAULT_SECONDS = 30;

const { checkpoint, seconds, 'output-dir': outputDir, seed, 'top-k': topK } = GENERATE_OPTIONS;

const OPTIONS = {
  checkpoint,
  seconds: { ...seconds, description: `How much to write, after the primer; default ${DEFAULT_SECONDS}` },
  tokens: { type: 'number', description: 'The same in tokens' },
  'num-outputs': { type: 'number', description: 'MIDI files to write', default: 1 },
  'output-dir': outputDir,
  ...JOBS_OPTION,
  ...SHARD_OPTION,
  ...FORCE_OPTION,
  seed,
  temperature: {
    type: 'number',
    description: 'Below 1 the likely becomes likelier, above 1 less so; 0 takes the likeliest',
    default: 1,
  },
  'top-k': topK,
  'top-p': {
    type: 'number',
    description: 'Draw from the likeliest only, whose probabilities reach N together; default 1: from all',
  },
  'longest-note': {
    type: 'number',
    description: 'Seconds after which a note ends that the model forgot to end',
    default: 5,
  },
  ...HELPED_SAMPLING,
  'never-end': { type: 'boolean', description: 'Go on where the model would end the piece' },
} as const;

const GENERATE = {
  ...OPTIONS,
  'primer-midi': {
    ...PRIMER_OPTIONS['primer-midi'],
    description: 'Go on from this file of notes (MIDI, MusicXML or ABC)',
  },
  'primer-instrument': PRIMER_OPTIONS['primer-instrument'],
  'omit-primer': GENERATE_OPTIONS['omit-primer'],
} as const;

const ACCOMPANY = {
  ...OPTIONS,
  seconds: { ...seconds, description: `How much to write; default ${DEFAULT_SECONDS}` },
  checkpoint: {
    ...OPTIONS.checkpoint,
    description:
      'Weights that accompany melodies, of which the package ships none: a path, a URL or an id of the catalogue',
  },
  'melody-midi': {
    type: 'string',
    value: 'FILE',
    description: 'The melody (MIDI, MusicXML or ABC): of a file for several voices, its melody',
  },
} as const;

export const generateCommand = defineCommand({
  summary: 'Write performances for piano to MIDI files',
  usage: '--output-dir FOLDER [OPTIONS]',
  description:
    'Each file holds the primer and what follows on it. Of a primer that is longer than memory, the end is heard, which is told.',
  examples: [
    '--output-dir out --seconds 60 --seed 7',
    '--output-dir out --primer-midi song.mid --num-outputs 3',
  ],
  options: GENERATE,
  async run({ values, showProgress }) {
    const primer = await readPrimer(
      { 'primer-midi': values['primer-midi'], 'primer-instrument': values['primer-instrument'] },
      4,
    );
    return write(values, showProgress, primer, values['omit-primer'] === true, (model, options) =>
      model.continueSequence(primer, options),
    );
  },
});

export const accompanyCommand = defineCommand({
  summary: 'Write performances around a melody to MIDI files',
  usage: '--melody-midi FILE --output-dir FOLDER --checkpoint SOURCE [OPTIONS]',
  description: 'The checkpoint must be one that accompanies melodies.',
  examples: ['--checkpoint ./melody_conditioned_model_16.ckpt --melody-midi tune.mid --output-dir out'],
  options: ACCOMPANY,
  async run({ values, showProgress }) {
    const file = values['melody-midi'];
    if (file === undefined) throw usageError('--melody-midi is missing: a file with the melody');
    if (values.checkpoint === undefined)
      throw usageError(
        '--checkpoint is missing: weights that accompany melodies, of which the package ships none',
      );
    const melody = takeMelody(await readMusicFile(file));
    return write(values, showProgress, undefined, true, (model, options) => model.accompany(melody, options));
  },
});

type Write = (model: MusicTransformer, options: MusicTransformerOptions) => Promise<NoteSequence>;

async function write(
  values: Values<typeof OPTIONS>,
  showProgress: ShowProgress,
  primer: NoteSequence | undefined,
  omitPrimer: boolean,
  compose: Write,
): Promise<Result> {
  const { 'output-dir': folder, 'num-outputs': count, tokens, seed: given = String(Date.now()) } = values;
  if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
  if (tokens !== undefined && values.seconds !== undefined)
    throw usageError('--tokens and --seconds say the same; give one');
  wholeNumber('num-outputs', count, 1);
  const share = parseShard(values.shard, values.seed);
  const names = Array.from(
    { length: count },
    (_, i) => `music_transformer_${String(i + 1).padStart(String(count).length, '0')}.mid`,
  );
  const { force } = values;
  const claimed = await claimShare(folder, names, { share, force, madeWith: await madeWith(values) });
  const own = claimed.missing;
  const source = checkpointSource(values.checkpoint, 'MusicTransformer');
  const pool = await ModelPool.load(
    (signal) => MusicTransformer.load(source, { signal }),
    workersFor(values.jobs, own.length),
  );
  const progress = showProgress('Writing');
  try {
    const heardPrimer = primer && pianoNotes(primer);
    const start = heardPrimer ? totalSeconds(heardPrimer) : 0;
    const notes: string[] = [];
    let written = 0;
    const outputs = await pool.map(own, async (model, i) => {
      const pieceSeed = `${given}/${i + 1}`;
      let [events, loss] = [0, 0];
      const composed = await compose(model, {
        ...(tokens === undefined ? { seconds: values.seconds ?? DEFAULT_SECONDS } : { tokens }),
        temperature: values.temperature,
        topK: values['top-k'],
        topP: values['top-p'],
        maxNoteDuration: values['longest-note'],
        endNotesAfter: values['end-notes-after'],
        spareKeys: values['spare-keys'],
        forbid: values['never-end'] === true ? [0, 1] : [0],
        seed: pieceSeed,
        onPrimer: ({ tokens: all, heard }) => {
          if (heard < all && notes.length === 0)
            notes.push(`The primer has ${all} tokens; the last ${heard} of them are heard`);
        },
        onLogProbabilities: (logProbabilities) => {
          events += logProbabilities.length;
          for (const value of logProbabilities) loss -= value;
          progress.update(written, own.length, `${written} of ${own.length}, ${events} events`);
        },
      });
      const sequence = omitPrimer ? earlier(composed, start) : behind(heardPrimer, composed);
      await claimed.write(i, writeMidi(sequence));
      written++;
      return {
        file: claimed.files[i],
        seed: pieceSeed,
        notes: composed.notes.length,
        events,
        loss: events > 0 ? loss / events : 0,
      };
    });
    const lines = outputs.map(
      ({ file, notes: heard, events, loss }) =>
        `${file}  ${heard} notes, ${events} events, ${loss.toFixed(3)} nats per event`,
    );
    const { precision, layers, hidden } = pool.first.description;
    return {
      text: [...notes, ...lines, ...thereLines(claimed), `seed ${given}`].join('\n'),
      data: {
        model: 'MusicTransformer',
        layers,
        hidden,
        precision,
        checkpoint: source,
        seed: given,
        outputs,
        there: thereFiles(claimed),
        notes,
      },
    };
  } finally {
    progress.end();
    pool.dispose();
  }
}

/** The new music behind the given; their times are of one clock. */
const behind = (primer: NoteSequence | undefined, written: NoteSequence): NoteSequence => ({
  ...written,
  notes: [...(primer?.notes ?? []), ...written.notes],
});

/** Moved to the beginning. */
const earlier = (sequence: NoteSequence, time: number): NoteSequence => ({
  ...sequence,
  notes: sequence.notes.map((note) => ({
    ...note,
    startTime: (note.startTime ?? 0) - time,
    endTime: (note.endTime ?? 0) - time,
  })),
  totalTime: Math.max(0, (sequence.totalTime ?? 0) - time),
});
