import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { spectrogramToAudio } from './spectrogram.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { createCPUGenerator } from './cpu.js';
import { naiveSpectrogram, randomWeights } from './naive.testing.js';
import { createReferenceGenerator } from './reference.js';
import { checkAgainst, probeInput } from './self-check.js';

const probe = probeInput(317, 256);
/** Images of 8 x 64. */
const small = randomWeights([5, 3, 4]);

describe('the plain reference computes what the definition says', () => {
  for (const filters of [
    [12, 20, 8, 8, 8, 4, 4],
    [5, 3, 7, 1, 2, 3, 1],
  ]) {
    test(`widths ${filters}`, async () => {
      const weights = randomWeights(filters);
      const generator = await createCPUGenerator(weights);
      const image = await generator.spectrogram(probe);
      assert.equal(image.length, 128 * 1024 * 2);
      checkAgainst(Float32Array.from(naiveSpectrogram(weights, probe)), image);
      assert.deepEqual(await generator.audio(probe), spectrogramToAudio(image));
      generator.dispose();
    });
  }
});

describe('it keeps no tensors:', () => {
  test('not after a note, not after one that was given up, none after disposal', async () => {
    const before = tf.memory().numTensors;
    const generator = await createCPUGenerator(small);
    const weightsOnly = tf.memory().numTensors;
    assert.equal(generator.bytes, tf.memory().numBytes);
    await generator.spectrogram(probe);
    assert.equal(tf.memory().numTensors, weightsOnly);
    const stop = new TimbrelError('ABORTED', 'Rendering was aborted');
    const aborted = generator.spectrogram(probe, () => {
      throw stop;
    });
    await assert.rejects(aborted, stop);
    assert.equal(tf.memory().numTensors, weightsOnly);
    generator.dispose();
    generator.dispose();
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(generator.spectrogram(probe), { code: 'DISPOSED' });
  });

  test('not after a device was lost in the middle of a note', async () => {
    await tf.setBackend('cpu');
    let steps = 0;
    const generator = createReferenceGenerator(small, {
      check: () => {
        if (++steps === 3) throw new TimbrelError('GPU_LOST', 'The GPU went away');
      },
    });
    const weightsOnly = tf.memory().numTensors;
    await assert.rejects(generator.spectrogram(probe), { code: 'GPU_LOST' });
    assert.equal(tf.memory().numTensors, weightsOnly);
    generator.dispose();
  });
});

test('it computes the same again, and lets messages in between its blocks', async () => {
  const generator = await createCPUGenerator(small);
  let times = 0;
  const first = await generator.spectrogram(probe, () => void times++);
  assert.equal(times, 2);
  assert.deepEqual(await generator.spectrogram(probe), first);
  generator.dispose();
});
