/** `timbrel music-vae sample | interpolate | reconstruct | groove`: pieces of a MusicVAE, one MIDI file each. */
import type { MusicVAEDecodeOptions, MusicVAE } from '../../models/music-vae/music-vae.js';
import { pieceSeed } from '../../models/music-vae/seeds.js';
import { rewrite } from '../../models/music-vae/rewrite.js';
import { cutWindows, readable } from '../../models/music-vae/windows.js';
import { interpolateLatents } from '../../latent/interpolation.js';
import { parseChordList } from '../../music/chord-list.js';
import { writeMidi } from '../../music/midi-writer.js';
import { singleTempo } from '../../music/meter.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand, type Command, type Result } from '../command.js';
import { madeWith } from '../made-with.js';
import { readMusicFile } from '../music-file.js';
import { JOBS_OPTION, ModelPool, workersFor } from '../model-pool.js';
import { wholeNumber, type Options, type Values } from '../options.js';
import { FORCE_OPTION } from '../output-folder.js';
import type { ShowProgress } from '../progress.js';
import { SHARD_OPTION, claimShare, parseShard, thereFiles, thereLines } from '../shard.js';
import { usageError } from '../usage.js';

/** The weights that `groove` takes where none are named: the model's own write melodies. */
const DRUMMER = 'music_vae/humanize_2bar';

const SHARED = {
  checkpoint: checkpointOption,
  config: {
    type: 'string',
    value: 'NAME',
    description: 'Configuration, for TensorFlow checkpoints whose tensors fit several',
  },
  'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
  ...FORCE_OPTION,
  ...JOBS_OPTION,
  ...SHARD_OPTION,
  temperature: { type: 'number', description: 'Below 1 the likely becomes likelier; 0 takes the likeliest' },
  seed: { type: 'string', value: 'SEED', description: 'Same seed, same music; by default the time' },
  qpm: { type: 'number', description: 'Quarters per minute; by default that of the first input, else 120' },
  chords: {
    type: 'string',
    value: 'LIST',
    description: 'Chord symbols spread over each piece, for checkpoints that need them: "C Am F G"',
  },
  key: { type: 'number', description: 'Pitch class of the tonic, 0 to 11, for checkpoints that need it' },
} as const satisfies Options;

type SharedValues = Values<typeof SHARED>;

interface Output {
  readonly file: string;
  readonly notes: number;
}

interface Work {
  /** One of the models that work, to ask and to encode with. */
  readonly model: MusicVAE;
  readonly options: MusicVAEDecodeOptions & { readonly onSequence: () => void };
  readonly seed: string;
  /** Inputs that were read. */
  readonly inputs: readonly NoteSequence[];
}

/** @param model one of those that work @param indices of the pieces that are wanted, from 0 */
type WritePieces = (model: MusicVAE, indices: readonly number[]) => Promise<NoteSequence[]>;

/** Pieces that the model computes in lockstep, and that a call which is killed loses at most. */
const AT_A_TIME = 16;

/** Reads, loads, works, writes: what the four have in common. */
async function run(
  word: string,
  values: SharedValues,
  files: readonly string[],
  count: number,
  showProgress: ShowProgress,
  prepare: (work: Work) => WritePieces | Promise<WritePieces>,
): Promise<Result> {
  const { 'output-dir': folder, seed = String(Date.now()), temperature, key } = values;
  const share = parseShard(values.shard, values.seed);
  if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
  const inputs = await Promise.all(files.map(readMusicFile));
  const names = Array.from(
    { length: count },
    (_, i) => `${word}_${String(i + 1).padStart(String(count).length, '0')}.mid`,
  );
  const claimed = await claimShare(folder, names, {
    ...{ share, force: values.force, madeWith: await madeWith(values, files) },
  });
  const own = claimed.missing;
  const checkpoint = checkpointSource(
    values.checkpoint ?? (word === 'groove' ? DRUMMER : undefined),
    'MusicVAE',
  );
  const { MusicVAE } = await import('../../models/music-vae/music-vae.js');
  const workers = workersFor(values.jobs, own.length);
  const pool = await ModelPool.load(
    (signal) => MusicVAE.load(checkpoint, { configuration: values.config, signal }),
    workers,
  );
  const progress = showProgress('Writing');
  let done = 0;
  try {
    const [first] = inputs;
    const options = {
      temperature,
      seed,
      key,
      qpm: values.qpm ?? (first ? singleTempo(first).qpm : undefined),
      chords: values.chords === undefined ? undefined : parseChordList(values.chords),
      onSequence: () => progress.update(++done, own.length),
    };
    const write = await prepare({ model: pool.first, options, seed, inputs });
    const together = Math.max(1, Math.min(AT_A_TIME, Math.ceil(own.length / workers)));
    const batches = Array.from({ length: Math.ceil(own.length / together) }, (_, i) =>
      own.slice(i * together, (i + 1) * together),
    );
    const written = await pool.map(batches, async (model, indices) => {
      const sequences = await write(model, indices);
      for (const [i, index] of indices.entries()) await claimed.write(index, writeMidi(sequences[i]));
      return sequences.map(({ notes }, i): Output => ({
        file: claimed.files[indices[i]],
        notes: notes.length,
      }));
    });
    const outputs = written.flat();
    const { configuration, kind, precision } = pool.first.description;
    const model = { model: 'MusicVAE', configuration, kind, precision, checkpoint, seed };
    const data = { ...model, outputs, there: thereFiles(claimed) };
    const lines = [...outputs.map(({ file, notes }) => `${file}  ${notes} notes`), ...thereLines(claimed)];
    return { data, text: [...lines, `seed ${seed}, ${configuration || kind}`].join('\n') };
  } finally {
    progress.end();
    pool.dispose();
  }
}

