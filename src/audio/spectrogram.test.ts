import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { fft, inverseRealFFT } from './fft.js';
import { linearToMel, melEdges, melToLinear, type SparseMatrix } from './mel.js';
import { SAMPLES, spectrogramToAudio } from './spectrogram.js';

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a}, not ${b}`);
const total = ({ values }: SparseMatrix) => values.reduce((sum, value) => sum + value, 0);
function entry({ rows, columns, values }: SparseMatrix, row: number, column: number): number {
  for (let e = rows[row]; e < rows[row + 1]; e++) if (columns[e] === column) return values[e];
  return 0;
}

describe('the mel matrix is that of the published weights (checks of the specification)', () => {
  const forward = linearToMel();
  const inverse = melToLinear(forward);

  test('852 bands are widened, 2042 entries are not zero', () => {
    assert.equal(melEdges().widened, 852);
    assert.equal(forward.values.length, 2042);
    assert.equal(inverse.values.length, 2042);
  });

  test('sums', () => {
    near(total(forward), 1021.0981806, 1e-6);
    near(total(inverse), 1021.0113854, 1e-6);
  });

  test('entries, linear to mel', () => {
    near(entry(forward, 500, 666), 0.91822702, 1e-8);
    near(entry(forward, 500, 667), 0.08177298, 1e-8);
    near(entry(forward, 1, 1), 0.97197292, 1e-8);
    near(entry(forward, 1, 2), 0.02802708, 1e-8);
  });

  test('entries, mel to linear', () => {
    near(entry(inverse, 1, 1), 1.0087615084725814, 1e-12);
    near(entry(inverse, 1, 2), 0.029087889211125567, 1e-12);
    near(entry(inverse, 2, 2), 0.958243896036208, 1e-12);
    near(entry(inverse, 2, 3), 0.5326346877272624, 1e-12);
    near(entry(inverse, 959, 1000), 0.35045072, 1e-8);
    near(entry(inverse, 961, 1000), 0.12460818, 1e-8);
  });

  test('linear bins 0 and 1023 receive nothing', () => {
    for (const k of [0, 1023]) assert.equal(inverse.rows[k + 1], inverse.rows[k]);
  });
});

describe('the Fourier transform', () => {
  const random = createRandom('fft');
  const n = 64;
  const x = Float64Array.from({ length: n }, () => random() - 0.5);

  test('is its definition', () => {
    const [re, im] = [x.slice(), new Float64Array(n)];
    fft(re, im);
    for (let k = 0; k < n; k++) {
      near(
        re[k],
        x.reduce((sum, v, i) => sum + v * Math.cos((2 * Math.PI * i * k) / n), 0),
        1e-12,
      );
      near(
        im[k],
        x.reduce((sum, v, i) => sum - v * Math.sin((2 * Math.PI * i * k) / n), 0),
        1e-12,
      );
    }
  });

  test('and its inverse gives the signal back', () => {
    const [re, im] = [x.slice(), new Float64Array(n)];
    fft(re, im);
    inverseRealFFT(re.subarray(0, n / 2 + 1), im.subarray(0, n / 2 + 1)).forEach((v, i) =>
      near(v, x[i], 1e-12),
    );
  });
});

test('one loud steady bin becomes a tone of its frequency', () => {
  // 1000 Hz is bin 128: IF 128 * 512 / 1024 half turns a hop = 64, which is 0 modulo 2.
  const image = new Float32Array(128 * 1024 * 2).fill(-1);
  const { rows, columns } = melToLinear();
  for (let frame = 0; frame < 128; frame++) {
    for (let m = 0; m < 1024; m++) image[(frame * 1024 + m) * 2 + 1] = 0;
    for (let e = rows[127]; e < rows[128]; e++) image[(frame * 1024 + columns[e]) * 2] = 0.3;
  }
  const audio = spectrogramToAudio(image);
  assert.equal(audio.length, SAMPLES);
  const [re, im] = [Float64Array.from(audio.subarray(20000, 20000 + 16384)), new Float64Array(16384)];
  fft(re, im);
  const power = re.map((v, k) => v * v + im[k] * im[k]).subarray(0, 8192);
  near((power.indexOf(Math.max(...power)) * 16000) / 16384, 1000, 8);
});
