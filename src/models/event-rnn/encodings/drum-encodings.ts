/** Drums as classes (note_seq/drums_encoder_decoder.py). */
import { DRUM_CLASSES, drumLabel, drumsOfLabel, type DrumClasses } from '../../../music/drum-classes.js';
import type { EventClasses } from './encoding.js';
import { isWithin } from './encoding.js';
import type { DrumEvent } from '../../../music/events.js';

/** The drum that any hit is written as where there is one class of hit only. */
const ANY_DRUM = 39;

const RANGE = 'lists of pitches from 0 to 127';

const isStep = (event: DrumEvent) => Array.isArray(event) && event.every((pitch) => isWithin(pitch, 0, 127));

/** Class = the sum of 2^drum over the drums struck; pitches of no drum are left out. */
export const drumKitClasses = (kit: DrumClasses = DRUM_CLASSES): EventClasses<DrumEvent> => ({
  count: 2 ** kit.length,
  defaultEvent: [],
  encode: (event) => (isStep(event) ? drumLabel(event, kit) : undefined),
  decode: (index) => drumsOfLabel(index, kit),
  range: RANGE,
});

/** 0 silence, 1 a hit of any drum. */
export const oneDrumClasses: EventClasses<DrumEvent> = {
  count: 2,
  defaultEvent: [],
  encode: (event) => (isStep(event) ? Math.min(event.length, 1) : undefined),
  decode: (index) => (index === 0 ? [] : [ANY_DRUM]),
  range: RANGE,
};