export const sampleCommand: Command = defineCommand({
  summary: 'Write new pieces to MIDI files',
  usage: '--output-dir FOLDER [OPTIONS]',
  description:
    'Two bars of melody with the weights that the package ships; other checkpoints write drums, trios or longer pieces.',
  examples: [
    '--output-dir out --num-outputs 8 --seed 7',
    '--checkpoint music_vae/drums_2bar_lokl_small --output-dir out --temperature 0.8',
  ],
  options: {
    ...SHARED,
    temperature: { ...SHARED.temperature, default: 0.5 },
    'num-outputs': { type: 'number', description: 'Pieces', default: 1 },
  },
  run({ values, showProgress }) {
    const count = wholeNumber('num-outputs', values['num-outputs'], 1);
    return run('sample', values, [], count, showProgress, ({ options, seed }) => (model, indices) => {
      const seeds = indices.map((i) => pieceSeed(seed, i));
      return model.decode(
        seeds.map((one) => model.sampleLatent(one)),
        { ...options, seed: seeds },
      );
    });
  },
});

export const interpolateCommand: Command = defineCommand({
  summary: 'Write what lies between two pieces (MIDI, MusicXML or ABC), or in the field of four',
  usage: 'FILE FILE [FILE FILE] --output-dir FOLDER [OPTIONS]',
  description:
    'Of each file the first window is taken, as long as the model reads, in which something is played. Of four files a field is ' +
    'written, row by row: the first top left, the second bottom left, the third top right, the fourth bottom right.',
  examples: ['a.mid b.mid --steps 7 --output-dir out', 'a.mid b.mid c.mid d.mid --steps 5 --output-dir out'],
  positionals: { min: 2, max: 4 },
  options: {
    ...SHARED,
    temperature: { ...SHARED.temperature, default: 0 },
    steps: {
      type: 'number',
      description: 'Pieces from the first to the last; of a field its side',
      default: 5,
    },
    linear: { type: 'boolean', description: 'As magenta.js does; by default spherical, as its Python' },
  },
  run({ values, positionals, showProgress }) {
    if (positionals.length === 3) throw usageError('There are 3 files; expected 2, or 4 for a field');
    const steps = wholeNumber('steps', values.steps, 1);
    const count = positionals.length === 4 ? steps * steps : steps;
    return run('interpolate', values, positionals, count, showProgress, async (work) => {
      const { model, options, seed, inputs } = work;
      const { chords, key } = options;
      const corners = await model.encode(
        inputs.map((input) => firstPiece(input, model)),
        { chords, key },
      );
      const latents = interpolateLatents(corners, steps, values.linear ? 'linear' : 'spherical');
      return (worker, indices) =>
        worker.decode(
          indices.map((i) => latents[i]),
          { ...options, seed: indices.map((i) => pieceSeed(seed, i)) },
        );
    });
  },
});

export const reconstructCommand: Command = defineCommand({
  summary: 'Write what the model makes of pieces (MIDI, MusicXML or ABC): each window to its point and back',
  usage: 'FILE... --output-dir FOLDER [OPTIONS]',
  description: 'Files longer than the model reads are taken apart, and written as one piece again.',
  examples: ['song.mid --output-dir out'],
  positionals: { min: 1, max: Infinity },
  options: { ...SHARED, temperature: { ...SHARED.temperature, default: 0 } },
  run: ({ values, positionals, showProgress }) =>
    throughModel('reconstruct', values, positionals, showProgress),
});

export const grooveCommand: Command = defineCommand({
  summary: 'Give drums the timing and dynamics of a drummer, or make drums of taps',
  usage: 'FILE... --output-dir FOLDER [OPTIONS]',
  description:
    'With weights of GrooVAE: those of `humanize` keep the drums and play them, those of `tap2drum` hear only when something begins, and ' +
    'write the drums to it. Where no weights are named it is the drummer that the package ships.',
  examples: [
    'beat.mid --output-dir out',
    'taps.mid --checkpoint music_vae/tap2drum_2bar --output-dir out --temperature 0.8',
  ],
  positionals: { min: 1, max: Infinity },
  options: { ...SHARED, temperature: { ...SHARED.temperature, default: 0 } },
  run: ({ values, positionals, showProgress }) => throughModel('groove', values, positionals, showProgress),
});

/** The first window in which something is played. @throws NOTES_MISSING */
function firstPiece(input: NoteSequence, { description }: MusicVAE): NoteSequence {
  const windows = cutWindows(readable(input, description), description);
  return windows.find(({ notes }) => notes.length > 0) ?? input;
}

/** Every window of every file through the model, each file joined again. */
function throughModel(
  word: 'reconstruct' | 'groove',
  values: SharedValues,
  files: readonly string[],
  showProgress: ShowProgress,
): Promise<Result> {
  return run(word, values, files, files.length, showProgress, ({ model, options, seed, inputs }) => {
    const { kind } = model.description;
    if (word === 'groove' && kind !== 'groove') {
      throw usageError(
        `--checkpoint is of ${kind}; grooves need weights of GrooVAE, such as music_vae/humanize_2bar or music_vae/tap2drum_2bar`,
      );
    }
    const { chords, key, temperature = 0 } = options;
    return async (worker, indices) => {
      const written: NoteSequence[] = [];
      for (const i of indices) {
        // A file in several tempos would come back in one.
        singleTempo(inputs[i]);
        const settings = { chords, key, temperature, seed: `${seed}/${i}` };
        written.push(await rewrite(worker, inputs[i], worker.description, settings));
        options.onSequence();
      }
      return written;
    };
  });
}
