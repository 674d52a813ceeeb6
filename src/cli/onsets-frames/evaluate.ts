/** `timbrel evaluate onsets-frames`: how many of the notes of recordings are found, as the papers count. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { frameScore } from '../../music/frame-metrics.js';
import { readMusicFile } from '../music-file.js';
import { noteScore, type Score } from '../../music/note-metrics.js';
import type { Note } from '../../music/note-sequence.js';
import { applySustainPedal } from '../../music/sustain.js';
import { checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { usageError } from '../usage.js';
import { TRANSCRIPTION, thresholdsOf } from './options.js';
import { transcribeFile } from './transcribe-file.js';

/** The measures of one recording, or their means. */
const MEASURES = [
  'note',
  'noteWithOffsets',
  'noteWithVelocity',
  'noteWithOffsetsAndVelocity',
  'frame',
] as const;
type Scores = Readonly<Record<(typeof MEASURES)[number], Score>>;

const LABELS: Readonly<Record<(typeof MEASURES)[number], string>> = {
  note: 'notes',
  noteWithOffsets: 'with their ends',
  noteWithVelocity: 'with velocities',
  noteWithOffsetsAndVelocity: 'with both',
  frame: 'frames',
};

interface Judged extends Scores {
  readonly file: string;
  readonly reference: number;
  readonly found: number;
}

export const transcriptionEvaluateCommand = defineCommand({
  summary: 'Measure how many notes of recordings a transcription finds',
  usage: 'FILE.wav ... [OPTIONS]',
  description:
    'Beside each FILE.wav stands FILE.mid with the true notes; its pedal is applied to them. Precision, recall and F1 as mir_eval has ' +
    'them: onsets within 50 ms; ends within 50 ms or a fifth of the note; velocities after the best linear fit. Means are over recordings.',
  examples: ['test/*.wav --checkpoint ./weights', 'test/*.wav --checkpoint ./weights --threshold 0.4 --json'],
  positionals: { min: 1, max: Infinity },
  options: {
    ...TRANSCRIPTION,
    drums: { type: 'boolean', description: 'Take the drums of the true notes, and not the rest' },
    notes: {
      type: 'string',
      value: 'FOLDER',
      description: 'Judge the MIDI files of the same names there, which another transcriber wrote, instead',
    },
  },
  async run({ values, positionals, showProgress }) {
    const pairs = positionals.map((file) => ({ file, truth: midiBeside(file) }));
    const { notes: folder, drums } = values;
    const checkpoint =
      folder === undefined ? checkpointSource(values.checkpoint, 'OnsetsAndFrames') : undefined;
    const { OnsetsAndFrames } = await import('../../models/onsets-frames/onsets-and-frames.js');
    const model = checkpoint === undefined ? undefined : await OnsetsAndFrames.load(checkpoint);
    const progress = showProgress('Listening');
    const notesOf = async (file: string, onProgress: (done: number) => void) => {
      if (model) return (await transcribeFile(model, file, { ...thresholdsOf(values), onProgress })).notes;
      const written = path.join(folder ?? '', `${path.parse(file).name}.mid`);
      return (await readMusicFile(written)).notes;
    };
    try {
      const recordings: Judged[] = [];
      for (const [i, { file, truth }] of pairs.entries()) {
        const found = await notesOf(file, (done) =>
          progress.update(i + done, pairs.length, path.basename(file)),
        );
        const { notes: all } = applySustainPedal(await readMusicFile(truth));
        const reference = all.filter(({ isDrum = false }) => isDrum === drums);
        const counts = { reference: reference.length, found: found.length };
        recordings.push({ file, ...counts, ...judge(reference, found) });
      }
      const parameterCount = model?.description.parameterCount;
      const data = { checkpoint, notes: folder, parameterCount, mean: mean(recordings), recordings };
      return { data, text: textOf(data) };
    } finally {
      progress.end();
      model?.dispose();
    }
  },
});

/** @throws USAGE */
function midiBeside(file: string): string {
  const { dir, name } = path.parse(file);
  const found = ['.mid', '.midi']
    .map((extension) => path.join(dir, name + extension))
    .find((each) => existsSync(each));
  if (found) return found;
  throw usageError(`There is no ${name}.mid beside ${file}: the true notes are missing`);
}

export const judge = (reference: readonly Note[], estimate: readonly Note[]): Scores => ({
  note: noteScore(reference, estimate),
  noteWithOffsets: noteScore(reference, estimate, { offsets: true }),
  noteWithVelocity: noteScore(reference, estimate, { velocities: true }),
  noteWithOffsetsAndVelocity: noteScore(reference, estimate, { offsets: true, velocities: true }),
  frame: frameScore(reference, estimate),
});

function mean(recordings: readonly Judged[]): Scores {
  const average = (of: (judged: Judged) => number) =>
    recordings.reduce((sum, judged) => sum + of(judged), 0) / recordings.length;
  const entries = MEASURES.map((measure) => {
    const score: Score = {
      precision: average((judged) => judged[measure].precision),
      recall: average((judged) => judged[measure].recall),
      f1: average((judged) => judged[measure].f1),
    };
    return [measure, score] as const;
  });
  return Object.fromEntries(entries) as Record<(typeof MEASURES)[number], Score>;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(10);

function textOf({ mean: means, recordings }: { mean: Scores; recordings: readonly Judged[] }): string {
  return [
    `${recordings.length} recordings, means`,
    `  ${''.padEnd(20)}${['precision', 'recall', 'F1'].map((name) => name.padStart(10)).join('')}`,
    ...MEASURES.map((measure) => {
      const { precision, recall, f1 } = means[measure];
      return `  ${LABELS[measure].padEnd(20)}${[precision, recall, f1].map(percent).join('')}`;
    }),
    '',
    ...recordings.map(
      ({ file, reference, found, note, noteWithOffsets }) =>
        `  ${path.basename(file).padEnd(40)} ${found} notes of ${reference}, F1${percent(note.f1)}${percent(noteWithOffsets.f1)}`,
    ),
  ].join('\n');
}
