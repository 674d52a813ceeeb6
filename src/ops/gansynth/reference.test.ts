import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { gaussianVector } from '../../random/random.js';
import { createCPUGenerator } from './cpu.js';
import { naiveSpectrogram, randomWeights } from './naive.testing.js';

const input = new Float32Array(317);
input.set(gaussianVector('input', 256));
input[256 + 36] = 1;
const weights = randomWeights([12, 20, 8, 8, 8, 4, 4]);

test('the plain reference computes what the definition says', async () => {
  const expected = naiveSpectrogram(weights, input);
  const image = await (await createCPUGenerator(weights)).spectrogram(input);
  let largest = 0;
  image.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - expected[i]))));
  assert.ok(largest <= 1e-3, `largest error ${largest}`);
});

test('it keeps no tensors: not after a note, not after one that was given up, none after disposal', async () => {
  const before = tf.memory().numTensors;
  const generator = await createCPUGenerator(weights);
  const weightsOnly = tf.memory().numTensors;
  await generator.spectrogram(input);
  assert.equal(tf.memory().numTensors, weightsOnly);
  const stop = new Error('stop');
  await assert.rejects(
    generator.spectrogram(input, () => {
      throw stop;
    }),
    stop,
  );
  assert.equal(tf.memory().numTensors, weightsOnly);
  generator.dispose();
  assert.equal(tf.memory().numTensors, before);
  await assert.rejects(generator.spectrogram(input), { code: 'DISPOSED' });
});
