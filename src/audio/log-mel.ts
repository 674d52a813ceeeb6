/**
 * Log-mel spectra as transcribers read them (librosa 0.7's conventions, in magenta/models/onsets_frames_transcription/data.py and
 * magenta.js music/src/transcription/audio_utils.ts): power through triangles that are equally wide on the mel scale and have equal
 * areas, in dB.
 */
import { RealFFT } from './fft.js';

export interface LogMelOptions {
  /** Hz. */
  readonly sampleRate: number;
  /** Samples of a window: a power of two. */
  readonly windowLength: number;
  readonly bins: number;
  /** Hz, the lower edge of the lowest band; the upper edge of the highest is half the sample rate. */
  readonly lowest: number;
  /** Hann windows of librosa are periodic; those of magenta.js are symmetric, which moves quiet bins by up to 0.3 dB. */
  readonly window: 'periodic' | 'symmetric';
}

/** Power below it is taken for it: -100 dB. */
const LEAST_POWER = 1e-10;
/** dB below the peak that are kept. */
export const DYNAMIC_RANGE = 80;

/** A band of {@link melBands}: `weights[i]` is that of the bin `first + i` of the power spectrum. */
export interface MelBand {
  readonly first: number;
  readonly weights: Float64Array;
}

/** HTK's scale: mel(f) = 2595 log10(1 + f / 700). */
const melOf = (hz: number) => 2595 * Math.log10(1 + hz / 700);
const hzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1);

/** Triangles that are linear in Hz, each scaled by 2 / its width. */
export function melBands({ sampleRate, windowLength, bins, lowest }: LogMelOptions): MelBand[] {
  const [bottom, top] = [melOf(lowest), melOf(sampleRate / 2)];
  const edge = (i: number) => hzOf(bottom + ((top - bottom) * i) / (bins + 1));
  const spacing = sampleRate / windowLength;
  return Array.from({ length: bins }, (_, band) => {
    const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
    const first = Math.ceil(low / spacing);
    const end = Math.min(windowLength / 2, Math.floor(high / spacing)) + 1;
    const weight = (hz: number) =>
      (2 / (high - low)) * Math.max(0, Math.min((hz - low) / (centre - low), (high - hz) / (high - centre)));
    return {
      first,
      weights: Float64Array.from({ length: Math.max(0, end - first) }, (__, i) =>
        weight((first + i) * spacing),
      ),
    };
  });
}

/** Computes frames of one shape; its tables are made once. */
export class LogMel {
  private readonly bands: readonly MelBand[];
  private readonly window: Float64Array;
  private readonly fft: RealFFT;
  private readonly samples: Float64Array;
  private readonly re: Float64Array;
  private readonly im: Float64Array;

  constructor(readonly options: LogMelOptions) {
    const { windowLength, window } = options;
    const period = window === 'periodic' ? windowLength : windowLength - 1;
    this.bands = melBands(options);
    this.window = Float64Array.from(
      { length: windowLength },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / period),
    );
    this.fft = new RealFFT(windowLength);
    this.samples = new Float64Array(windowLength);
    this.re = new Float64Array(windowLength / 2 + 1);
    this.im = new Float64Array(windowLength / 2 + 1);
  }

  /**
   * @param samples those from `from` on are the window
   * @param frame [bins] receives dB, of full power 1, without a floor below the peak
   * @returns the peak, dB
   */
  compute(samples: ArrayLike<number>, from: number, frame: Float32Array): number {
    const { window, re, im } = this;
    for (let i = 0; i < window.length; i++) this.samples[i] = window[i] * samples[from + i];
    this.fft.forward(this.samples, re, im);
    let peak = -Infinity;
    this.bands.forEach(({ first, weights }, band) => {
      let power = 0;
      for (let i = 0; i < weights.length; i++) {
        const bin = first + i;
        power += weights[i] * (re[bin] * re[bin] + im[bin] * im[bin]);
      }
      frame[band] = 10 * Math.log10(Math.max(LEAST_POWER, power));
      peak = Math.max(peak, frame[band]);
    });
    return peak;
  }
}

/** Raises what is more than 80 dB below the peak, in place. */
export function applyFloor(decibels: Float32Array, peak: number): void {
  const floor = peak - DYNAMIC_RANGE;
  for (let i = 0; i < decibels.length; i++) if (decibels[i] < floor) decibels[i] = floor;
}
