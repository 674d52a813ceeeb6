/**
 * Phases that agree: what an image says of the frequencies of neighbouring bins and frames never fits together quite, so partials beat and
 * attacks smear. Written plainly in float64, as what the kernels are compared with and what backends without kernels use.
 *
 * Sources: J. Laroche, M. Dolson, Improved phase vocoder time-scale modification of audio (1999), for phases that are locked to a
 * peak's; D. Griffin, J. Lim, Signal estimation from modified short-time Fourier transform (1984), for the rounds.
 */
import { FRAMES, SPECTRUM_BINS, overlapAdd, shortTimeSpectra, type Spectra } from './stft.js';

/** The bins on either side of a peak that follow it: a little more than a sine has under a Hann window. */
const LOCKED = 3;
/** A peak is no smaller than so many bins on either side. */
const PEAK = 2;

/**
 * Locks the phases of a frame to those of its peaks: within {@link LOCKED} bins of a peak a bin follows the nearest, of two the lower, and is
 * half a turn further than its neighbour, as a sine has it under a window that begins with its frame.
 * @param magnitudes, phases [1024] of a frame
 * @returns [1024] radians
 */
export function lockedPhases(magnitudes: Float64Array, phases: Float64Array): Float64Array {
  const isPeak = magnitudes.map((magnitude, k) => {
    const around = magnitudes.subarray(Math.max(0, k - PEAK), k + PEAK + 1);
    return magnitude === Math.max(...around) ? 1 : 0;
  });
  return phases.map((phase, k) => {
    for (let distance = 0; distance <= LOCKED; distance++) {
      const peak = [k - distance, k + distance].find((bin) => isPeak[bin]);
      if (peak !== undefined) return phases[peak] + Math.PI * distance;
    }
    return phase;
  });
}

/** The first frames, 0.4 s with the silence before them, have so many rounds for each of the whole note's: an attack needs more, and in what is held each leaves noise. */
const ATTACK_FRAMES = 12;
const ATTACK_ROUNDS = 6;

/**
 * Rounds of Griffin and Lim: the sound of the spectra is analysed, and what its phases are is taken, with the magnitudes as they were.
 * @param rounds over the whole note, after six times as many over its attack
 * @returns 64000 samples at 16 kHz
 */
export function refinedAudio(spectra: Spectra, rounds: number): Float32Array {
  const now = { re: spectra.re.slice(), im: spectra.im.slice() };
  for (let round = 0; round < ATTACK_ROUNDS * rounds; round++) refine(now, spectra, ATTACK_FRAMES);
  for (let round = 0; round < rounds; round++) refine(now, spectra, FRAMES);
  return overlapAdd(now);
}

/** A round of the first frames of `now`. @param wanted the magnitudes */
function refine(now: Spectra, wanted: Spectra, frames: number): void {
  const heard = shortTimeSpectra(overlapAdd(now));
  for (let i = 0; i < frames * SPECTRUM_BINS; i++) {
    const scale =
      Math.hypot(wanted.re[i], wanted.im[i]) / Math.max(Math.hypot(heard.re[i], heard.im[i]), 1e-12);
    now.re[i] = heard.re[i] * scale;
    now.im[i] = heard.im[i] * scale;
  }
}
