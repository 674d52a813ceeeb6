import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { RealFFT } from './fft.js';

const random = createRandom('fft');

function transformed(x: Float64Array) {
  const [re, im] = [new Float64Array(x.length / 2 + 1), new Float64Array(x.length / 2 + 1)];
  new RealFFT(x.length).forward(x, re, im);
  return { re, im };
}

for (const n of [4, 8, 64, 256]) {
  describe(`the Fourier transform of ${n} samples`, () => {
    const x = Float64Array.from({ length: n }, () => random() - 0.5);
    const { re, im } = transformed(x);

    test('is its definition', () => {
      for (let k = 0; k <= n / 2; k++) {
        const angle = (i: number) => (2 * Math.PI * i * k) / n;
        const real = x.reduce((sum, v, i) => sum + v * Math.cos(angle(i)), 0);
        const imaginary = x.reduce((sum, v, i) => sum - v * Math.sin(angle(i)), 0);
        assert.ok(Math.hypot(re[k] - real, im[k] - imaginary) < 1e-12, `bin ${k}`);
      }
    });

    test('has an inverse, which overlooks imaginary parts that no real signal has', () => {
      const back = new Float64Array(n);
      im[0] = im[n / 2] = 7;
      new RealFFT(n).inverse(re, im, back);
      back.forEach((value, i) => assert.ok(Math.abs(value - x[i]) < 1e-13, `sample ${i}`));
    });
  });
}
