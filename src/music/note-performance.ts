/** Performances as whole notes: the time since the last one, pitch, velocity, length (note_seq/performance_lib.py, NotePerformance). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteEvent } from './events.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { playedNotes, type PerformanceOptions } from './performance.js';
import { binToVelocity, velocityToBin } from './velocity.js';

export type NotePerformanceOptions = Omit<PerformanceOptions, 'maxShiftSteps'>;

const NOTE_PERFORMANCE_OPTIONS: OptionNames<NotePerformanceOptions> = {
  velocityBins: true,
  instrument: true,
  startStep: true,
  initialVelocityBin: true,
};

/** Steps. */
export const MAX_NOTE_SHIFT = 1000;
export const MAX_NOTE_DURATION = 1000;

/**
 * @param options `velocityBins` from 1, default 32
 * @throws EVENT_INVALID where a silence or a note is longer than the events can say; else as extractPerformance
 */
export function extractNotePerformance(
  sequence: NoteSequence,
  options: NotePerformanceOptions = {},
): NoteEvent[] {
  checkedOptions(options, NOTE_PERFORMANCE_OPTIONS);
  const { velocityBins = 32, instrument, startStep = 0 } = options;
  if (!(Number.isInteger(velocityBins) && velocityBins >= 1 && velocityBins <= 127)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `velocityBins is ${velocityBins}; expected a whole number from 1 to 127`,
    );
  }
  let last = startStep;
  const { notes } = playedNotes(sequence, instrument, startStep);
  return notes.map(({ pitch, velocity = 100, quantizedStartStep, quantizedEndStep }) => {
    const shift = quantizedStartStep - last;
    const duration = Math.max(1, quantizedEndStep - quantizedStartStep);
    last = quantizedStartStep;
    if (shift > MAX_NOTE_SHIFT || duration > MAX_NOTE_DURATION) {
      throw new TimbrelError(
        'EVENT_INVALID',
        `The note at step ${quantizedStartStep} comes after ${shift} steps and lasts ${duration}; ` +
          `expected at most ${MAX_NOTE_SHIFT} and ${MAX_NOTE_DURATION}`,
      );
    }
    return { shift, pitch, velocityBin: velocityToBin(velocity, velocityBins), duration };
  });
}

/** The notes, in the order of their beginnings. */
export function notesOfNotePerformance(
  events: readonly NoteEvent[],
  velocityBins = 32,
  startStep = 0,
): QuantizedNote[] {
  let step = startStep;
  return events.map(({ shift, pitch, velocityBin, duration }) => {
    step += shift;
    return {
      pitch,
      velocity: Math.min(127, binToVelocity(velocityBin, velocityBins)),
      quantizedStartStep: step,
      quantizedEndStep: step + duration,
    };
  });
}
