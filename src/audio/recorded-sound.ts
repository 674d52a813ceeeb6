/** A sound of somebody's own, made ready to be played as a note: where it begins and ends, how loud it is, what pitch it has. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { NOTE_LENGTH, NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import { frequencyOf, pitchOfFrequency } from './frequency.js';
import { decibels, noteGain, peakOf, rms } from './level.js';
import { estimateFundamental, framePeriod } from './pitch.js';

/** Below this peak a sound is silence: -80 dB. */
const SILENT = 1e-4;
/** It begins where it comes within so many dB of its peak, and ends where it stays below as much less. */
const ONSET = -36;
const END = -50;
/** Kept before the onset, s. */
const PRE_ROLL = 0.004;
/** Samples whose level is measured together: 5 ms. */
const BLOCK = 80;
/** The shortest sound that is a timbre, s. */
const SHORTEST = 0.1;
/**
 * A sound that stays within so many dB of its loudest for this share of its length was held, and what comes after is its release. One
 * that dies away, evenly in dB, is so loud for a quarter of it.
 */
const HELD = -12;
const HELD_SHARE = 0.55;

export interface RecordedSound {
  /** From the onset on, at most four seconds at 16 kHz, as loud as all notes are. */
  readonly samples: Float32Array;
  /** It was held until it ends here; its own release is left out. */
  readonly held: boolean;
  /** There was more of it. */
  readonly cut: boolean;
}

/**
 * @param audio mono, 16 kHz
 * @throws AUDIO_INVALID for silence and for less than a tenth of a second
 */
export function recordedSound(audio: Float32Array): RecordedSound {
  const peak = peakOf(audio);
  if (peak < SILENT) {
    throw new TimbrelError(
      'AUDIO_INVALID',
      `The sound is silent for its ${(audio.length / NOTE_SAMPLE_RATE).toFixed(1)} s. Cut it to where it begins, or record it louder`,
    );
  }
  const levels = Float64Array.from({ length: Math.ceil(audio.length / BLOCK) }, (_, i) =>
    decibels(peakOf(audio.subarray(i * BLOCK, (i + 1) * BLOCK)) / peak),
  );
  const onset = levels.findIndex((level) => level > ONSET) * BLOCK;
  const end = (levels.findLastIndex((level) => level > END) + 1) * BLOCK;
  const from = Math.max(0, onset - PRE_ROLL * NOTE_SAMPLE_RATE);
  const to = Math.min(end, audio.length, from + NOTE_LENGTH);
  const samples = audio.slice(from, to);
  if (samples.length < SHORTEST * NOTE_SAMPLE_RATE) {
    throw new TimbrelError(
      'AUDIO_INVALID',
      `The sound lasts ${(samples.length / NOTE_SAMPLE_RATE).toFixed(3)} s; a timbre is heard in ${SHORTEST} s or more`,
    );
  }
  const gain = noteGain(samples);
  for (let i = 0; i < samples.length; i++) samples[i] *= gain;
  const letGo = endOfHold(samples);
  const held = letGo >= HELD_SHARE * samples.length;
  return { samples: held ? samples.subarray(0, letGo) : samples, held, cut: end > to };
}

/** The last sample that belongs to what is held. */
function endOfHold(samples: Float32Array): number {
  const window = Math.min(samples.length >> 2, NOTE_SAMPLE_RATE / 10);
  const step = window >> 2;
  const levels: number[] = [];
  for (let at = 0; at + window <= samples.length; at += step)
    levels.push(decibels(rms(samples, at, at + window)));
  const loudest = Math.max(...levels);
  const last = levels.findLastIndex((level) => level > loudest + HELD);
  return last === levels.length - 1 ? samples.length : last * step + (window >> 1);
}

/** Pitch is looked for in parts of so many seconds, as many at most. */
const PART = 0.15;
const PARTS = 6;
/** Parts so far below the loudest, dB, do not count. */
const FAINT = -30;
/** Parts agree that are as near to each other, semitones; so large a share of them has to. */
const NEAR = 0.6;
const AGREEING = 0.6;
/** The share of the frames of a part that have to have a period. */
const PERIODIC = 0.5;
/** A pitch that is known about is told exactly by so many frames, over all of the sound: a vibrato goes up and down between them. */
const FRAMES = 120;
/** Samples from which on a period is told by itself (FINE_LAG of pitch.ts), and one more to either side. */
const MOST_COMPARED = 68;

/**
 * The pitch of a sound as a whole, around which a vibrato swings, where most of its parts agree.
 * @param samples mono, 16 kHz, from its onset on
 * @returns MIDI pitch with its fraction; undefined of drums, noise, and what glides
 */
export function pitchOf(samples: Float32Array): number | undefined {
  const length = Math.min(samples.length, PART * NOTE_SAMPLE_RATE);
  const last = samples.length - length;
  const count = Math.max(1, Math.min(PARTS, Math.floor(samples.length / length)));
  const parts = Array.from({ length: count }, (_, i) => {
    const from = count === 1 ? 0 : Math.round((last * i) / (count - 1));
    return {
      level: decibels(rms(samples, from, from + length)),
      part: samples.subarray(from, from + length),
    };
  });
  const loudest = Math.max(...parts.map(({ level }) => level));
  const heard = parts.filter(({ level }) => level > loudest + FAINT);
  const found = heard
    .map(({ part }) => estimateFundamental(part, NOTE_SAMPLE_RATE, { minHz: 27, maxHz: 4500 }))
    .filter(({ confidence }) => confidence >= PERIODIC)
    .map(({ frequency }) => pitchOfFrequency(frequency))
    .sort((a, b) => a - b);
  if (found.length === 0) return undefined;
  const median = found[found.length >> 1];
  const agreeing = found.filter((pitch) => Math.abs(pitch - median) < NEAR).length;
  return agreeing >= AGREEING * heard.length ? meanPitch(samples, median) : undefined;
}

/** The mean pitch of the frames near one that is known about, the louder ones more: what is heard as the pitch of a vibrato. */
function meanPitch(samples: Float32Array, about: number): number {
  const [longest, shortest] = [about - 2 * NEAR, about + 2 * NEAR].map(
    (pitch) => NOTE_SAMPLE_RATE / frequencyOf(pitch),
  );
  // Of a high pitch several periods are compared, as many as fit there.
  const reach = Math.max(MOST_COMPARED, Math.ceil(longest) + 1);
  const window = Math.min(2 * reach, samples.length - reach - 2);
  const last = samples.length - window - reach - 1;
  let [sum, weights] = [0, 0];
  for (let frame = 0; frame < FRAMES; frame++) {
    const start = Math.round((last * frame) / (FRAMES - 1));
    const period = framePeriod(samples, start, window, Math.max(2, Math.floor(shortest)), reach);
    if (period === undefined) continue;
    const pitch = pitchOfFrequency(NOTE_SAMPLE_RATE / period);
    if (Math.abs(pitch - about) > NEAR) continue;
    const weight = rms(samples, start, start + window) ** 2;
    sum += weight * pitch;
    weights += weight;
  }
  return weights > 0 ? sum / weights : about;
}
