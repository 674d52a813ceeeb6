import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, compileKernels } from './built-kernels.testing.js';
import { linearToMel, melToLinear, naiveAudio } from './naive-inversion.testing.js';
import { randomWeights } from './naive.testing.js';
import { createWasmGenerator } from './wasm.js';

const nonZero = (matrix: readonly Float64Array[]) =>
  matrix.reduce((count, row) => count + row.filter((weight) => weight !== 0).length, 0);
const total = (matrix: readonly Float64Array[]) =>
  matrix.reduce((sum, row) => sum + row.reduce((a, b) => a + b), 0);
const close = (value: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, not ${expected}`);

/** The values that Magenta's Python (specgrams_helper.py) gives. */
describe('the obvious mel matrices', () => {
  const forward = linearToMel();
  const inverse = melToLinear(forward);

  test('have the 2042 entries of those that the checkpoints were trained with', () => {
    assert.equal(nonZero(forward), 2042);
    assert.equal(nonZero(inverse), 2042);
    close(total(forward), 1021.0981806, 1e-6);
    close(total(inverse), 1021.0113854, 1e-6);
  });

  test('have their values', () => {
    close(forward[500][666], 0.91822702, 1e-8);
    close(forward[500][667], 0.08177298, 1e-8);
    close(inverse[1][1], 1.0087615084725814, 1e-10);
    close(inverse[3][2], 0.5326346877272624, 1e-10);
    [0.04874341, 0.20027434, 0.35045072, 0.2752172, 0.12460818].forEach((weight, i) =>
      close(inverse[1000][957 + i], weight, 1e-7),
    );
  });
});

/** Any frequencies, log magnitudes up to half of their range. */
const random = createRandom('image');
const noise = Float32Array.from({ length: 128 * 1024 * 2 }, (_, i) =>
  i % 2 ? 2 * random() - 1 : 1.5 * random() - 1,
);

/** One mel band sounds, at a steady frequency: a sine. */
const sine = Float32Array.from({ length: 128 * 1024 * 2 }, (_, i) =>
  i % 2 ? 0.31 : (i >> 1) % 1024 === 300 ? 0.3 : -1,
);

// The first and the last samples, where fewer frames overlap, and some of every part.
const positions = [
  0,
  1,
  511,
  512,
  62463,
  62464,
  63998,
  63999,
  ...Array.from({ length: 400 }, (_, i) => 160 * i + (i % 7)),
];

for (const build of BUILDS) {
  describe(`the inversion to audio, ${build === 'relaxed' ? 'relaxed' : 'plain'} SIMD`, async () => {
    const generator = await createWasmGenerator(
      await compileKernels(build),
      randomWeights(new Array<number>(7).fill(8)),
    );

    for (const [name, image] of Object.entries({ noise, sine })) {
      test(`computes ${name} as the obvious one does`, async () => {
        const audio = await generator.spectrogramToAudio(image);
        assert.equal(audio.length, 64000);
        const expected = naiveAudio(image, positions);
        const power = expected.reduce((sum, value) => sum + value * value, 0);
        const error = positions.reduce((sum, at, i) => sum + (audio[at] - expected[i]) ** 2, 0);
        assert.ok(power > 0);
        assert.ok(Math.sqrt(error / power) <= 1e-4, `${Math.sqrt(error / power)} RMS`);
      });
    }
  });
}
