/** From GANSynth's spectrogram to pixels, and to words. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { colourIndex, colours } from './colour.js';

/** Frames of 512 samples at 16 kHz. */
export const FRAMES = 128;
/** Mel bins from 0 to 8 kHz. */
export const BINS = 1024;
export const VALUES = FRAMES * BINS * 2;
/**
 * Frames before the note: 3072 zero samples stand in front of it, hops are 512, and a frame speaks of the middle of its
 * 2048 samples, so frame (3072 - 1024) / 512 is the one at time 0.
 */
export const LEAD_FRAMES = 4;
/** From time 0 to the last frame, seconds. */
export const DURATION = ((FRAMES - LEAD_FRAMES) * 512) / 16000;
const TOP_FREQUENCY = 8000;

/** The meaning of the network's two channels (magenta, gansynth/lib/data_normalizer.py, as trained on NSynth). */
const LOG_POWER_SCALE = 0.0661371661726;
const LOG_POWER_SHIFT = 0.113718730221;
const FREQUENCY_SCALE = 0.8;
/** From full brightness down to none; 70 dB as in NSynth's figures, in nats of power. */
const RANGE = (70 / 10) * Math.LN10;

/** Mel scale of the checkpoint: 1127 ln(1 + f / 700). @param frequency Hz @returns bin, 0 to 1024 */
export function binOf(frequency: number): number {
  return (BINS * Math.log1p(frequency / 700)) / Math.log1p(TOP_FREQUENCY / 700);
}

/** The inverse of {@link binOf}. @returns Hz */
export function frequencyOf(bin: number): number {
  return 700 * Math.expm1((bin / BINS) * Math.log1p(TOP_FREQUENCY / 700));
}

/** @throws SPECTROGRAM_SHAPE */
export function checkSpectrogram(spectrogram: Float32Array): void {
  if (spectrogram.length !== VALUES) {
    throw new TimbrelError(
      'SPECTROGRAM_SHAPE',
      `a spectrogram has ${FRAMES} x ${BINS} x 2 = ${VALUES} values, not ${spectrogram.length}`,
    );
  }
}

const logPower = (value: number) => (value - LOG_POWER_SHIFT) / LOG_POWER_SCALE;

/** The largest log power in the picture, nats. NaN counts as silence. */
function peak(spectrogram: Float32Array): number {
  let largest = -Infinity;
  for (let i = 0; i < VALUES; i += 2) if (spectrogram[i] > largest) largest = spectrogram[i];
  return logPower(largest);
}

/**
 * Paints a spectrogram: one pixel a value, time to the right, frequency up.
 *
 * @param spectrogram [128, 1024, 2] (time, mel bin, {normalised log power, normalised instantaneous frequency})
 * @param pixels [1024, 128] as ImageData stores them, overwritten
 */
export function paint(spectrogram: Float32Array, pixels: Uint32Array): void {
  const table = colours();
  const top = peak(spectrogram);
  for (let frame = 0; frame < FRAMES; frame++) {
    for (let bin = 0; bin < BINS; bin++) {
      const i = (frame * BINS + bin) * 2;
      const brightness = 1 + (logPower(spectrogram[i]) - top) / RANGE;
      pixels[(BINS - 1 - bin) * FRAMES + frame] =
        brightness > 0 ? table[colourIndex(brightness, spectrogram[i + 1] / FREQUENCY_SCALE)] : 0;
    }
  }
}

/** Frames that stand for all of them where a whole pass would cost the page more than it tells. */
const FRAME_STEP = 8;

/** The frequency with the most power over the whole note, Hz. */
export function strongestFrequency(spectrogram: Float32Array): number {
  let strongest = 0;
  let most = -Infinity;
  for (let bin = 0; bin < BINS; bin++) {
    let power = 0;
    for (let frame = 0; frame < FRAMES; frame += FRAME_STEP)
      power += Math.exp(logPower(spectrogram[(frame * BINS + bin) * 2]));
    if (power > most) [strongest, most] = [bin, power];
  }
  return frequencyOf(strongest);
}
