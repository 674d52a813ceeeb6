// Checkpoints in magenta.js format for timing: configuration, shapes and scales of the reference vectors, random values.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const EVENT_RNN = ['basic_rnn', 'drum_kit_rnn', 'performance_rnn_lstm'];

const ONSETS_FRAMES = ['onsets_frames_uni'];

const MUSIC_VAE = ['mel_2bar_small', 'mel_16bar_small', 'trio_4bar', 'groovae_2bar_humanize'];

/** Writes a folder for each below `folder`. */
export function writeVectorCheckpoints(folder, root) {
  for (const name of [...EVENT_RNN, ...MUSIC_VAE, ...ONSETS_FRAMES]) {
    const file = path.join(root, 'test/golden', `${name}.json`);
    const { config, weights } = JSON.parse(readFileSync(file, 'utf8'));
    const to = path.join(folder, name);
    mkdirSync(to, { recursive: true });
    let state = 1;
    const shards = weights.tensors.map(({ shape, scale, offset }) =>
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return offset + (state / 2 ** 31 - 1) * scale;
      }),
    );
    writeFileSync(
      path.join(to, 'group1-shard1of1'),
      Buffer.concat(shards.map(({ buffer }) => Buffer.from(buffer))),
    );
    const manifest = weights.tensors.map((tensor) => ({
      name: tensor.name,
      shape: tensor.shape,
      dtype: 'float32',
    }));
    writeFileSync(
      path.join(to, 'weights_manifest.json'),
      JSON.stringify([{ paths: ['group1-shard1of1'], weights: manifest }]),
    );
    if (config) writeFileSync(path.join(to, 'config.json'), JSON.stringify(config));
  }
}
