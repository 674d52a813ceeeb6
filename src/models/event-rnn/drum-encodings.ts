/** Drums as classes (note_seq/drums_encoder_decoder.py). */
import type { EventClasses } from './encoding.js';
import { isWithin } from './encoding.js';
import type { DrumEvent } from './events.js';

/** The pitches of nine drums of General MIDI; the first of each is what is written. */
export const DRUM_KIT: readonly (readonly number[])[] = [
  [36, 35],
  [38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85],
  [42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22],
  [46, 67, 72, 74, 79, 81, 26],
  [45, 29, 41, 43, 61, 64, 84],
  [48, 47, 60, 63, 77, 86, 87],
  [50, 30, 62, 76, 83],
  [49, 52, 55, 57, 58],
  [51, 53, 59, 82],
];

/** The drum that any hit is written as where there is one class of hit only. */
const ANY_DRUM = 39;

const RANGE = 'lists of pitches from 0 to 127';

const isStep = (event: DrumEvent) => Array.isArray(event) && event.every((pitch) => isWithin(pitch, 0, 127));

/** Class = the sum of 2^drum over the drums struck; pitches of no drum are left out. */
export function drumKitClasses(kit: readonly (readonly number[])[] = DRUM_KIT): EventClasses<DrumEvent> {
  const drumOf = new Map(kit.flatMap((pitches, drum) => pitches.map((pitch) => [pitch, drum] as const)));
  return {
    count: 2 ** kit.length,
    defaultEvent: [],
    encode(event) {
      if (!isStep(event)) return undefined;
      return event.reduce((bits, pitch) => {
        const drum = drumOf.get(pitch);
        return drum === undefined ? bits : bits | (1 << drum);
      }, 0);
    },
    decode: (index) => kit.filter((_, drum) => (index >> drum) & 1).map(([pitch]) => pitch),
    range: RANGE,
  };
}

/** 0 silence, 1 a hit of any drum. */
export const oneDrumClasses: EventClasses<DrumEvent> = {
  count: 2,
  defaultEvent: [],
  encode: (event) => (isStep(event) ? Math.min(event.length, 1) : undefined),
  decode: (index) => (index === 0 ? [] : [ANY_DRUM]),
  range: RANGE,
};
