/** Levels of a signal and how they change. */
import { loudness } from './loudness.js';

/**
 * Notes are equally loud: LUFS at full velocity. A held note then peaks at some -11 dB, so that a chord of four stays below full
 * scale; what exceeds it meets the limiter.
 */
const NOTE_LOUDNESS = -22;
/** A short stroke is loud by its peak alone: it may come to -1 dB and no higher. */
const HIGHEST_PEAK = 0.9;
/** Quiet notes are raised by 30 dB at most, so that noise stays noise. */
const MAX_GAIN = 32;

/** The gain that brings a note to the loudness that all notes have; see {@link NOTE_LOUDNESS}. */
export const noteGain = (samples: Float32Array): number => gainOf(loudness(samples), peakOf(samples));

/** @param heard LUFS @param peak the largest size of a sample */
export function gainOf(heard: number, peak: number): number {
  return Math.min(10 ** ((NOTE_LOUDNESS - heard) / 20), MAX_GAIN, HIGHEST_PEAK / (peak + 1e-20));
}

/** The largest size of `samples[0]` to `samples[to - 1]`. */
export function peakOf(samples: Float32Array, to = samples.length): number {
  let peak = 0;
  for (let i = 0; i < to; i++) peak = Math.max(peak, Math.abs(samples[i]));
  return peak;
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
