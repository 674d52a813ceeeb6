// A full-size GANSynth checkpoint in magenta.js format with random weights, for timing: nobody needs the real one.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILTERS = [256, 256, 256, 256, 128, 64, 32];

export function writeSyntheticCheckpoint(folder) {
  mkdirSync(folder, { recursive: true });
  const weights = [];
  const add = (name, shape) =>
    weights.push({ name: `${name}/ExponentialMovingAverage`, shape, dtype: 'float32' });
  FILTERS.forEach((outputs, i) => {
    const block = `Generator/progressive_gan_generator/progressive_gan_block_${i + 1}`;
    const inputs = i === 0 ? 317 : FILTERS[i - 1];
    add(`${block}/conv0/bias`, [outputs]);
    add(`${block}/conv0/conv2d/kernel`, i === 0 ? [2, 16, inputs, outputs] : [3, 3, inputs, outputs]);
    add(`${block}/conv1/bias`, [outputs]);
    add(`${block}/conv1/conv2d/kernel`, [3, 3, outputs, outputs]);
  });
  const last = `Generator/progressive_gan_generator/progressive_gan_block_${FILTERS.length}`;
  add(`${last}/to_rgb/bias`, [2]);
  add(`${last}/to_rgb/conv2d/kernel`, [1, 1, FILTERS.at(-1), 2]);
  // magenta.js looks these up without the suffix where it has none; ours takes both.
  const size = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const values = new Float32Array(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 31 - 1) * 1.7;
  }
  writeFileSync(path.join(folder, 'group1-shard1of1'), new Uint8Array(values.buffer));
  writeFileSync(
    path.join(folder, 'weights_manifest.json'),
    JSON.stringify([{ paths: ['group1-shard1of1'], weights }]),
  );
}
