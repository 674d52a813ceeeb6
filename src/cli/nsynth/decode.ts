/** `timbrel nsynth decode`: embeddings to WAV files. */
import { defineCommand } from '../command.js';
import { FORCE_OPTION, claimFiles } from '../output-folder.js';
import {
  DECODE_OPTIONS,
  MODEL_OPTIONS,
  decodeOptions,
  loadModel,
  outputFolderOption,
  requiredFolder,
} from './model-options.js';
import { distinctOutputs, readEmbedding, writeSound } from './sounds.js';

export const decodeCommand = defineCommand({
  summary: 'Embeddings to sounds',
  usage: 'FILE.npy ... --output-dir FOLDER [OPTIONS]',
  description:
    "Embeddings as this command and Magenta's tools write them become WAV files of 16 kHz. Several are decoded together, in little more time than one.",
  examples: ['flute.npy bass.npy --output-dir sounds'],
  positionals: { min: 1, max: 10_000 },
  options: { 'output-dir': outputFolderOption, ...FORCE_OPTION, ...DECODE_OPTIONS, ...MODEL_OPTIONS },
  async run({ values, positionals: files, showProgress }) {
    const folder = requiredFolder(values['output-dir']);
    const names = distinctOutputs(files, '', '.wav');
    const outputs = await claimFiles(folder, names, values.force);
    const model = await loadModel(values);
    const progress = showProgress('Decoding');
    try {
      const { embeddingSize, frameSamples } = model.description;
      const embeddings = await Promise.all(files.map((file) => readEmbedding(file, embeddingSize)));
      const frames = embeddings.map(({ length }) => length / embeddingSize);
      const total = frameSamples * frames.reduce((a, b) => a + b, 0);
      let done = 0;
      const onSamples = ({ length }: Float32Array) => progress.update((done += length), total);
      const sounds = await model.decodeAll(embeddings, { ...decodeOptions(values), onSamples });
      for (const [i, sound] of sounds.entries()) await writeSound(outputs[i], sound);
      const data = outputs.map((file, i) => ({ file, samples: sounds[i].length }));
      return { text: outputs.join('\n'), data: { sampleRate: 16000, outputs: data } };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});
