/** Levels of a signal and how they change. */

/**
 * Notes play at this peak, -12 dB: a chord of four at full velocity stays below full scale, and what exceeds
 * it meets the limiter. Quiet notes are raised by {@link MAX_GAIN} at most, so that noise stays noise.
 */
const PEAK_LEVEL = 0.25;
const MAX_GAIN = 16;

/** The gain that brings a note to the level that all notes have; see {@link PEAK_LEVEL}. */
export function noteGain(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak > PEAK_LEVEL / MAX_GAIN ? PEAK_LEVEL / peak : MAX_GAIN;
}

/** Root mean square of `samples[from]` to `samples[to - 1]`. */
export function rms(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += samples[i] * samples[i];
  return Math.sqrt(sum / (to - from));
}

/** dB; silence is -400. */
export function decibels(amplitude: number): number {
  return 20 * Math.log10(amplitude + 1e-20);
}

/**
 * The slope of the level in dB per sample: linear regression over the levels of frames of `frame` samples, each
 * weighted by its amplitude, so that what is heard counts and a noise floor does not.
 */
export function levelSlope(samples: Float32Array, from: number, to: number, frame: number): number {
  let weights = 0;
  let meanTime = 0;
  let meanLevel = 0;
  const levels: { time: number; level: number; weight: number }[] = [];
  for (let time = from; time + frame <= to; time += frame) {
    const weight = rms(samples, time, time + frame) + 1e-12;
    const level = decibels(weight);
    levels.push({ time, level, weight });
    weights += weight;
    meanTime += weight * time;
    meanLevel += weight * level;
  }
  meanTime /= weights;
  meanLevel /= weights;
  let covariance = 0;
  let variance = 0;
  for (const { time, level, weight } of levels) {
    covariance += weight * (time - meanTime) * (level - meanLevel);
    variance += weight * (time - meanTime) ** 2;
  }
  return variance > 0 ? covariance / variance : 0;
}
