/** Melodies as classes, and with their key as input (note_seq/melody_encoder_decoder.py). */
import {
  invalidEvent,
  isWithin,
  repeatedEvent,
  repeatLabel,
  repeats,
  writeCounter,
  type EventClasses,
  type EventEncoding,
} from './encoding.js';
import { NO_EVENT, NOTE_OFF, type MelodyEvent } from '../../../music/events.js';

/** 0 nothing, 1 note-off, then the pitches. @param maxPitch included */
export function melodyClasses(minPitch: number, maxPitch: number): EventClasses<MelodyEvent> {
  return {
    count: maxPitch - minPitch + 3,
    defaultEvent: NO_EVENT,
    encode(event) {
      if (event === NO_EVENT || event === NOTE_OFF) return event + 2;
      return isWithin(event, minPitch, maxPitch) ? event - minPitch + 2 : undefined;
    },
    decode: (index) => (index < 2 ? index - 2 : index - 2 + minPitch),
    range: `-2 (nothing), -1 (note-off) and pitches from ${minPitch} to ${maxPitch}`,
  };
}

const MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11];
const STEPS_PER_BAR = 16;
const COUNTER_BITS = 7;

/** Adds a note to a histogram: [12] for each major key, how many notes lie in it. */
export function countKeys(note: number, histogram: Int32Array): void {
  for (const degree of MAJOR_SCALE) histogram[(note - degree + 12) % 12]++;
}

interface MelodySummary {
  /** Sounding at the end. */
  readonly sounding: number | undefined;
  readonly isAttack: boolean;
  /** 1 rising, -1 falling, 0 while there was one pitch. */
  readonly direction: number;
  /** Keys of all notes, and of the last three different ones. */
  readonly keys: Int32Array;
  readonly lastKeys: Int32Array;
}

/** Runs over the whole melody for every step: nothing is allocated on the way. */
function summarise(events: readonly MelodyEvent[], position: number): MelodySummary {
  const keys = new Int32Array(12);
  let sounding: number | undefined;
  let isAttack = false;
  let direction = 0;
  // The last three different notes, the latest first.
  let [first, second, third] = [NO_EVENT, NO_EVENT, NO_EVENT];
  for (let i = 0; i <= position; i++) {
    const event = events[i];
    if (event === NO_EVENT) isAttack = false;
    // As in Magenta, a note-off leaves the attack as it was.
    else if (event === NOTE_OFF) sounding = undefined;
    else {
      isAttack = true;
      sounding = event;
      countKeys(event, keys);
      if (event === first) continue;
      if (first !== NO_EVENT) direction = event > first ? 1 : -1;
      if (event !== second) third = second;
      second = first;
      first = event;
    }
  }
  const lastKeys = new Int32Array(12);
  for (const note of [first, second, third]) if (note !== NO_EVENT) countKeys(note, lastKeys);
  return { sounding, isAttack, direction, keys, lastKeys };
}

/**
 * The encoding of attention_rnn, 74 inputs and 40 labels for pitches 48 to 83: what sounds, attack, direction, repeats, the
 * metric position, and the keys that most notes fit.
 * @param maxPitch included
 */
export function keyMelody(
  minPitch: number,
  maxPitch: number,
  distances: readonly number[],
): EventEncoding<MelodyEvent> {
  const pitches = maxPitch - minPitch + 1;
  const range = melodyClasses(minPitch, maxPitch).range;
  /** Labels without repeats: pitches, nothing, note-off. */
  const base: EventEncoding<MelodyEvent> = {
    inputSize: 0,
    classes: [pitches + 2],
    defaultEvent: NO_EVENT,
    writeInput: () => {},
    labels(events, position) {
      const event = events[position];
      if (event === NO_EVENT) return [pitches];
      if (event === NOTE_OFF) return [pitches + 1];
      if (isWithin(event, minPitch, maxPitch)) return [event - minPitch];
      throw invalidEvent(event, position, range);
    },
    decode: ([index]) => (index < pitches ? minPitch + index : index === pitches ? NO_EVENT : NOTE_OFF),
  };
  const repeatsAt = pitches + 4;
  const counterAt = repeatsAt + distances.length;
  const keysAt = counterAt + COUNTER_BITS + 1;
  return {
    inputSize: keysAt + 24,
    classes: [pitches + 2 + distances.length],
    defaultEvent: NO_EVENT,
    writeInput(events, position, input, offset) {
      base.labels(events, position);
      const { sounding, isAttack, direction, keys, lastKeys } = summarise(events, position);
      if (sounding === undefined) input.set(offset + pitches + 1);
      else {
        input.set(offset + sounding - minPitch);
        input.set(offset + pitches);
      }
      input.set(offset + pitches + 2, isAttack ? 1 : 0);
      input.set(offset + pitches + 3, direction);
      distances.forEach((distance, i) => {
        if (repeats(base, events, position, distance)) input.set(offset + repeatsAt + i);
      });
      writeCounter(position + 1, COUNTER_BITS, input, offset + counterAt);
      if ((position + 1) % STEPS_PER_BAR === 0) input.set(offset + counterAt + COUNTER_BITS);
      [keys, lastKeys].forEach((histogram, i) => {
        const most = Math.max(...histogram);
        histogram.forEach((count, key) => {
          if (count === most) input.set(offset + keysAt + 12 * i + key);
        });
      });
    },
    labels: (events, position) => [
      repeatLabel(base, distances, events, position, pitches + 2) ?? base.labels(events, position)[0],
    ],
    decode: ([index], events) =>
      repeatedEvent(base, distances, events, index - pitches - 2) ?? base.decode([index], events),
  };
}
