/** `timbrel nsynth grid`: what lies between four instruments, every point and pitch a WAV file, as Open NSynth Super's pipeline makes. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { gridWeights } from '../../models/nsynth/embeddings.js';
import type { NSynth } from '../../models/nsynth/nsynth.js';
import { defineCommand } from '../command.js';
import { ModelPool } from '../model-pool.js';
import { wholeNumber } from '../options.js';
import { madeWith } from '../made-with.js';
import { FORCE_OPTION, makeFolder, writeJSON } from '../output-folder.js';
import { parsePitches } from '../pitch-list.js';
import { refuseOthers } from '../shard.js';
import { cornerEmbedding, cornerFiles } from './corner-sounds.js';
import { finishNote } from './finish-note.js';
import {
  DECODE_OPTIONS,
  MODEL_OPTIONS,
  decodeOptions,
  loadModel,
  outputFolderOption,
  requiredFolder,
} from './model-options.js';
import { readEmbedding, writeEmbedding, writeSound } from './sounds.js';

/** The file that says what the grid was made with. */
const ABOUT = 'grid.json';

/** Notes that are decoded together. */
const TOGETHER = 8;

interface Note {
  readonly column: number;
  readonly row: number;
  readonly pitch: number;
  readonly file: string;
}

export const gridCommand = defineCommand({
  summary: 'Everything between four instruments',
  usage: 'CORNER CORNER CORNER CORNER --output-dir FOLDER [OPTIONS]',
  description:
    'A corner is a folder of WAV files or embeddings whose names end in their pitches (flute_60.wav); a pitch that is missing is made of the nearest. The corners are those at (0, 0), (1, 0), (0, 1), (1, 1). Each point is mixed as Open NSynth Super does and written as x0_y0_60.wav. What is there already is left: a grid that broke off goes on. The embeddings of the corners stay beside them, as corner0_60.npy.',
  examples: [
    'flute/ bass/ organ/ voice/ --pitches 24,28,32 --output-dir grid',
    'flute/ bass/ organ/ voice/ --output-dir grid --checkpoint nsynth/python/wavenet',
  ],
  positionals: { min: 4, max: 4 },
  options: {
    'output-dir': outputFolderOption,
    pitches: {
      type: 'string',
      value: 'LIST',
      default: '24,28,32,36,40,44,48,52,56,60,64,68,72,76,80,84',
      description: 'MIDI pitches, such as 36,60 or 24-84:4',
    },
    resolution: { type: 'number', default: 9, description: 'Points along each side' },
    jobs: { type: 'number', description: 'Models that work at once; by default as many as there are cores' },
    raw: {
      type: 'boolean',
      description: 'As decoded: no clicks removed, not levelled, not cut at the onset',
    },
    ...FORCE_OPTION,
    ...DECODE_OPTIONS,
    ...MODEL_OPTIONS,
  },
  async run({ values, positionals: corners, showProgress }) {
    const folder = requiredFolder(values['output-dir']);
    const pitches = parsePitches(values.pitches);
    const resolution = wholeNumber('resolution', values.resolution, 2);
    const jobs = wholeNumber('jobs', values.jobs ?? availableParallelism(), 1);
    const files = await Promise.all(corners.map(cornerFiles));
    await makeFolder(folder);
    const isThere = (file: string) => !values.force && existsSync(file);
    // More pitches are more of the same.
    const now = await madeWith({ ...values, pitches: undefined }, corners);
    const about = path.join(folder, ABOUT);
    if (!values.force) await refuseOthers(about, now);
    const notes = notesOf(folder, pitches, resolution);
    const missing = notes.filter(({ file }) => !isThere(file));
    const batches = Array.from({ length: Math.ceil(missing.length / TOGETHER) }, (_, i) =>
      missing.slice(i * TOGETHER, (i + 1) * TOGETHER),
    );
    const progress = showProgress('Rendering');
    let pool: ModelPool<NSynth> | undefined;
    let done = notes.length - missing.length;
    try {
      if (batches.length > 0)
        pool = await ModelPool.load((signal) => loadModel(values, signal), Math.min(jobs, batches.length));
      await writeJSON(about, { madeWith: now });
      const stored = (corner: number, pitch: number) => path.join(folder, `corner${corner}_${pitch}.npy`);
      const needed = [...new Set(missing.map(({ pitch }) => pitch))];
      const sounds = needed.flatMap((pitch) => files.map((of, corner) => ({ of, corner, pitch })));
      await pool?.map(sounds, async (model, { of, corner, pitch }) => {
        const file = stored(corner, pitch);
        if (isThere(file)) return;
        const { embeddingSize } = model.description;
        await writeEmbedding(file, await cornerEmbedding(model, of, pitch), embeddingSize);
      });
      await pool?.map(batches, async (model, batch) => {
        const embeddings = await Promise.all(
          batch.map(async ({ column, row, pitch }) => {
            const size = model.description.embeddingSize;
            const four = await Promise.all(
              files.map((_, corner) => readEmbedding(stored(corner, pitch), size)),
            );
            return model.mix(four, gridWeights(column / (resolution - 1), row / (resolution - 1)));
          }),
        );
        const decoded = await model.decodeAll(embeddings, decodeOptions(values));
        for (const [i, sound] of decoded.entries())
          await writeSound(batch[i].file, values.raw ? sound : finishNote(sound));
        progress.update((done += batch.length), notes.length);
      });
      const text = `${notes.length} notes in ${folder}, ${missing.length} of them new`;
      return { text, data: { files: notes.map(({ file }) => file), rendered: missing.length } };
    } finally {
      progress.end();
      pool?.dispose();
    }
  },
});

/** All points of a pitch after each other: an instrument of few pitches can be played soon. */
const notesOf = (folder: string, pitches: readonly number[], resolution: number): Note[] =>
  pitches.flatMap((pitch) =>
    Array.from({ length: resolution ** 2 }, (_, i) => {
      const [column, row] = [i % resolution, Math.floor(i / resolution)];
      return { column, row, pitch, file: path.join(folder, `x${column}_y${row}_${pitch}.wav`) };
    }),
  );
