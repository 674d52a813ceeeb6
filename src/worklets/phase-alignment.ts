/**
 * Finds where a note must be read so that it is in phase with another that sounds: a cross-fade between two
 * tones of one pitch that are not would be heard as a dip. Runs inside `process()`: no allocation, and a
 * bounded cost of some 20 000 multiplications, whatever the pitch.
 *
 * Normalised cross-correlation over one period, first coarsely on averaged samples, then sample by sample
 * around the best lag, then by a parabola between samples.
 */
import { frequencyOf } from '../audio/frequency.js';
import type { NoteBank } from './note-bank.js';
import type { Playhead } from './playhead.js';

/** Averaged samples of the sounding note that are compared: about two periods. */
const COARSE_WINDOW = 64;
/** Averaged samples by which the other is shifted, to either side: a little more than half a period. */
const COARSE_LAGS = 18;
const COARSE_PERIOD = 32;
/** Samples compared at the full rate. */
const FINE_WINDOW = 512;
/** The lowest pitch has 1957 samples in a period, and so the widest steps of the coarse search. */
const FINE_LAGS = 62;

export class PhaseAligner {
  /** The correlation of the two notes at the lag that was found, 0 to 1: by it the cross-fade keeps the power constant. */
  correlation = 0.5;

  private slot = 0;
  private from = 0.5;
  private ratio = 0.5;

  private readonly coarseOld = new Float64Array(COARSE_WINDOW);
  private readonly coarseNew = new Float64Array(COARSE_WINDOW + 2 * COARSE_LAGS);
  private readonly fineOld = new Float64Array(FINE_WINDOW);
  private readonly fineNew = new Float64Array(FINE_WINDOW + 2 * FINE_LAGS + 2);
  private readonly scores = new Float64Array(2 * FINE_LAGS + 3);

  constructor(private readonly bank: NoteBank) {}

  /** Moves `next`, which is about where it should be, by at most one period: into phase with `sounding`. */
  align(sounding: Playhead, next: Playhead): void {
    const period = 16000 / frequencyOf(this.bank.pitch[next.slot]);
    const factor = Math.min(FINE_LAGS, Math.max(1, Math.round(period / COARSE_PERIOD)));
    const ratio = sounding.unbentStep / next.unbentStep;
    const earliest = factor * COARSE_LAGS + FINE_LAGS + 1;
    const origin = Math.max(earliest, Math.round(next.position));

    this.fillFrom(sounding, sounding.position, ratio);
    this.fill(this.coarseOld, factor, COARSE_WINDOW);
    this.fillFrom(next, origin - factor * COARSE_LAGS, 1);
    this.fill(this.coarseNew, factor, this.coarseNew.length);
    const coarse = this.bestLag(this.coarseOld, this.coarseNew, COARSE_WINDOW, 2 * COARSE_LAGS + 1);
    const centre = origin + factor * (coarse - COARSE_LAGS);

    const window = Math.min(FINE_WINDOW, Math.max(COARSE_WINDOW, Math.round(2 * period)));
    const lags = 2 * factor + 3;
    this.fillFrom(sounding, sounding.position, ratio);
    this.fill(this.fineOld, 1, window);
    this.fillFrom(next, centre - factor - 1, 1);
    this.fill(this.fineNew, 1, window + lags);
    const lag = this.bestLag(this.fineOld, this.fineNew, window, lags);
    const { scores } = this;
    this.correlation = Math.min(1, Math.max(0, scores[lag]));
    let position = centre - factor - 1 + lag;
    if (lag > 0 && lag < lags - 1) {
      const curvature = scores[lag - 1] - 2 * scores[lag] + scores[lag + 1];
      if (curvature < 0) position += (0.5 * (scores[lag - 1] - scores[lag + 1])) / curvature;
    }
    next.position = Math.max(0, position);
  }

  /** Sets the fields that {@link fill} reads: fields, because numbers passed to a function may be allocated. */
  private fillFrom(head: Playhead, from: number, ratio: number): void {
    this.slot = head.slot;
    this.from = from;
    this.ratio = ratio;
  }

  /** Means of `factor` samples each of what a playhead will read. */
  private fill(out: Float64Array, factor: number, count: number): void {
    const { bank, slot, ratio } = this;
    const { data } = bank;
    const base = bank.start(slot);
    const last = bank.available[slot] - 2;
    const loopEnd = bank.loopEnd[slot];
    const loopLength = loopEnd - bank.loopStart[slot];
    let position = this.from;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = 0; k < factor; k++) {
        while (position >= loopEnd) position -= loopLength;
        const whole = Math.min(Math.max(0, Math.floor(position)), last);
        const fraction = Math.min(1, Math.max(0, position - whole));
        const sample = data[base + whole];
        sum += sample + fraction * (data[base + whole + 1] - sample);
        position += ratio;
      }
      out[i] = sum;
    }
  }

  /** @returns the shift of `b` against `a`, of `lags`, with the largest normalised correlation (in `scores`) */
  private bestLag(a: Float64Array, b: Float64Array, window: number, lags: number): number {
    let energyA = 1e-12;
    for (let i = 0; i < window; i++) energyA += a[i] * a[i];
    let best = 0;
    for (let lag = 0; lag < lags; lag++) {
      let product = 0;
      let energyB = 1e-12;
      for (let i = 0; i < window; i++) {
        const y = b[i + lag];
        product += a[i] * y;
        energyB += y * y;
      }
      this.scores[lag] = product / Math.sqrt(energyA * energyB);
      if (this.scores[lag] > this.scores[best]) best = lag;
    }
    return best;
  }
}
