/**
 * A recorded sound as a timbre over the keyboard. For the keys around its own it is re-pitched by resampling, as Open NSynth Super asks of
 * its users by hand, and encoded there; keys further away take what the last of these has, at their own pitch, which is a number
 * of the embedding. What re-pitching shortened is drawn out again in the embedding, behind its attack; a sound that was held when
 * it ended is held until the key is let go. Its own key is heard first: that one by itself is a timbre already.
 */
import { pitchOf, recordedSound } from '../../../audio/recorded-sound.js';
import { StreamResampler } from '../../../audio/stream-resampler.js';
import { NOTE_LENGTH, NOTE_SAMPLE_RATE } from '../../../messages/note-audio.js';
import type { EmbeddedSound, EmbeddingPart } from '../protocol.js';
import {
  BANK_SIZE,
  EMBEDDING_SIZE,
  FRAMES,
  FRAME_SAMPLES,
  KEY_UP,
  KNOTS,
  OWN_KEY,
  PITCHES,
  PITCH_COUNT,
  ROW_SIZE,
  atTimes,
} from '../timbre-bank.js';

export interface EmbedWork {
  /** Whole frames at 16 kHz, and the MIDI pitch of each, to [frames, 16]. */
  readonly encode: (samples: Float32Array, pitches: Float32Array) => Promise<Float32Array>;
  /** The MIDI pitch of each frame of a sound. */
  readonly pitches: (samples: Float32Array) => Float32Array;
  /** It is awaited between pitches; it may throw to give up. */
  readonly pause: () => Promise<void>;
  /** Gets the first part when the sound can be played, before the other keys are heard. */
  readonly onPart: (part: EmbeddingPart) => void;
}

/** Semitones by which a sound stays itself when it is re-pitched; one without a pitch has nothing else that a key could change. */
const STAYS = { pitched: 12, unpitched: 24 };
/** Every second key is heard; a key between takes the mean of its neighbours, a semitone away. */
const KEY_STEP = 2;
/** Frames to either side over which the course of a pitch is evened: knots are too far apart for a vibrato. */
const EVENED = 4;
/** Frames that are not drawn out: the stroke itself. What comes after it was shortened, and gets its time back. */
const ATTACK = 1;
/** Frames in which a held sound falls silent when its key is let go. */
const RELEASE = 6;
/** Frames behind a sound, as far as its last frames may hear: silence, or, of one that is held, more of it. */
const BEHIND = 8;

/**
 * @param audio mono, 16 kHz
 * @param pitch MIDI pitch; null: it has none; undefined: it is found
 * @throws AUDIO_INVALID, and what `encode` and `pause` throw
 */
export async function embedSound(
  audio: Float32Array,
  pitch: number | null | undefined,
  { encode, pitches, pause, onPart }: EmbedWork,
): Promise<EmbeddedSound> {
  const { samples, held, cut } = recordedSound(audio);
  const found = pitch === undefined ? (pitchOf(samples) ?? null) : pitch;
  const own = found ?? OWN_KEY;
  await pause();
  // The course of its pitch is the same at every key. A sound without one goes along with whatever it is mixed with.
  const course = found === null ? new Float32Array(1) : courseOf(pitches(samples), own);
  await pause();
  const quiet = await encode(
    new Float32Array(3 * BEHIND * FRAME_SAMPLES),
    new Float32Array(3 * BEHIND).fill(own),
  );
  const silence = quiet.slice(2 * BEHIND * EMBEDDING_SIZE, (2 * BEHIND + 1) * EMBEDDING_SIZE);
  const length = samples.length / FRAME_SAMPLES;
  const keys = heardKeys(own, found === null ? STAYS.unpitched : STAYS.pitched);
  const rows = new Map<number, Float32Array>();
  const sound = (): EmbeddedSound => {
    return { bank: bankOf(rows), pitch: found, seconds: samples.length / NOTE_SAMPLE_RATE, cut };
  };
  for (const key of keys.toSorted((a, b) => Math.abs(a - own) - Math.abs(b - own))) {
    await pause();
    const shift = key - own;
    const heard = repitched(samples, shift, held ? KEY_UP * FRAME_SAMPLES : NOTE_LENGTH);
    const whole = padded(heard, held);
    const beside = Float32Array.from(
      { length: whole.length / FRAME_SAMPLES },
      (_, frame) => course[Math.min(course.length - 1, Math.round(frame * 2 ** (shift / 12)))],
    );
    const embedding = await encode(
      whole,
      beside.map((octaves) => key + 12 * octaves),
    );
    beside.forEach((octaves, frame) => (embedding[frame * EMBEDDING_SIZE] = octaves));
    const frames = heard.length / FRAME_SAMPLES;
    const end = held ? KEY_UP : Math.max(frames, length);
    const note = released(drawnOut(embedding, frames, end), end, silence);
    rows.set(key, atTimes(note, FRAME_NUMBERS, KNOTS));
    const done = rows.size / keys.length;
    onPart(rows.size === 1 ? { done, first: sound() } : { done });
  }
  return sound();
}

/** A step of one frame that is so near to whole octaves is none. */
const NEAR_OCTAVE = 0.12;

