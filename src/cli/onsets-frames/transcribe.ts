/** `timbrel onsets-frames transcribe`: the notes of WAV files, one MIDI file each. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { TimbrelError, withoutCode } from '../../errors/timbrel-error.js';
import { writeMidi } from '../../music/midi-writer.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { madeWith } from '../made-with.js';
import { FORCE_OPTION, claimFolder, writeJSON, writeWhole } from '../output-folder.js';
import { refuseOthers } from '../shard.js';
import { usageError } from '../usage.js';
import { TRANSCRIPTION, thresholdsOf } from './options.js';
import { transcribeFile } from './transcribe-file.js';

interface Output {
  readonly input: string;
  readonly file: string;
  /** Undefined where the file was there already. */
  readonly notes?: number;
  readonly seconds?: number;
  /** Seconds that a file that was cut off lacks. */
  readonly secondsMissing?: number;
}

/** The file that says what the notes of a folder were made with. */
const ABOUT = 'transcribed.json';

export const transcribeCommand = defineCommand({
  summary: 'Write the notes of recordings to MIDI files',
  usage: 'FILE.wav ... --output-dir FOLDER [OPTIONS]',
  description:
    'Each file becomes one of the same name. What is there already is left as it is, so that a long run that was broken off goes on ' +
    'where it was, with the same options; --force does all anew. A recording that cannot be read keeps none of the others back. A file of hours is read in pieces, where the checkpoint reads forwards only.',
  examples: [
    'etude.wav --checkpoint transcription/onsets_frames_uni --output-dir out',
    'recordings/*.wav --checkpoint ./weights --output-dir out --threshold 0.4 --json',
  ],
  positionals: { min: 1, max: Infinity },
  options: {
    ...TRANSCRIPTION,
    'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
    ...FORCE_OPTION,
  },
  async run({ values, positionals, showProgress }) {
    const folder = values['output-dir'];
    if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
    const outputs = positionals.map((input): Output => ({ input, file: outputOf(input, folder) }));
    checkDistinct(outputs);
    const checkpoint = checkpointSource(values.checkpoint, 'OnsetsAndFrames');
    await claimFolder(folder);
    const about = path.join(folder, ABOUT);
    const now = await madeWith(values);
    if (!values.force) await refuseOthers(about, now);
    const { OnsetsAndFrames } = await import('../../models/onsets-frames/onsets-and-frames.js');
    const model = await OnsetsAndFrames.load(checkpoint, { workers: availableParallelism() > 1 ? 2 : 1 });
    const progress = showProgress('Listening');
    try {
      const written: Output[] = [];
      const failures: TimbrelError[] = [];
      for (const [i, output] of outputs.entries()) {
        const { input, file } = output;
        if (!values.force && existsSync(file)) {
          written.push(output);
          continue;
        }
        const onProgress = (done: number) => progress.update(i + done, outputs.length, path.basename(input));
        const sequence = await transcribeFile(model, input, { ...thresholdsOf(values), onProgress }).catch(
          (error: unknown) => void failures.push(errorOf(input, error)),
        );
        if (!sequence) continue;
        await writeJSON(about, { madeWith: now });
        await writeWhole(file, writeMidi(audible(sequence)));
        const { notes, seconds, secondsMissing } = sequence;
        written.push({
          ...output,
          notes: notes.length,
          seconds,
          ...(secondsMissing > 0 && { secondsMissing }),
        });
      }
      if (failures.length > 0) throw allOf(failures, outputs.length);
      const lines = written.map(({ file, notes, secondsMissing }) => {
        if (notes === undefined) return `${file}  was there`;
        const cut = secondsMissing
          ? `; the recording is cut off, ${secondsMissing.toFixed(1)} s are missing`
          : '';
        return `${file}  ${notes} notes${cut}`;
      });
      return { data: { model: 'OnsetsAndFrames', checkpoint, outputs: written }, text: lines.join('\n') };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});

const outputOf = (input: string, folder: string) => path.join(folder, `${path.parse(input).name}.mid`);

/** @returns what is wrong with a recording, with its name @throws other errors */
function errorOf(input: string, error: unknown): TimbrelError {
  if (error instanceof TimbrelError && /^(?:AUDIO|FILE)_/.test(error.code)) {
    const message = withoutCode(error);
    return new TimbrelError(error.code, message.includes(input) ? message : `${input}: ${message}`, {
      cause: error,
    });
  }
  if (error instanceof Error && 'syscall' in error)
    return new TimbrelError('FILE_FAILED', error.message, { cause: error });
  throw error;
}

function allOf(failures: readonly TimbrelError[], count: number): TimbrelError {
  const [first] = failures;
  if (count === 1) return first;
  const others = failures.length < count ? '; the others were' : '';
  const what = `${failures.length} of ${count} recordings were not transcribed${others}`;
  return new TimbrelError(first.code, [what, ...failures.map(withoutCode)].join('. '), { cause: first });
}

/** @throws USAGE where two inputs would be written to one file */
function checkDistinct(outputs: readonly Output[]): void {
  const inputs = new Map<string, string>();
  for (const { input, file } of outputs) {
    const other = inputs.get(file);
    if (other !== undefined) throw usageError(`${other} and ${input} would both be written to ${file}`);
    inputs.set(file, input);
  }
}

/** A velocity of 0 would end a note in a MIDI file. */
const audible = ({ notes, ...rest }: NoteSequence): NoteSequence => ({
  ...rest,
  notes: notes.map((note) => ({ ...note, velocity: Math.max(1, note.velocity ?? 1) })),
});
