/** `timbrel nsynth mix`: a sound between sounds. */
import path from 'node:path';
import { crossfadeEmbeddings } from '../../models/nsynth/embeddings.js';
import type { NSynth } from '../../models/nsynth/nsynth.js';
import { defineCommand } from '../command.js';
import { FORCE_OPTION, claimFiles } from '../output-folder.js';
import { usageError } from '../usage.js';
import { DECODE_OPTIONS, MODEL_OPTIONS, decodeOptions, loadModel } from './model-options.js';
import { embeddingOf, writeEmbedding, writeSound } from './sounds.js';

export const mixCommand = defineCommand({
  summary: 'A sound between sounds',
  usage: 'FILE ... --output FILE [OPTIONS]',
  description:
    'Sounds (WAV) and embeddings (.npy) are mixed as embeddings, cut to the shortest; what is written is a sound or an embedding by its ending. Mix equal pitches: the pitch is part of an embedding.',
  examples: [
    'flute_60.wav bass_60.wav --weights 0.7,0.3 --output between.wav',
    'flute.npy bass.npy --crossfade --stretch 1.5 --output across.npy',
  ],
  positionals: { min: 1, max: 64 },
  options: {
    output: { type: 'string', value: 'FILE', description: 'A .wav or a .npy' },
    weights: { type: 'string', value: 'LIST', description: 'The share of each; by default equal ones' },
    crossfade: { type: 'boolean', description: 'From the first of two to the second in the course of time' },
    stretch: { type: 'number', value: 'FACTOR', description: 'So many times as long, at the same pitch' },
    seconds: { type: 'number', default: 4, description: 'Of the beginning of each sound' },
    ...FORCE_OPTION,
    ...DECODE_OPTIONS,
    ...MODEL_OPTIONS,
  },
  async run({ values, positionals: files, showProgress }) {
    const { output, weights: list, crossfade, stretch = 1, seconds } = values;
    if (output === undefined)
      throw usageError('--output is missing: a file for the sound, as in --output mixed.wav');
    if (!/\.(?:wav|npy)$/i.test(output)) throw usageError(`--output is ${output}; expected a .wav or a .npy`);
    if (crossfade && files.length !== 2) throw usageError(`--crossfade takes two files, not ${files.length}`);
    if (!(stretch > 0)) throw usageError(`--stretch is ${stretch}; expected a number above 0`);
    const weights = list === undefined ? files.map(() => 1 / files.length) : numbersOf(list, files.length);
    await claimFiles(path.dirname(output), [path.basename(output)], values.force);
    const model = await loadModel(values);
    const progress = showProgress('Mixing');
    try {
      const { embeddingSize, frameSamples } = model.description;
      const embeddings: Float32Array[] = [];
      for (const file of files) embeddings.push(await embeddingOf(model, file, { seconds }));
      const frames = Math.min(...embeddings.map(({ length }) => length)) / embeddingSize;
      const cut = embeddings.map((embedding) => embedding.subarray(0, frames * embeddingSize));
      const mixed = crossfade ? crossfadeEmbeddings(cut[0], cut[1], embeddingSize) : model.mix(cut, weights);
      const longer = stretched(model, mixed, stretch, frames);
      if (/\.npy$/i.test(output)) await writeEmbedding(output, longer, embeddingSize);
      else {
        const total = (longer.length / embeddingSize) * frameSamples;
        const onSamples = ({ length }: Float32Array, at: number) => progress.update(at + length, total);
        await writeSound(output, await model.decode(longer, { ...decodeOptions(values), onSamples }));
      }
      return { text: output, data: { output, frames: longer.length / embeddingSize } };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});

/** Counts frames as the notebook counts frames. */
const stretched = (model: NSynth, embedding: Float32Array, factor: number, frames: number): Float32Array =>
  factor === 1 ? embedding : model.stretch(embedding, Math.max(1, Math.floor(frames * factor)));

/** @throws USAGE */
function numbersOf(list: string, count: number): number[] {
  const numbers = list.split(',').map((text) => (text.trim() === '' ? NaN : Number(text)));
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  throw usageError(`--weights is ${JSON.stringify(list)}; expected ${count} numbers with commas between`);
}
