/** `timbrel nsynth encode`: WAV files to embeddings. */
import { defineCommand } from '../command.js';
import { FORCE_OPTION, claimFiles } from '../output-folder.js';
import { MODEL_OPTIONS, loadModel, outputFolderOption, requiredFolder } from './model-options.js';
import { distinctOutputs, readSound, writeEmbedding } from './sounds.js';

export const secondsOption = {
  type: 'number',
  description: 'Of the beginning of each file; left out, all of it, up to a minute',
} as const;

export const encodeCommand = defineCommand({
  summary: 'Sounds to embeddings',
  usage: 'FILE.wav ... --output-dir FOLDER [OPTIONS]',
  description:
    'WAV files of any rate and number of channels become files of NumPy, float32, [frames, 16]: a frame is 512 samples at 16 kHz.',
  examples: [
    'flute.wav --output-dir embeddings',
    'flute.wav --seconds 4 --output-dir embeddings --checkpoint ./wavenet-ckpt',
  ],
  positionals: { min: 1, max: 10_000 },
  options: { 'output-dir': outputFolderOption, ...FORCE_OPTION, seconds: secondsOption, ...MODEL_OPTIONS },
  async run({ values, positionals: files, showProgress }) {
    const folder = requiredFolder(values['output-dir']);
    const names = distinctOutputs(files, '', '.npy');
    const outputs = await claimFiles(folder, names, values.force);
    const model = await loadModel(values);
    const progress = showProgress('Encoding');
    try {
      const { embeddingSize } = model.description;
      const written: { file: string; frames: number }[] = [];
      for (const [i, file] of files.entries()) {
        const onProgress = (done: number) => progress.update(i + done, files.length);
        const embedding = await model.encode(await readSound(file, values.seconds), { onProgress });
        await writeEmbedding(outputs[i], embedding, embeddingSize);
        written.push({ file: outputs[i], frames: embedding.length / embeddingSize });
      }
      const lines = written.map(
        ({ file, frames }) => `${file}  ${frames} ${frames === 1 ? 'frame' : 'frames'}`,
      );
      return { text: lines.join('\n'), data: { embeddingSize, outputs: written } };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});
