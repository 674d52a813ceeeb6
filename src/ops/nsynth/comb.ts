/**
 * The decoder is told where the partials of a pitch lie, so that it need not know what every pitch looks like. The numbers are those of
 * training/nsynth/comb.py.
 */
import { frequencyOf } from '../../audio/frequency.js';
import { melEdges } from '../gansynth/mel.js';
import { BINS, HOP, SAMPLE_RATE, WINDOW } from './spectral.js';

const SPACING = SAMPLE_RATE / WINDOW;
/** Distance from a partial at which the main lobe of the analysis window has fallen to 1 / e, Hz. */
const LOBE_HZ = 14;
/** The middle of the scale of pitches, from which the first number of an embedding counts octaves. */
const MIDDLE_PITCH = 52;

/** Numbers that a bin is told. */
export const COMB_CHANNELS = 4;

export const pitchOfOctaves = (octaves: number) => MIDDLE_PITCH + 12 * octaves;
export const octavesOfPitch = (pitch: number) => (pitch - MIDDLE_PITCH) / 12;

/** Bins have a place, and a partial has a width there, both in Hz. */
interface Bins {
  readonly centres: Float64Array;
  readonly widths: Float64Array;
}

/** @param count of bins; where there are fewer than 1024, each stands for neighbours */
function createBins(count: number): Bins {
  const { hz } = melEdges();
  const each = BINS / count;
  // GANSynth's matrix calls the first bin above DC 0 Hz, and stretches the rest.
  const bands = Float64Array.from(
    { length: BINS },
    (_, b) => ((hz[b + 1] / 8000) * (BINS - 1) + 1) * SPACING,
  );
  const centres = Float64Array.from(
    { length: count },
    (_, i) => bands.subarray(i * each, (i + 1) * each).reduce((sum, value) => sum + value, 0) / each,
  );
  const widths = centres.map((_, i) => {
    const [before, after] = [Math.max(0, i - 1), Math.min(count - 1, i + 1)];
    return Math.max(LOBE_HZ, (0.7 * (centres[after] - centres[before])) / (after - before));
  });
  return { centres, widths };
}

/** Tells bins of partials. A pitch that is held is reckoned once. */
export class Comb {
  private readonly bins: Bins;
  private readonly values: Float32Array;
  private pitch = NaN;

  constructor(count: number) {
    this.bins = createBins(count);
    this.values = new Float32Array(count * COMB_CHANNELS);
  }

  /** @returns [bins, 4]: nearness to a partial, cosine and sine of the distance in partials, and height over the fundamental */
  at(pitch: number): Float32Array {
    const { bins, values } = this;
    if (pitch === this.pitch) return values;
    this.pitch = pitch;
    const fundamental = frequencyOf(pitch);
    bins.centres.forEach((hz, i) => {
      const ratio = hz / fundamental;
      const nearest = Math.max(1, Math.round(ratio));
      const to = i * COMB_CHANNELS;
      values[to] = Math.exp(-(((hz - nearest * fundamental) / bins.widths[i]) ** 2));
      values[to + 1] = Math.cos(2 * Math.PI * ratio);
      values[to + 2] = Math.sin(2 * Math.PI * ratio);
      values[to + 3] = Math.min(8, Math.max(-2, Math.log2(ratio))) / 4;
    });
    return values;
  }
}

/** Tells how far linear bins turn in a hop by their nearest partials. A pitch that is held is reckoned once. */
export class PartialTurns {
  private readonly values = new Float64Array(BINS);
  private pitch = NaN;

  /** @returns [1024] half turns, beyond a whole turn too */
  at(pitch: number): Float64Array {
    if (pitch === this.pitch) return this.values;
    this.pitch = pitch;
    const fundamental = frequencyOf(pitch);
    for (let bin = 0; bin < BINS; bin++) {
      const nearest = Math.max(1, Math.round(((bin + 1) * SPACING) / fundamental));
      this.values[bin] = (nearest * fundamental * 2 * HOP) / SAMPLE_RATE;
    }
    return this.values;
  }
}
