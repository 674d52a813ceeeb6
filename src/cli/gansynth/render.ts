/** `timbrel gansynth render`: notes of timbres as WAV files, or as an instrument for a sampler. */
import { writeFile } from 'node:fs/promises';
import { noteGain } from '../../audio/level.js';
import { findLoop } from '../../audio/loop.js';
import { encodeWav, type WavFormat } from '../../audio/wav.js';
import { NOTE_SAMPLE_RATE } from '../../messages/note-audio.js';
import { GANSynth } from '../../models/gansynth/gansynth.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { JOBS_OPTION, ModelPool, workersFor } from '../model-pool.js';
import { FORCE_OPTION, claimFiles, claimFolder, writeWhole } from '../output-folder.js';
import { SHARD_OPTION, parseShard } from '../shard.js';
import { parsePitches } from '../pitch-list.js';
import { usageError } from '../usage.js';
import { sfzOf, type Sample } from './sfz.js';
import { TIMBRE_OPTIONS, chosenTimbres } from './timbre-options.js';

const FORMATS: readonly WavFormat[] = ['int16', 'float32'];

export const renderCommand = defineCommand({
  summary: 'Render notes with GANSynth to WAV files',
  usage: '--pitches LIST --output-dir FOLDER [OPTIONS]',
  description:
    'Notes of 4 seconds at 16 kHz: 3 held, 1 released; equally loud (-22 LUFS) unless --as-rendered. With --sfz each timbre is an ' +
    'instrument for samplers: notes that hold are cut at their loop, and a file TIMBRE.sfz names pitches and loops.',
  examples: [
    '--pitches 60,64,67 --timbre flute --output-dir out',
    '--pitches 36-84:3 --all-timbres --sfz --output-dir pack',
    '--pitches 60 --between "flute,french horn" --steps 9 --output-dir out',
    '--pitches 48,60 --seed 7 --output-dir out  # a timbre that has no name',
  ],
  options: {
    pitches: {
      type: 'string',
      value: 'LIST',
      description: 'MIDI pitches, 24 to 84, such as 60,64 or 36-84:3',
    },
    ...TIMBRE_OPTIONS,
    sfz: { type: 'boolean', description: 'Also write an SFZ file for each timbre' },
    format: { type: 'string', value: 'FORMAT', description: 'int16 or float32', default: 'int16' },
    'as-rendered': {
      type: 'boolean',
      description: 'At the level of the network, which differs from note to note',
    },
    ...JOBS_OPTION,
    'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
    ...SHARD_OPTION,
    ...FORCE_OPTION,
    checkpoint: checkpointOption,
  },
  async run({ values, showProgress }) {
    const { pitches: list, 'output-dir': folder, seed, jobs, force, sfz } = values;
    if (list === undefined) throw usageError('--pitches is missing: the notes, as in --pitches 60,64');
    if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
    const pitches = parsePitches(list);
    const format = FORMATS.find((name) => name === values.format);
    if (!format) throw usageError(`--format is ${JSON.stringify(values.format)}; expected int16 or float32`);
    const shard = parseShard(values.shard, seed, force);
    const source = checkpointSource(values.checkpoint, 'GANSynth');
    await claimFolder(folder);
    const load = (signal?: AbortSignal) => GANSynth.load(source, { backend: 'wasm', signal });
    const pool = await ModelPool.load(load, workersFor(jobs, Infinity));
    const progress = showProgress('Rendering');
    try {
      const timbres = chosenTimbres(pool.first, values);
      const notes = timbres.flatMap(({ name, z }) =>
        pitches.map((pitch) => ({ name, pitch, z, file: `${fileNameOf(name)}_${pitch}.wav` })),
      );
      const instruments = sfz ? timbres.map(({ name }) => `${fileNameOf(name)}.sfz`) : [];
      const files = await claimFiles(
        folder,
        [...notes.map(({ file }) => file), ...instruments],
        force || shard.isPart,
      );
      // An instrument is one share: its file says where each of its notes loops.
      const isOwn = (i: number) => shard.isOwn(sfz ? Math.floor(i / pitches.length) : i);
      const own = [...notes.entries()].filter(([i]) => isOwn(i) && (sfz || !shard.isDone(files[i])));
      let done = 0;
      const samples = await pool.map(own, async (model, [i, { pitch, z, file }]) => {
        const audio = await model.generate({ pitch, z });
        const { samples: looped, ...end } = findLoop(audio);
        const holds = sfz && end.decay === 0;
        const gain = values['as-rendered'] ? 1 : noteGain(audio);
        const sound = (holds ? looped : audio).map((value) => value * gain);
        await writeWhole(files[i], new Uint8Array(encodeWav(sound, NOTE_SAMPLE_RATE, format)));
        progress.update(++done, own.length);
        return { i, file, pitch, release: end.release, loop: holds ? end : undefined } satisfies Sample & {
          i: number;
        };
      });
      for (const [i] of instruments.entries()) {
        const rendered = samples.filter((sample) => Math.floor(sample.i / pitches.length) === i);
        if (rendered.length > 0) await writeFile(files[notes.length + i], sfzOf(rendered));
      }
      const its = files.filter((_, i) => isOwn(i < notes.length ? i : (i - notes.length) * pitches.length));
      const data = {
        timbres: timbres.map(({ name }) => name),
        ...{ seed, sampleRate: NOTE_SAMPLE_RATE, files: its },
      };
      return { text: its.join('\n'), data };
    } finally {
      progress.end();
      pool.dispose();
    }
  },
});

const fileNameOf = (timbre: string) => timbre.replaceAll(/[/\\:\s]+/g, '-');
