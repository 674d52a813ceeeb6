/** `timbrel gansynth render`: notes of timbres as WAV files, or as an instrument for a sampler. */
import { noteGain } from '../../audio/level.js';
import { findLoop } from '../../audio/loop.js';
import { encodeWav, type WavFormat } from '../../audio/wav.js';
import { NOTE_SAMPLE_RATE } from '../../messages/note-audio.js';
import { GANSynth } from '../../models/gansynth/gansynth.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { JOBS_OPTION, ModelPool, workersFor } from '../model-pool.js';
import { madeWith } from '../made-with.js';
import { FORCE_OPTION, claimFolder } from '../output-folder.js';
import { SHARD_OPTION, claimShare, parseShard, thereFiles, thereLines } from '../shard.js';
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
    const share = parseShard(values.shard, seed);
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
      // An instrument is one share: its file, the last one that is written, says where each of its notes loops.
      const groupOf = (i: number) => (i < notes.length ? Math.floor(i / pitches.length) : i - notes.length);
      const claimed = await claimShare(folder, [...notes.map(({ file }) => file), ...instruments], {
        ...{ share, force, madeWith: await madeWith(values) },
        ...(sfz && { groupOf, lastOf: (i: number) => notes.length + groupOf(i) }),
      });
      const missing = claimed.missing.filter((i) => i < notes.length);
      let done = 0;
      const samples = await pool.map(missing, async (model, i) => {
        const { pitch, z, file } = notes[i];
        const audio = await model.generate({ pitch, z });
        const { samples: looped, ...end } = findLoop(audio);
        const holds = sfz && end.decay === 0;
        const gain = values['as-rendered'] ? 1 : noteGain(audio);
        const sound = (holds ? looped : audio).map((value) => value * gain);
        await claimed.write(i, new Uint8Array(encodeWav(sound, NOTE_SAMPLE_RATE, format)));
        progress.update(++done, missing.length);
        return { i, file, pitch, release: end.release, loop: holds ? end : undefined } satisfies Sample & {
          i: number;
        };
      });
      for (const [i] of instruments.entries()) {
        const rendered = samples.filter((sample) => groupOf(sample.i) === i);
        if (rendered.length > 0)
          await claimed.write(notes.length + i, new TextEncoder().encode(sfzOf(rendered)));
      }
      const files = claimed.own.map((i) => claimed.files[i]);
      const data = {
        timbres: timbres.map(({ name }) => name),
        ...{ seed, sampleRate: NOTE_SAMPLE_RATE, files, there: thereFiles(claimed) },
      };
      return { text: [...files, ...thereLines(claimed)].join('\n'), data };
    } finally {
      progress.end();
      pool.dispose();
    }
  },
});

const fileNameOf = (timbre: string) => timbre.replaceAll(/[/\\:\s]+/g, '-');
