/** The kernels convolve as the obvious loop does, for every choice of what follows, and images of any size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, compileKernels } from '../gansynth/built-kernels.testing.js';
import { createReferenceConvolution } from './reference.js';
import { createWasmConvolution } from './wasm.js';

const random = createRandom('conv2d');
const uniform = (length: number, scale = 1) =>
  Float32Array.from({ length }, () => scale * (2 * random() - 1));

for (const following of ['none', 'relu', 'normalised'] as const) {
  for (const build of BUILDS) {
    test(`a 3 x 3 convolution, then ${following}, ${build}`, async () => {
      // Channels that are no multiples of 8, images that are no whole tiles, one of them of several strips.
      for (const [inputs, outputs, height, width] of [
        [1, 12, 5, 229],
        [20, 33, 7, 6],
        [16, 8, 3, 1],
        [8, 16, 40, 44],
      ]) {
        const weights = {
          kernel: uniform(9 * inputs * outputs, 1 / Math.sqrt(3 * inputs)),
          shape: [3, 3, inputs, outputs] as const,
          bias: uniform(outputs, 0.2),
        };
        const convolve = await createWasmConvolution(await compileKernels(build), weights, following);
        const expected = createReferenceConvolution(weights, following);
        // A smaller image after a larger one meets nothing of it.
        for (const [h, w] of [
          [height, width],
          [Math.ceil(height / 2), Math.ceil(width / 2)],
        ]) {
          const x = uniform(h * w * inputs);
          const [actual, right] = [convolve(x, h, w), expected(x, h, w)];
          assert.equal(actual.length, h * w * outputs);
          const largest = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0);
          assert.ok(largest < 1e-4, `${h} x ${w}, ${inputs} to ${outputs}: ${largest}`);
          assert.ok(Math.max(...right) > 0.3, 'the reference varies');
        }
      }
    });
  }
}
