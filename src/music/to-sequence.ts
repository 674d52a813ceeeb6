/** Notes in steps become a sequence in seconds, as the models' output is played and saved. */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import {
  DEFAULT_QPM,
  DEFAULT_TICKS_PER_QUARTER,
  type Note,
  type NoteSequence,
  type QuantizedNote,
} from './note-sequence.js';

export interface ToSequenceOptions {
  /** The velocity of notes that have none of their own, 1 to 127, default 100. */
  readonly velocity?: number;
  /** Default 0. */
  readonly instrument?: number;
  /** General MIDI program, default 0. */
  readonly program?: number;
  /** Quarters per minute, default 120. */
  readonly qpm?: number;
  /** Seconds before step 0, default 0. */
  readonly startTime?: number;
}

export const TO_SEQUENCE_OPTIONS: OptionNames<ToSequenceOptions> = {
  velocity: true,
  instrument: true,
  program: true,
  qpm: true,
  startTime: true,
};

/** @throws OPTION_INVALID naming the option */
/** @param names of all options, where there are more @throws OPTION_INVALID */
export function checkToSequenceOptions(
  options: ToSequenceOptions,
  names: OptionNames<ToSequenceOptions> = TO_SEQUENCE_OPTIONS,
): void {
  checkedOptions(options, names);
  const { velocity, program, qpm, startTime } = options;
  const check = (
    name: string,
    value: number | undefined,
    fits: (value: number) => boolean,
    range: string,
  ) => {
    if (value !== undefined && !fits(value)) {
      throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected ${range}`);
    }
  };
  const isWhole = (value: number, min: number) => Number.isInteger(value) && value >= min && value <= 127;
  check('velocity', velocity, (value) => isWhole(value, 1), 'a whole number from 1 to 127');
  check('program', program, (value) => isWhole(value, 0), 'a whole number from 0 to 127');
  check('qpm', qpm, (value) => value > 0 && Number.isFinite(value), 'a number above 0');
  check('startTime', startTime, (value) => value >= 0 && Number.isFinite(value), 'seconds from 0');
}

/** Notes with times instead of steps, and with the velocity, instrument and program asked for where they have none. */
export function notesInSeconds(
  notes: readonly QuantizedNote[],
  secondsPerStep: number,
  options: ToSequenceOptions,
): Note[] {
  const { velocity = 100, instrument = 0, program = 0, startTime = 0 } = options;
  return notes.map(({ quantizedStartStep, quantizedEndStep, ...note }) => ({
    velocity,
    instrument,
    program,
    isDrum: false,
    ...note,
    startTime: startTime + quantizedStartStep * secondsPerStep,
    endTime: startTime + quantizedEndStep * secondsPerStep,
  }));
}

/**
 * @param notes in steps of quarters
 * @param steps how long the piece is, silence at its end included
 * @throws OPTION_INVALID
 */
export function stepsToSequence(
  notes: readonly QuantizedNote[],
  steps: number,
  stepsPerQuarter: number,
  options: ToSequenceOptions,
): NoteSequence {
  checkToSequenceOptions(options);
  const { qpm = DEFAULT_QPM, startTime = 0 } = options;
  const secondsPerStep = 60 / qpm / stepsPerQuarter;
  return {
    ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER,
    tempos: [{ time: 0, qpm }],
    notes: notesInSeconds(notes, secondsPerStep, options),
    totalTime: startTime + steps * secondsPerStep,
  };
}
