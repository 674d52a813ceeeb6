/** Polyphony as classes (magenta/models/polyphony_rnn/polyphony_encoder_decoder.py). */
import { isWithin, type EventClasses } from './encoding.js';
import type { PolyphonyEvent } from '../../../music/events.js';

const SPECIAL = ['start', 'end', 'stepEnd'] as const;
const PITCHES = 128;

/** 0 start, 1 end, 2 end of the step, then new notes, then continued ones. */
export const polyphonyClasses: EventClasses<PolyphonyEvent> = {
  count: SPECIAL.length + 2 * PITCHES,
  defaultEvent: { type: 'stepEnd' },
  encode({ type, value }) {
    if (type === 'newNote' || type === 'continuedNote') {
      const first = SPECIAL.length + (type === 'newNote' ? 0 : PITCHES);
      return isWithin(value, 0, PITCHES - 1) ? first + value : undefined;
    }
    const index = SPECIAL.indexOf(type);
    return index < 0 ? undefined : index;
  },
  decode(index) {
    if (index < SPECIAL.length) return { type: SPECIAL[index] };
    const note = index - SPECIAL.length;
    return note < PITCHES
      ? { type: 'newNote', value: note }
      : { type: 'continuedNote', value: note - PITCHES };
  },
  range: 'start, end, stepEnd, and newNote and continuedNote of pitches from 0 to 127',
};
