import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { FRAMES, SAMPLES, SPECTRUM_BINS, overlapAdd, shortTimeSpectra } from './stft.js';

const random = createRandom('stft');
const noise = Float32Array.from({ length: SAMPLES }, () => random() - 0.5);

test('a spectrum is that of 2048 samples under a periodic Hann window, 3072 zeros before the first frame', () => {
  const { re, im } = shortTimeSpectra(noise);
  for (const [frame, bin] of [
    [0, 5],
    [3, 1],
    [5, 128],
    [60, 1000],
    [127, 1024],
  ]) {
    let [real, imaginary] = [0, 0];
    for (let n = 0; n < 2048; n++) {
      const x = (noise[frame * 512 + n - 3072] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 2048));
      real += x * Math.cos((2 * Math.PI * bin * n) / 2048);
      imaginary -= x * Math.sin((2 * Math.PI * bin * n) / 2048);
    }
    const at = frame * SPECTRUM_BINS + bin;
    assert.ok(Math.hypot(re[at] - real, im[at] - imaginary) < 1e-9, `frame ${frame}, bin ${bin}`);
  }
});

test('64000 samples are 128 frames exactly: the last ends with the last sample', () => {
  assert.equal(3072 + SAMPLES, 2048 + (FRAMES - 1) * 512);
});

test('overlapping and adding gives the samples back, but for the last 1536, which fewer frames see', () => {
  const back = overlapAdd(shortTimeSpectra(noise));
  assert.equal(back.length, SAMPLES);
  for (let i = 0; i < SAMPLES - 1536; i++) assert.ok(Math.abs(back[i] - noise[i]) < 1e-7, `sample ${i}`);
});

test('fewer samples are followed by silence, more are left out', () => {
  const padded = Float32Array.from({ length: SAMPLES }, (_, i) => (i < 20000 ? noise[i] : 0));
  assert.deepEqual(shortTimeSpectra(noise.subarray(0, 20000)), shortTimeSpectra(padded));
  assert.deepEqual(shortTimeSpectra(Float32Array.of(...noise, 1, 1)), shortTimeSpectra(noise));
});
