/**
 * Makes a note of some seconds last as long as its key: finds a loop in its held part and bakes the loop's
 * cross-fade into the samples, so that the audio thread has only to jump.
 *
 * In the result, sample(loopEnd + i) = loopGain * sample(loopStart + i) for i from -LOOP_REACH to LOOP_REACH - 1:
 * a resampling kernel anywhere near the jump sees the same signal, before it and after.
 *
 * What decays goes on decaying: its loop loses `loopGain` in each pass. What sustains has a level loop: what it
 * loses or gains by itself within the loop is taken back.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import { NOTE_SAMPLE_RATE, type NoteEnd } from '../messages/note-audio.js';
import { decibels, levelSlope, rms } from './level.js';
import { GOOD_MATCH, findLoopEnd, scoreOf } from './loop-search.js';
import { MAX_REACH } from './resampler.js';

/** Samples to either side of the jump that repeat exactly. */
export const LOOP_REACH = MAX_REACH + 32;

/** The part of a note in which it is held: after its attack, before its release. Seconds. */
const HELD_FROM = 0.7;
const HELD_TO = 2.9;
const SHORTEST_LOOP = 0.4;
/** Starts that are tried for a loop, after the length of its cross-fade: attacks settle sooner or later. */
const START_DELAYS = [0, 0.35, 0.7];
/**
 * A note that decays is looped where it is oldest, and in a short loop: high partials die first, and each pass brings
 * those of its start back.
 */
const DECAYING_LOOP = 0.9;
const SHORTEST_DECAYING_LOOP = 0.3;
/** 150 ms: longer than a tremolo's edge, shorter than its period. */
const CROSS_FADE = 0.15;
const LEVEL_FRAME = 0.05;
/** Changes in level slower than this, in seconds, are evened out within the loop of a note that sustains. */
const SWELL = 0.2;
/** By so much at most, dB. */
const MAX_STEADYING = 12;

/** A note that loses less per second than this, in dB, is taken to sustain. */
const DECAY_SLOPE = -2;
/** The fastest decay that is continued; what decays faster is silent by the loop. */
const FASTEST_DECAY = -60;
/** Below this, relative to its peak in dB, a note has died away; if what is left does not fall, it is noise and must. */
const DIED_AWAY = -45;
const DIED_AWAY_SLOPE = -30;
const NOISE_SLOPE = -10;

export interface LoopedNote extends NoteEnd {
  /** The note up to the last sample that its loop needs: a new array. */
  readonly samples: Float32Array;
}

/**
 * @param audio one note, 16 kHz mono, held for at least 2.9 s; a shorter one is looped in its latter part.
 *   Left untouched
 * @throws INTERNAL for less than one second
 */
export function findLoop(audio: Float32Array): LoopedNote {
  if (audio.length < NOTE_SAMPLE_RATE) {
    throw new TimbrelError('INTERNAL', `A note of ${audio.length} samples is too short for a loop`);
  }
  const inSamples = (seconds: number) => Math.round(seconds * NOTE_SAMPLE_RATE);
  const heldTo = Math.min(inSamples(HELD_TO), audio.length - LOOP_REACH);
  const heldFrom = Math.min(inSamples(HELD_FROM), Math.round(heldTo / 3));

  const slope = noteSlope(audio, heldFrom, heldTo);
  const { loopStart, loopEnd } =
    slope < 0
      ? bestLoop(audio, [heldTo - inSamples(DECAYING_LOOP)], heldTo, inSamples(SHORTEST_DECAYING_LOOP), slope)
      : bestLoop(
          audio,
          START_DELAYS.map((delay) => heldFrom + inSamples(CROSS_FADE + delay)),
          heldTo,
          inSamples(SHORTEST_LOOP),
          slope,
        );

  const samples = audio.slice(0, loopEnd + LOOP_REACH);
  const length = loopEnd - loopStart;
  if (slope === 0) steady(samples, loopStart);
  const crossFade = Math.min(inSamples(CROSS_FADE), length >> 2, loopStart - LOOP_REACH);
  const measured =
    decibels(rms(samples, loopEnd - crossFade, loopEnd)) -
    decibels(rms(samples, loopStart - crossFade, loopStart));
  const wanted = Math.max(slope * length, (FASTEST_DECAY / NOTE_SAMPLE_RATE) * length);
  tilt(samples, loopStart, loopEnd, wanted - measured);
  const loopGain = 10 ** (wanted / 20);
  bakeCrossFade(samples, loopStart, loopEnd, loopGain, crossFade);
  return { loopStart, loopEnd, loopGain, samples };
}

