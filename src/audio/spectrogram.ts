/**
 * GANSynth's image to audio (magenta/models/gansynth/lib/specgrams_helper.py), written plainly in float64: what the kernels are
 * compared with, and what backends without kernels use.
 */
import { inverseRealFFT } from './fft.js';
import { BINS, melToLinear, type SparseMatrix } from './mel.js';

export const FRAMES = 128;
const FFT_SIZE = 2048;
const HOP = 512;
/** The analysis had this many zeros in front. */
const FRONT = 3072;
export const SAMPLES = 64000;

/** De-normalisation (lib/data_normalizer.py): value = (y - offset) / scale. */
const MAGNITUDE = { scale: 0.0661371661726, offset: 0.113718730221 };
const FREQUENCY_SCALE = 0.8;
const FLOOR = 1e-6;

let matrix: SparseMatrix | undefined;

/**
 * @param image [128, 1024, 2] row-major: frame, mel bin, {normalised log mel power, normalised instantaneous frequency}
 * @returns 64000 samples at 16 kHz
 */
export function spectrogramToAudio(image: Float32Array): Float32Array {
  const { rows, columns, values } = (matrix ??= melToLinear());
  const sum = new Float64Array(FFT_SIZE + (FRAMES - 1) * HOP);
  const phase = new Float64Array(BINS);
  const re = new Float64Array(BINS + 1);
  const im = new Float64Array(BINS + 1);
  for (let frame = 0; frame < FRAMES; frame++) {
    const mel = image.subarray(frame * BINS * 2, (frame + 1) * BINS * 2);
    for (let k = 0; k < BINS; k++) {
      let power = FLOOR;
      for (let e = rows[k]; e < rows[k + 1]; e++) {
        power += values[e] * Math.exp((mel[2 * columns[e]] - MAGNITUDE.offset) / MAGNITUDE.scale);
        // Sum over time and mel matrix are both linear: their order does not matter.
        phase[k] += (values[e] * Math.PI * mel[2 * columns[e] + 1]) / FREQUENCY_SCALE;
      }
      re[k + 1] = Math.sqrt(power) * Math.cos(phase[k]);
      im[k + 1] = Math.sqrt(power) * Math.sin(phase[k]);
    }
    const samples = inverseRealFFT(re, im);
    for (let n = 0; n < FFT_SIZE; n++) {
      // Four squared Hann windows overlap to 1.5.
      const window = (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FFT_SIZE)) / 1.5;
      sum[frame * HOP + n] += window * samples[n];
    }
  }
  return Float32Array.from(sum.subarray(FRONT, FRONT + SAMPLES));
}
