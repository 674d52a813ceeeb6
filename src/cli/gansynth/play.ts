/** `timbrel gansynth play`: files of music as they sound on a timbre. */
import path from 'node:path';
import { encodeWav } from '../../audio/wav.js';
import { MAX_PITCH, MIN_PITCH } from '../../models/gansynth/config.js';
import { GANSynth } from '../../models/gansynth/gansynth.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { JOBS_OPTION, ModelPool, workersFor } from '../model-pool.js';
import { readMusicFile } from '../music-file.js';
import { wholeNumber } from '../options.js';
import { FORCE_OPTION, claimFiles, writeWhole } from '../output-folder.js';
import { usageError } from '../usage.js';
import { soundOf } from './sequence-sound.js';
import { namedTimbre } from './timbre-options.js';

export const playCommand = defineCommand({
  summary: 'Write WAV files of music: MIDI, MusicXML or ABC files',
  usage: 'FILE ... --output-dir FOLDER [OPTIONS]',
  description:
    'Everything but drums is played on one timbre, drums on the built-in kit; pedals are heard. 16 bits, one channel.',
  examples: [
    'song.mid --timbre flute --output-dir out',
    'a.mid b.musicxml --seed 7 --sample-rate 48000 --output-dir out',
  ],
  positionals: { min: 1, max: Infinity },
  options: {
    timbre: { type: 'string', value: 'NAME', description: 'A timbre that the checkpoint names' },
    seed: { type: 'string', value: 'SEED', description: 'Draws a timbre where none is named', default: '0' },
    'sample-rate': { type: 'number', description: 'Hz, 8000 to 192000', default: 44100 },
    'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
    ...JOBS_OPTION,
    ...FORCE_OPTION,
    checkpoint: checkpointOption,
  },
  async run({ values, positionals, showProgress }) {
    const { timbre, seed, 'output-dir': folder, force, jobs, 'sample-rate': sampleRate } = values;
    if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
    wholeNumber('sample-rate', sampleRate, 8000);
    if (sampleRate > 192000) throw usageError(`--sample-rate is ${sampleRate}; expected at most 192000`);
    const names = positionals.map((file) => `${path.parse(file).name}.wav`);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw usageError(`Two files would be written to ${twice}; give them other names`);
    const sequences = await Promise.all(positionals.map(readMusicFile));
    const files = await claimFiles(folder, names, force);
    const source = checkpointSource(values.checkpoint, 'GANSynth');
    const pool = await ModelPool.load(
      (signal) => GANSynth.load(source, { backend: 'wasm', signal }),
      workersFor(jobs, Infinity),
    );
    const progress = showProgress('Playing');
    try {
      const z = timbre === undefined ? pool.first.sampleLatent(seed) : namedTimbre(pool.first, timbre).z;
      const rendered = new Map<number, Float32Array>();
      const render = async (pitches: readonly number[]) => {
        const missing = pitches.filter((pitch) => !rendered.has(pitch));
        await pool.map(missing, async (model, pitch) => {
          rendered.set(pitch, await model.generate({ pitch, z }));
        });
        return pitches.map((pitch) => rendered.get(pitch) ?? new Float32Array(0));
      };
      for (const [i, sequence] of sequences.entries()) {
        progress.update(i, sequences.length);
        const sound = await soundOf(sequence, { range: [MIN_PITCH, MAX_PITCH], render }, sampleRate);
        await writeWhole(files[i], new Uint8Array(encodeWav(sound, sampleRate, 'int16')));
      }
      return { text: files.join('\n'), data: { timbre: timbre ?? `seed ${seed}`, sampleRate, files } };
    } finally {
      progress.end();
      pool.dispose();
    }
  },
});
