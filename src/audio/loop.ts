/**
 * Makes a note of some seconds last as long as its key: finds a loop in its held part and bakes the loop's
 * cross-fade into the samples, so that the audio thread has only to jump.
 *
 * In the result, sample(loopEnd + i) = sample(loopStart + i) for i from -LOOP_REACH to LOOP_REACH - 1: a resampling
 * kernel anywhere near the jump sees the same signal, before it and after.
 *
 * Loops are level: what a note loses or gains by itself within the loop is taken back. What decays goes on decaying because the
 * audio thread lowers it by `decay`, from the loop's start on.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import { NOTE_SAMPLE_RATE, type NoteEnd } from '../messages/note-audio.js';
import { decibels, levelSlope, peakOf, rms } from './level.js';
import { GOOD_MATCH, findLoopEnd, scoreOf } from './loop-search.js';
import { MAX_REACH } from './resampler.js';

/** Samples to either side of the jump that repeat exactly. */
export const LOOP_REACH = MAX_REACH + 32;

/** The part of a note in which it is held: after its attack, before its release. Seconds. */
const HELD_FROM = 0.7;
const HELD_TO = 2.9;
/** The ripple of a shorter loop is heard as a rhythm. */
const SHORTEST_LOOP = 1.05;
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

/**
 * A note that loses up to SUSTAINS dB a second is held at its level, one that loses DECAYS or more goes on as it fell, and
 * between them the decay rises smoothly: two notes that are nearly alike are held nearly alike.
 */
const SUSTAINS = 2;
const DECAYS = 6;
/** The fastest decay that is continued; what decays faster is silent by the loop. dB per second. */
const FASTEST_DECAY = 60;
/** Below this, relative to its peak in dB, a note has died away; if what is left does not fall, it is noise and must. */
const DIED_AWAY = -45;
const DIED_AWAY_DECAY = 30;
const NOISE_DECAY = 10;

/** Seconds at the end of a note of {@link NOTE_LENGTH} samples in which its key is up. */
const KEY_UP = 3;
/** A release is measured over so many dB: what falls further meets the floor of noise of a rendered note. */
const RELEASE_SPAN = 15;
/** A note that has fallen so far below its peak by then does not tell how it is released, dB. */
const TOO_QUIET = -35;
/** The image of a note smears its end over so many seconds: half the window of its spectra. */
const SMEARED = 0.08;
const SHORTEST_RELEASE = 0.05;
const LONGEST_RELEASE = 3;

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

  const lost = lossOf(audio, heldFrom, heldTo);
  const { loopStart, loopEnd } =
    lost > (SUSTAINS + DECAYS) / 2
      ? bestLoop(
          audio,
          [heldTo - inSamples(DECAYING_LOOP)],
          heldTo,
          inSamples(SHORTEST_DECAYING_LOOP),
          -lost / NOTE_SAMPLE_RATE,
        )
      : bestLoop(
          audio,
          START_DELAYS.map((delay) => heldFrom + inSamples(CROSS_FADE + delay)),
          heldTo,
          inSamples(SHORTEST_LOOP),
          0,
        );

  const samples = audio.slice(0, loopEnd + LOOP_REACH);
  if (lost < DECAYS) steady(samples, loopStart);
  const crossFade = Math.min(inSamples(CROSS_FADE), (loopEnd - loopStart) >> 2, loopStart - LOOP_REACH);
  const change =
    decibels(rms(samples, loopEnd - crossFade, loopEnd)) -
    decibels(rms(samples, loopStart - crossFade, loopStart));
  const factor = tilt(samples, loopStart, loopEnd, -change);
  bakeCrossFade(samples, loopStart, loopEnd, factor, crossFade);
  return { loopStart, loopEnd, decay: decayOf(lost), release: releaseOf(audio), samples };
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
    const found = findLoopEnd(
      audio,
      loopStart,
      Math.min(shortest, Math.round(0.75 * longest)),
      longest,
      slope,
    );
    if (scoreOf(loopStart, found) > bestScore) {
      best = { loopStart, loopEnd: found.end };
      bestScore = scoreOf(loopStart, found);
    }
    if (found.similarity >= GOOD_MATCH) break;
  }
  return best;
}

/** dB that the held note loses in a second. */
function lossOf(audio: Float32Array, from: number, to: number): number {
  const lost = -levelSlope(audio, from, to, LEVEL_FRAME * NOTE_SAMPLE_RATE) * NOTE_SAMPLE_RATE;
  const left = decibels(rms(audio, to - LEVEL_FRAME * NOTE_SAMPLE_RATE, to)) - decibels(peakOf(audio, to));
  return heldLoss(lost, left);
}

/**
 * @param lost dB a second, while it is held
 * @param left the level at the end of that, dB beside the note's peak
 * @returns what it goes on losing by itself, dB a second
 */
export const heldLoss = (lost: number, left: number): number =>
  left < DIED_AWAY && lost < NOISE_DECAY ? DIED_AWAY_DECAY : lost;

/** The decay with which a note is held on. @param lost by the note itself, dB per second */
export function decayOf(lost: number): number {
  const t = Math.max(0, Math.min(1, (lost - SUSTAINS) / (DECAYS - SUSTAINS)));
  return Math.min(FASTEST_DECAY, lost * t * t * (3 - 2 * t)) || 0;
}

/** The note's own release, seconds to -60 dB; 0 where it has none or is too quiet by then. */
function releaseOf(audio: Float32Array): number {
  const frame = 0.02 * NOTE_SAMPLE_RATE;
  const keyUp = KEY_UP * NOTE_SAMPLE_RATE;
  if (audio.length < keyUp + 10 * frame) return 0;
  const held = decibels(rms(audio, keyUp - 5 * frame, keyUp));
  if (held - decibels(peakOf(audio, keyUp)) < TOO_QUIET) return 0;
  let at = keyUp;
  while (at + frame < audio.length && decibels(rms(audio, at, at + frame)) > held - RELEASE_SPAN)
    at += frame / 2;
  const seconds = (Math.max(0, (at - keyUp) / NOTE_SAMPLE_RATE - SMEARED) * 60) / RELEASE_SPAN;
  return Math.min(LONGEST_RELEASE, Math.max(SHORTEST_RELEASE, seconds));
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

/**
 * Raises the level steadily, from 0 dB at the loop's start to `change` dB at its end.
 * @returns the gain of each sample relative to the one before
 */
function tilt(samples: Float32Array, loopStart: number, loopEnd: number, change: number): number {
  const bounded = Math.max(-120, Math.min(40, change));
  const factor = 10 ** (bounded / 20 / (loopEnd - loopStart));
  let gain = 1;
  for (let i = loopStart; i < samples.length; i++) {
    samples[i] *= gain;
    gain *= factor;
  }
  return factor;
}

/**
 * Fades, before the loop's end, from the note as it is to what stands before the loop's start, tilted as the loop is. Gains keep
 * the power constant for the correlation that the two have: add up to 1 where they are alike, to equal power where
 * they are strangers.
 */
function bakeCrossFade(
  samples: Float32Array,
  loopStart: number,
  loopEnd: number,
  factor: number,
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
    samples[i] = (a * samples[i] + b * factor ** (i - fadeEnd) * samples[i - length]) / power;
  }
  for (let i = fadeEnd; i < samples.length; i++) samples[i] = samples[i - length];
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
