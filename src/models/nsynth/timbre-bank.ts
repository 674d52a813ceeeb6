/**
 * A timbre of NSynth: what its embedding is at every pitch of the keyboard, in the course of a note of four seconds. A bank is
 * [61 pitches, knots, 16], linear in time between its knots: attacks are told frame by frame, what is held more coarsely. The first
 * number of a frame, its pitch, is told in octaves beside that of the key: a mix of timbres has the pitch of the key.
 */
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { Corners } from '../../latent/latent.js';
import { octavesOfPitch } from '../../ops/nsynth/octaves.js';
import { createRandom } from '../../random/random.js';

/** Lowest and highest MIDI pitch. */
export const PITCHES = [24, 84] as const;
export const PITCH_COUNT = PITCHES[1] - PITCHES[0] + 1;
/** Numbers of a frame. */
export const EMBEDDING_SIZE = 16;
/** Samples of a frame, at 16 kHz. */
export const FRAME_SAMPLES = 512;
/** Frames of a note. */
export const FRAMES = 125;
/** The frame in which the key is let go, after three seconds. */
export const KEY_UP = 94;

/** A sound without a pitch plays as it is on this key, middle C, and re-pitched on others, as in a sampler. */
export const OWN_KEY = 60;

/** Frames that a bank tells: each of the first half second, then one in four or five. */
export const KNOTS: readonly number[] = [
  ...Array.from({ length: 16 }, (_, i) => i),
  ...Array.from({ length: 24 }, (_, i) => Math.round(15 + ((i + 1) * (FRAMES - 1 - 15)) / 24)),
];
/** Numbers of one pitch. */
export const ROW_SIZE = KNOTS.length * EMBEDDING_SIZE;
export const BANK_SIZE = PITCH_COUNT * ROW_SIZE;

const FRAME_NUMBERS = Array.from({ length: FRAMES }, (_, i) => i);

/**
 * Reads values that are told at some times at others, linearly; before the first and behind the last they stay.
 * @param values [from.length, 16]
 * @param from ascending
 * @returns [to.length, 16]
 */
export function atTimes(
  values: Float32Array,
  from: readonly number[],
  to: readonly number[],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(to.length * EMBEDDING_SIZE);
  const last = from.length - 1;
  to.forEach((time, i) => {
    const after = from.findIndex((knot) => knot > time);
    const a = after < 0 ? last : Math.max(0, after - 1);
    const b = after < 0 ? last : after;
    const share = b > a ? Math.max(0, (time - from[a]) / (from[b] - from[a])) : 0;
    for (let k = 0; k < EMBEDDING_SIZE; k++) {
      const value = values[a * EMBEDDING_SIZE + k];
      result[i * EMBEDDING_SIZE + k] = value + share * (values[b * EMBEDDING_SIZE + k] - value);
    }
  });
  return result;
}

/** The numbers of one pitch, a copy. */
export function rowOf(bank: Float32Array, pitch: number): Float32Array<ArrayBuffer> {
  const from = (pitch - PITCHES[0]) * ROW_SIZE;
  return Float32Array.from(bank.subarray(from, from + ROW_SIZE));
}

/**
 * The embedding of a note, [125, 16].
 * @param row the numbers of its pitch
 * @param stretch the length over which the held part unfolds, as a factor, 1 or more; the key is let go after three seconds all the same
 */
export function noteOf(row: Float32Array, pitch: number, stretch = 1): Float32Array<ArrayBuffer> {
  const times = FRAME_NUMBERS.map((frame) => (frame < KEY_UP ? frame / stretch : frame));
  const note = atTimes(row, KNOTS, times);
  for (let at = 0; at < note.length; at += EMBEDDING_SIZE) note[at] += octavesOfPitch(pitch);
  return note;
}

/** Between four corners, linearly across and down, as NSynth mixes. */
export function mixBanks(corners: Corners<Float32Array>, x: number, y: number): Float32Array {
  const [a, b, c, d] = corners;
  const [wa, wb, wc, wd] = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  const result = new Float32Array(BANK_SIZE);
  for (let i = 0; i < BANK_SIZE; i++) result[i] = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
  return result;
}

/** Timbres that a random one is a mixture of. */
const MIXED = 3;

/** A mixture of a few timbres, the same for the same seed; zeros where there are none. */
export function randomBank(seed: string, timbres: readonly NamedTimbre[]): Float32Array {
  const random = createRandom(seed);
  const result = new Float32Array(BANK_SIZE);
  const left = [...timbres];
  const chosen = Array.from({ length: Math.min(MIXED, left.length) }, () => {
    const [timbre] = left.splice(Math.floor(random() * left.length), 1);
    // Squared: one of them leads.
    return { latent: timbre.latent, weight: random() ** 2 + 0.01 };
  });
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0);
  for (const { latent, weight } of chosen)
    for (let i = 0; i < BANK_SIZE; i++) result[i] += (weight / total) * latent[i];
  return result;
}

/**
 * The bank of a sound whose pitch is another one than was thought: what a key had belongs to a higher or lower key.
 * Keys that nothing is left for take the nearest.
 * @param semitones by which the sound is higher than was thought
 */
export function movedBank(bank: Float32Array, semitones: number): Float32Array {
  const result = new Float32Array(BANK_SIZE);
  for (let key = 0; key < PITCH_COUNT; key++) {
    const from = Math.max(0, Math.min(PITCH_COUNT - 1, key - semitones));
    result.set(bank.subarray(from * ROW_SIZE, (from + 1) * ROW_SIZE), key * ROW_SIZE);
  }
  return result;
}