/** The best loop that begins at one of `starts` and ends before `heldTo`; the earliest that matches well. */
function bestLoop(
  audio: Float32Array,
  starts: readonly number[],
  heldTo: number,
  shortest: number,
  slope: number,
): { loopStart: number; loopEnd: number } {
  let best = { loopStart: 0, loopEnd: 0 };
  let bestScore = -Infinity;
  for (const start of starts) {
    const loopStart = Math.min(start, Math.round(0.75 * heldTo));
    const longest = heldTo - loopStart;
    const found = findLoopEnd(audio, loopStart, Math.min(shortest, longest >> 1), longest, slope);
    if (scoreOf(loopStart, found) > bestScore) {
      best = { loopStart, loopEnd: found.end };
      bestScore = scoreOf(loopStart, found);
    }
    if (found.similarity >= GOOD_MATCH) break;
  }
  return best;
}

/** dB per sample that the held note is to lose: 0 for one that sustains, never positive. */
function noteSlope(audio: Float32Array, from: number, to: number): number {
  const perSecond = levelSlope(audio, from, to, LEVEL_FRAME * NOTE_SAMPLE_RATE) * NOTE_SAMPLE_RATE;
  let peak = 0;
  for (let i = 0; i < to; i++) peak = Math.max(peak, Math.abs(audio[i]));
  const left = decibels(rms(audio, to - LEVEL_FRAME * NOTE_SAMPLE_RATE, to)) - decibels(peak);
  if (left < DIED_AWAY && perSecond > NOISE_SLOPE) return DIED_AWAY_SLOPE / NOTE_SAMPLE_RATE;
  return perSecond < DECAY_SLOPE ? perSecond / NOTE_SAMPLE_RATE : 0;
}

/**
 * Keeps the slow level of a loop at that of its start: a swell that is heard once in a note of three seconds would come back in
 * every pass. Tremolo and vibrato, faster than {@link SWELL}, stay.
 */
function steady(samples: Float32Array, loopStart: number): void {
  const frame = Math.round(LEVEL_FRAME * NOTE_SAMPLE_RATE);
  const half = Math.round((SWELL / 2) * NOTE_SAMPLE_RATE);
  const levelAt = (i: number) =>
    decibels(rms(samples, Math.max(0, i - half), Math.min(samples.length, i + half)));
  const start = levelAt(loopStart);
  const gains: number[] = [];
  for (let i = loopStart; i < samples.length + frame; i += frame) {
    const change = start - levelAt(Math.min(i, samples.length - half));
    gains.push(10 ** (Math.max(-MAX_STEADYING, Math.min(MAX_STEADYING, change)) / 20));
  }
  for (let i = loopStart; i < samples.length; i++) {
    const place = (i - loopStart) / frame;
    const before = Math.floor(place);
    samples[i] *= gains[before] + (place - before) * (gains[before + 1] - gains[before]);
  }
}

/** Raises the level steadily, from 0 dB at the loop's start to `change` dB at its end. */
function tilt(samples: Float32Array, loopStart: number, loopEnd: number, change: number): void {
  const bounded = Math.max(-120, Math.min(40, change));
  const factor = 10 ** (bounded / 20 / (loopEnd - loopStart));
  let gain = 1;
  for (let i = loopStart; i < samples.length; i++) {
    samples[i] *= gain;
    gain *= factor;
  }
}

/**
 * Fades, before the loop's end, from the note as it is to what stands before the loop's start. Gains keep the
 * power constant for the correlation that the two have: add up to 1 where they are alike, to equal power where
 * they are strangers.
 */
function bakeCrossFade(
  samples: Float32Array,
  loopStart: number,
  loopEnd: number,
  loopGain: number,
  crossFade: number,
): void {
  const length = loopEnd - loopStart;
  const fadeEnd = loopEnd - LOOP_REACH;
  const fadeStart = fadeEnd - crossFade;
  const correlation = Math.max(0, correlationOf(samples, fadeStart, fadeEnd, length));
  for (let i = fadeStart; i < fadeEnd; i++) {
    const b = 0.5 - 0.5 * Math.cos((Math.PI * (i - fadeStart)) / crossFade);
    const a = 1 - b;
    const power = Math.sqrt(a * a + b * b + 2 * correlation * a * b);
    samples[i] = (a * samples[i] + b * loopGain * samples[i - length]) / power;
  }
  for (let i = fadeEnd; i < samples.length; i++) samples[i] = loopGain * samples[i - length];
}

/** Correlation of the samples from `from` to `to` with those `lag` before, -1 to 1. */
function correlationOf(samples: Float32Array, from: number, to: number, lag: number): number {
  let products = 0;
  let energyA = 0;
  let energyB = 0;
  for (let i = from; i < to; i++) {
    products += samples[i] * samples[i - lag];
    energyA += samples[i] * samples[i];
    energyB += samples[i - lag] * samples[i - lag];
  }
  return products / Math.sqrt(energyA * energyB + 1e-30);
}