/**
 * The course of a pitch beside the one that the sound is said to have, evened, in octaves. Where it was heard whole octaves away, all along or
 * from one frame to the next, it is taken for what it is said to be: single octaves are what is heard wrongly.
 */
function courseOf(heard: Float32Array, own: number): Float32Array {
  const course = heard.map((pitch) => (pitch - own) / 12);
  for (let frame = 1, off = 0; frame < course.length; frame++) {
    const step = course[frame] - off - course[frame - 1];
    if (Math.abs(step - Math.round(step)) < NEAR_OCTAVE) off += Math.round(step);
    course[frame] -= off;
  }
  const away = Math.round(course.toSorted()[course.length >> 1]);
  return course.map((_, frame) => {
    const near = course.subarray(Math.max(0, frame - EVENED), frame + EVENED + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length - away;
  });
}

/** The keys that a sound is heard at, ascending: those around its own, or the end of the keyboard that is nearest. */
function heardKeys(own: number, reach: number): number[] {
  const [lowest, highest] = PITCHES;
  const within = (key: number) => Math.max(lowest, Math.min(highest, Math.round(key)));
  const keys: number[] = [];
  const last = within(own + reach);
  for (let key = within(own - reach); key < last; key += KEY_STEP) keys.push(key);
  return [...keys, last];
}

/** @param heard the rows of the keys that were heard so far */
function bankOf(heard: ReadonlyMap<number, Float32Array>): Float32Array<ArrayBuffer> {
  const ascending = [...heard].sort(([a], [b]) => a - b);
  const keys = ascending.map(([key]) => key);
  const rows = ascending.map(([, row]) => row);
  const bank = new Float32Array(BANK_SIZE);
  for (let key = 0; key < PITCH_COUNT; key++) {
    const pitch = PITCHES[0] + key;
    const after = keys.findIndex((own) => own >= pitch);
    const b = after < 0 ? keys.length - 1 : after;
    const a = keys[b] <= pitch ? b : Math.max(0, b - 1);
    const share = a === b ? 0 : (pitch - keys[a]) / (keys[b] - keys[a]);
    for (let i = 0; i < ROW_SIZE; i++)
      bank[key * ROW_SIZE + i] = rows[a][i] + share * (rows[b][i] - rows[a][i]);
  }
  return bank;
}

const FRAME_NUMBERS = Array.from({ length: FRAMES }, (_, i) => i);

/** @param shift semitones @returns at most `longest` samples */
function repitched(samples: Float32Array, shift: number, longest: number): Float32Array {
  const step = 2 ** (shift / 12);
  const needed = samples.subarray(0, Math.ceil(longest * step));
  const resampler = new StreamResampler(NOTE_SAMPLE_RATE * step, NOTE_SAMPLE_RATE);
  const parts = [resampler.write(needed), resampler.close()];
  const result = new Float32Array(Math.min(longest, parts[0].length + parts[1].length));
  result.set(parts[0].subarray(0, result.length));
  if (parts[0].length < result.length)
    result.set(parts[1].subarray(0, result.length - parts[0].length), parts[0].length);
  return result;
}

/** Whole frames, and some behind: silence, or the sound turned back at its end. */
function padded(samples: Float32Array, held: boolean): Float32Array {
  const frames = Math.ceil(samples.length / FRAME_SAMPLES) + BEHIND;
  const result = new Float32Array(frames * FRAME_SAMPLES);
  result.set(samples);
  const period = 2 * samples.length;
  if (held)
    for (let i = samples.length; i < result.length; i++)
      result[i] = samples[Math.min(i % period, period - 1 - (i % period))];
  return result;
}

/**
 * The frames of a note in which a sound of some frames takes the time of others, all of it behind its attack.
 * @param embedding [more than `frames`, 16]
 * @returns [125, 16]
 */
function drawnOut(embedding: Float32Array, frames: number, target: number): Float32Array {
  const last = Math.max(0, Math.floor(frames) - 1);
  const attack = Math.min(ATTACK, last);
  const speed = target - 1 > attack ? (last - attack) / (target - 1 - attack) : 1;
  const times = FRAME_NUMBERS.map((frame) => (frame < attack ? frame : attack + (frame - attack) * speed));
  const numbers = Array.from({ length: embedding.length / EMBEDDING_SIZE }, (_, i) => i);
  return atTimes(embedding, numbers, times);
}

/** Goes over to silence, at the pitch it had, from `end` on. @param note [125, 16], changed in place */
function released(note: Float32Array, end: number, silence: Float32Array): Float32Array {
  const last = Math.min(FRAMES, Math.ceil(end)) - 1;
  for (let frame = last + 1; frame < FRAMES; frame++) {
    const share = Math.min(1, (frame - last) / RELEASE);
    note[frame * EMBEDDING_SIZE] = note[last * EMBEDDING_SIZE];
    for (let k = 1; k < EMBEDDING_SIZE; k++) {
      const at = frame * EMBEDDING_SIZE + k;
      // From the last frame of the sound: what the encoder heard behind it was another silence.
      const from = note[last * EMBEDDING_SIZE + k];
      note[at] = from + share * (silence[k] - from);
    }
  }
  return note;
}
