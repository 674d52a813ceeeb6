/** GANSynth's short-time Fourier transform of 4 s at 16 kHz (magenta/models/gansynth/lib/specgrams_helper.py), in float64. */
import { RealFFT } from '../../audio/fft.js';

export const FRAMES = 128;
export const SAMPLES = 64000;
/** Bins of a spectrum: 0 Hz to 8 kHz. */
export const SPECTRUM_BINS = 1025;
const FFT_SIZE = 2048;
const HOP = 512;
/** Zeros before the first sample, so that the first frames see it; there are none after the last. */
const FRONT = 3072;

const transform = new RealFFT(FFT_SIZE);
/** Periodic Hann: four of them, squared, overlap to 1.5 everywhere. */
const window = Float64Array.from(
  { length: FFT_SIZE },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FFT_SIZE),
);

/** 128 spectra, row-major: frame, bin. */
export interface Spectra {
  /** [128 * 1025] */
  readonly re: Float64Array;
  /** [128 * 1025] */
  readonly im: Float64Array;
}

export const emptySpectra = (): Spectra => ({
  re: new Float64Array(FRAMES * SPECTRUM_BINS),
  im: new Float64Array(FRAMES * SPECTRUM_BINS),
});

const frameOf = (spectra: Float64Array, frame: number) =>
  spectra.subarray(frame * SPECTRUM_BINS, (frame + 1) * SPECTRUM_BINS);

/** @param samples 16 kHz; silence follows fewer than 64000, more are left out */
export function shortTimeSpectra(samples: Float32Array): Spectra {
  const padded = new Float64Array(FFT_SIZE + (FRAMES - 1) * HOP);
  padded.set(samples.subarray(0, SAMPLES), FRONT);
  const spectra = emptySpectra();
  for (let frame = 0; frame < FRAMES; frame++) {
    const windowed = window.map((weight, n) => weight * padded[frame * HOP + n]);
    transform.forward(windowed, frameOf(spectra.re, frame), frameOf(spectra.im, frame));
  }
  return spectra;
}

/** @returns 64000 samples at 16 kHz; the last 1536 fade out, since no frame follows */
export function overlapAdd({ re, im }: Spectra): Float32Array {
  const sum = new Float64Array(FFT_SIZE + (FRAMES - 1) * HOP);
  const samples = new Float64Array(FFT_SIZE);
  for (let frame = 0; frame < FRAMES; frame++) {
    transform.inverse(frameOf(re, frame), frameOf(im, frame), samples);
    for (let n = 0; n < FFT_SIZE; n++) sum[frame * HOP + n] += (window[n] / 1.5) * samples[n];
  }
  return Float32Array.from(sum.subarray(FRONT, FRONT + SAMPLES));
}
