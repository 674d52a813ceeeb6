/** The pitch of a sound over time: YIN (pitch.ts) frame by frame, with what lies between tones filled in. */
import { pitchOfFrequency } from './frequency.js';
import { framePeriod } from './pitch.js';

/** The range that is looked for, Hz: MIDI pitch 22 to 96. */
const LOWEST_HZ = 29;
const HIGHEST_HZ = 2100;
/** Frames to either side whose median a frame takes: single frames are an octave off now and then. */
const BESIDE = 4;
/** The pitch that a sound without any is said to have: middle C. */
const NO_PITCH = 60;

/**
 * @param samples mono
 * @param centres the middles of the frames, in samples; what they would hear beyond the ends is silent
 * @returns MIDI pitches; a frame without one has that of the nearest that has
 */
export const trackPitch = (
  samples: Float32Array,
  sampleRate: number,
  centres: ArrayLike<number>,
): Float32Array<ArrayBuffer> => filledIn(heardPitches(samples, sampleRate, centres));

/** Hears each frame by itself, as {@link trackPitch} does. @returns MIDI pitches, NaN of frames without one */
export function heardPitches(
  samples: Float32Array,
  sampleRate: number,
  centres: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const longest = Math.ceil(sampleRate / LOWEST_HZ);
  const shortest = Math.floor(sampleRate / HIGHEST_HZ);
  const padded = new Float32Array(samples.length + 4 * longest);
  padded.set(samples, 2 * longest);
  return Float32Array.from(centres, (centre) => {
    const start = Math.min(samples.length, Math.max(0, Math.round(centre))) + longest;
    const period = framePeriod(padded, start, longest, shortest, longest);
    return period === undefined ? NaN : pitchOfFrequency(sampleRate / period);
  });
}

/** The pitches of a whole sound, from those of its frames. @param found NaN where there is none */
export function filledIn(found: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(found, (_, k) => {
    for (let reach = BESIDE; reach < found.length + BESIDE; reach *= 2) {
      const near = found.slice(Math.max(0, k - reach), k + reach + 1).filter((pitch) => !Number.isNaN(pitch));
      if (near.length > 0) return near.sort((a, b) => a - b)[near.length >> 1];
    }
    return NO_PITCH;
  });
}
