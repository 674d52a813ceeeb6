/**
 * Columns like those of GANSynth's image to sound, as many as come: its inversion (magenta/models/gansynth/lib/specgrams_helper.py) column by column,
 * with the phase running on from part to part. In float64.
 */
import { RealFFT } from '../../audio/fft.js';
import { melToLinear } from '../gansynth/mel.js';
import { PartialTurns } from './comb.js';
import { BINS, HOP, WINDOW } from './spectral.js';

/** magenta/models/gansynth/lib/data_normalizer.py */
const MAGNITUDE_SCALE = 0.0661371661726;
const MAGNITUDE_OFFSET = 0.113718730221;
const FREQUENCY_SCALE = 0.8;
const LEAST_POWER = 1e-6;

export class ColumnInversion {
  private readonly matrix = melToLinear();
  private readonly fft = new RealFFT(WINDOW);
  private readonly turns = new PartialTurns();
  /** Half turns, by linear bin. */
  private readonly phase = new Float64Array(BINS);
  private readonly overlap = new Float64Array(WINDOW);
  private readonly re = new Float64Array(BINS + 1);
  private readonly im = new Float64Array(BINS + 1);
  private readonly power = new Float64Array(BINS);
  private readonly samples = new Float64Array(WINDOW);
  private readonly window = Float64Array.from(
    { length: WINDOW },
    // Four squared Hann windows add up to 1.5.
    (_, i) => (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW)) / 1.5,
  );

  /**
   * Sounds begin 1536 samples before the end of the first column's frame: those are left out by whoever wants the sound of the frames.
   * @param columns [count, 1024, 2]
   * @param pitches [count] of the partials beside which the frequencies are told; left out, they are told by themselves
   * @returns [count * 512] the samples that no later column adds to
   */
  write(columns: Float32Array, pitches?: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const count = columns.length / (2 * BINS);
    const result = new Float32Array(count * HOP);
    for (let column = 0; column < count; column++) {
      const turns = pitches && this.turns.at(pitches[column]);
      this.add(columns.subarray(2 * BINS * column, 2 * BINS * (column + 1)), turns);
      result.set(this.overlap.subarray(0, HOP), column * HOP);
      this.overlap.copyWithin(0, HOP);
      this.overlap.fill(0, WINDOW - HOP);
    }
    return result;
  }

  /** @returns [1536] what the last columns still sound */
  close(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.overlap.subarray(0, WINDOW - HOP));
  }

  private add(column: Float32Array, turns?: Float64Array): void {
    const { rows, columns, values } = this.matrix;
    const { re, im, power, samples } = this;
    for (let band = 0; band < BINS; band++)
      power[band] = Math.exp((column[2 * band] - MAGNITUDE_OFFSET) / MAGNITUDE_SCALE);
    for (let bin = 0; bin < BINS; bin++) {
      let sum = LEAST_POWER;
      let step = 0;
      for (let e = rows[bin]; e < rows[bin + 1]; e++) {
        sum += values[e] * power[columns[e]];
        step += values[e] * column[2 * columns[e] + 1];
      }
      // Kept small, so that nothing is lost however long it runs.
      const phase = (this.phase[bin] + step / FREQUENCY_SCALE + (turns?.[bin] ?? 0)) % 2;
      this.phase[bin] = phase;
      const magnitude = Math.sqrt(sum);
      re[bin + 1] = magnitude * Math.cos(Math.PI * phase);
      im[bin + 1] = magnitude * Math.sin(Math.PI * phase);
    }
    this.fft.inverse(re, im, samples);
    for (let i = 0; i < WINDOW; i++) this.overlap[i] += this.window[i] * samples[i];
  }
}
