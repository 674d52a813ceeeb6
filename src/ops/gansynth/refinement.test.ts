import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, compileKernels } from './built-kernels.testing.js';
import { randomWeights } from './naive.testing.js';
import { lockedPhases, refinedAudio } from './refinement.js';
import { audioToSpectrogram, spectrogramToAudio } from './spectrogram.js';
import { FRAMES, SAMPLES, SPECTRUM_BINS, emptySpectra, overlapAdd, shortTimeSpectra } from './stft.js';
import { createWasmGenerator } from './wasm.js';

const silence = () => Float64Array.from({ length: 1024 }, (_, k) => 1e-6 * (1 + (k % 2)));

describe('phases of a frame', () => {
  const phases = Float64Array.from({ length: 1024 }, (_, k) => k / 100);
  /** Magnitudes that fall from a peak to either side. */
  const peaks = (...at: number[]) =>
    Float64Array.from({ length: 1024 }, (_, k) =>
      Math.max(...at.map((peak) => 1 / (1 + Math.abs(k - peak)))),
    );

  test('follow a peak within three bins, half a turn further for each; beyond they are their own', () => {
    const locked = lockedPhases(peaks(100), phases);
    for (let distance = 0; distance <= 3; distance++) {
      for (const k of [100 - distance, 100 + distance]) assert.equal(locked[k], 1 + Math.PI * distance);
    }
    assert.deepEqual([locked[96], locked[104]], [phases[96], phases[104]]);
  });

  test('follow the nearer of two peaks, and the lower one half-way', () => {
    const locked = lockedPhases(peaks(100, 104), phases);
    assert.equal(locked[101], 1 + Math.PI);
    assert.equal(locked[102], 1 + 2 * Math.PI);
    assert.equal(locked[103], 1.04 + Math.PI);
  });

  test('do so at the ends of the spectrum too', () => {
    const locked = lockedPhases(peaks(0, 1023), phases);
    assert.deepEqual([locked[0], locked[2]], [phases[0], 2 * Math.PI]);
    assert.deepEqual([locked[1023], locked[1021]], [phases[1023], phases[1023] + 2 * Math.PI]);
  });

  test('a sine that is steady has them locked already', () => {
    const tone = Float32Array.from({ length: SAMPLES }, (_, i) => Math.sin((2 * Math.PI * 1003 * i) / 16000));
    const { re, im } = shortTimeSpectra(tone);
    const frame = (values: Float64Array) => values.subarray(60 * SPECTRUM_BINS + 1, 61 * SPECTRUM_BINS);
    const angles = frame(re).map((value, k) => Math.atan2(frame(im)[k], value));
    const magnitudes = frame(re).map((value, k) => Math.hypot(value, frame(im)[k]));
    const locked = lockedPhases(magnitudes, angles);
    // 1003 Hz is bin 128.4 of the spectrum, 127.4 of the image.
    for (const k of [126, 127, 128, 129]) {
      assert.ok(Math.cos(locked[k] - angles[k]) > 0.999, `bin ${k}: ${locked[k] - angles[k]}`);
    }
  });
});

describe('rounds of refinement', () => {
  const random = createRandom('rounds');
  /** A note's magnitudes with phases that say nothing. */
  const struck = Float32Array.from({ length: SAMPLES }, (_, i) =>
    i < 4096 ? 0 : Math.exp(-i / 8000) * Math.sin((2 * Math.PI * 440 * i) / 16000),
  );
  const magnitudes = (audio: Float32Array) => {
    const { re, im } = shortTimeSpectra(audio);
    return re.map((value, i) => Math.hypot(value, im[i]));
  };
  const wanted = magnitudes(struck);
  const lost = () => {
    const spectra = emptySpectra();
    for (let i = 0; i < FRAMES * SPECTRUM_BINS; i++) {
      const angle = 2 * Math.PI * random();
      spectra.re[i] = wanted[i] * Math.cos(angle);
      spectra.im[i] = wanted[i] * Math.sin(angle);
    }
    return spectra;
  };
  const distance = (audio: Float32Array) => {
    const found = magnitudes(audio);
    return Math.sqrt(
      wanted.reduce((sum, value, i) => sum + (value - found[i]) ** 2, 0) /
        wanted.reduce((sum, value) => sum + value * value, 0),
    );
  };

  test('each brings the magnitudes of the sound nearer to those that were wanted', () => {
    const spectra = lost();
    const distances = [0, 1, 2, 4, 8].map((rounds) => distance(refinedAudio(spectra, rounds)));
    distances.slice(1).forEach((value, i) => assert.ok(value < distances[i], distances.join(', ')));
    assert.ok(distances[4] < distances[0] / 2, distances.join(', '));
  });

  test('leave a sound that is consistent as it is, but for its end, which fewer frames see', () => {
    const audio = refinedAudio(shortTimeSpectra(struck), 3);
    audio.forEach((value, i) => {
      if (i < SAMPLES - 8192)
        assert.ok(Math.abs(value - struck[i]) < 1e-6, `sample ${i}: ${value}, not ${struck[i]}`);
    });
  });

  test('none is the plain inversion', () => {
    const spectra = lost();
    assert.deepEqual(refinedAudio(spectra, 0), overlapAdd(spectra));
  });

  test('silence stays silent', () => {
    assert.ok(refinedAudio(emptySpectra(), 2).every((value) => value === 0));
    assert.ok(lockedPhases(silence(), new Float64Array(1024)).every(Number.isFinite));
  });
});

/** A chord that is struck, and what noise a network would leave in its image. */
const random = createRandom('struck');
const image = audioToSpectrogram(
  Float32Array.from({ length: SAMPLES }, (_, i) =>
    [220, 331, 1760].reduce(
      (sum, hz, n) => sum + 0.1 * Math.exp(-i / (20000 / (n + 1))) * Math.sin((2 * Math.PI * hz * i) / 16000),
      0.01 * (random() - 0.5),
    ),
  ),
).map((value) => Math.min(1, Math.max(-1, value + 0.04 * (random() - 0.5))));

for (const build of BUILDS) {
  describe(`the kernels, ${build === 'relaxed' ? 'relaxed' : 'plain'} SIMD`, async () => {
    const module = await compileKernels(build);
    for (const refinement of [1, 4]) {
      test(`refine in ${refinement} rounds as the plain ones do`, async () => {
        const weights = { ...randomWeights(new Array<number>(7).fill(8)), refinement };
        const audio = await (await createWasmGenerator(module, weights)).spectrogramToAudio(image);
        const expected = spectrogramToAudio(image, refinement);
        const plain = spectrogramToAudio(image);
        const power = expected.reduce((sum, value) => sum + value * value, 0);
        const off = (other: Float32Array) =>
          Math.sqrt(expected.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0) / power);
        // What is soft has phases that rounding decides.
        assert.ok(off(audio) < 2e-3, `${off(audio)} RMS`);
        assert.ok(off(plain) > 0.1, `${off(plain)} RMS without`);
      });
    }
  });
}
