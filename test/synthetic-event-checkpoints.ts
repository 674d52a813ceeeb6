/** Folders of small event RNNs with random weights, as a server hands them out. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { syntheticCheckpoint } from '../src/models/event-rnn/synthetic.testing.js';

/** Input sizes and classes of magenta/models/*_model.py. */
export const NETWORKS = {
  melody: { inputSize: 38, classes: 38 },
  drums: { inputSize: 518, classes: 512 },
  improv: { inputSize: 87, classes: 38 },
  polyphony: { inputSize: 259, classes: 259 },
  performance: { inputSize: 388, classes: 388 },
  density: { inputSize: 396, classes: 388 },
} as const;

/** Writes a magenta.js folder for each network into `folder`, under its name. */
export async function writeEventCheckpoints(folder: string): Promise<void> {
  for (const [name, sizes] of Object.entries(NETWORKS)) {
    const tensors = [...syntheticCheckpoint({ ...sizes, sizes: [16, 16] })];
    const weights = tensors.map(([tensor, { shape }]) => ({ name: tensor, shape, dtype: 'float32' }));
    const bytes = tensors.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    await mkdir(path.join(folder, name));
    await writeFile(
      path.join(folder, name, 'weights_manifest.json'),
      JSON.stringify([{ paths: ['shard'], weights }]),
    );
    await writeFile(path.join(folder, name, 'shard'), Buffer.concat(bytes));
  }
}
