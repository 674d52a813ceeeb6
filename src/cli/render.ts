/** `timbrel gansynth render`: notes of a timbre as WAV files. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeWav } from '../audio/wav.js';
import { GANSynth } from '../models/gansynth/gansynth.js';
import { checkpointOption, checkpointSource } from './checkpoint-option.js';
import { defineCommand } from './command.js';
import { makeFolder } from './output-folder.js';
import { usageError } from './usage.js';

const SAMPLE_RATE = 16000;

export const renderCommand = defineCommand({
  summary: 'Render notes with GANSynth to WAV files',
  usage: '--pitches LIST --output-dir FOLDER [OPTIONS]',
  description: 'Notes of 4 seconds at 16 kHz: 3 held, 1 released.',
  examples: [
    '--pitches 60,64,67 --timbre flute --output-dir out',
    '--pitches 48,60 --seed 7 --output-dir out  # a timbre that has no name',
  ],
  options: {
    pitches: { type: 'string', value: 'LIST', description: 'MIDI pitches, 24 to 84, such as 60,64' },
    timbre: { type: 'string', value: 'NAME', description: 'A timbre that the checkpoint names' },
    seed: { type: 'string', value: 'SEED', description: 'Draws a timbre where none is named', default: '0' },
    'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
    checkpoint: checkpointOption,
  },
  async run({ values, showProgress }) {
    const { pitches: list, timbre: name, seed, 'output-dir': folder, checkpoint } = values;
    if (list === undefined) throw usageError('Which notes? --pitches is missing, as in --pitches 60,64');
    if (folder === undefined) throw usageError('Where to? --output-dir is missing');
    const pitches = list.split(',').map((text) => {
      if (/^\s*\d+\s*$/.test(text)) return Number(text);
      throw usageError(`--pitches has ${JSON.stringify(text)}; expected whole numbers with commas between`);
    });
    const model = await GANSynth.load(checkpointSource(checkpoint, 'GANSynth'), {
      backend: 'wasm',
    });
    const progress = showProgress('Rendering');
    try {
      const z = name === undefined ? model.sampleLatent(seed) : latentOf(model, name);
      await makeFolder(folder);
      const files: string[] = [];
      for (const [i, pitch] of pitches.entries()) {
        progress.update(i, pitches.length);
        const samples = await model.generate({ pitch, z });
        const file = path.join(folder, `${name ?? `seed-${seed}`}_${pitch}.wav`.replaceAll(/[/\\\s]+/g, '-'));
        await writeFile(file, new Uint8Array(encodeWav(samples, SAMPLE_RATE)));
        files.push(file);
      }
      return { text: files.join('\n'), data: { timbre: name, seed, sampleRate: SAMPLE_RATE, files } };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});

/** @throws USAGE with the names that there are */
function latentOf({ timbres }: GANSynth, name: string): Float32Array {
  const found = timbres.find((timbre) => timbre.name.toLowerCase() === name.toLowerCase());
  if (found) return found.latent;
  const names = timbres.map((timbre) => timbre.name).join(', ');
  throw usageError(`--timbre is ${JSON.stringify(name)}; the checkpoint names ${names || 'none'}`);
}
