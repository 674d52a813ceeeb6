/** Checks and lengths of quantised sequences, for those that read steps. */
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { StepGrid } from './events.js';
import { singleMeter } from './meter.js';
import type { Note, NoteSequence, QuantizationInfo, QuantizedNote } from './note-sequence.js';

/** The limit: more than 11 hours of 10 ms, or 138 of sixteenths at 120: what is longer comes of a mistake, and lists of steps would not fit. */
export const MAX_STEPS = 4_000_000;

function notQuantized(needs: string): TimbrelError {
  return new TimbrelError(
    'SEQUENCE_NOT_QUANTIZED',
    `The sequence has no ${needs}; quantise it first (quantizationInfo says how a sequence is quantised)`,
  );
}

/**
 * Seconds of one step.
 * @param qpm for steps by beats
 * @throws SEQUENCE_NOT_QUANTIZED
 */
export function stepLength(info: QuantizationInfo | undefined, qpm: number): number {
  const { stepsPerQuarter, stepsPerSecond } = info ?? {};
  if (stepsPerSecond) return 1 / stepsPerSecond;
  if (stepsPerQuarter) return 60 / qpm / stepsPerQuarter;
  throw notQuantized('steps');
}

/** @throws SEQUENCE_NOT_QUANTIZED */
export function requireStepsPerQuarter(sequence: NoteSequence): number {
  const rate = sequence.quantizationInfo?.stepsPerQuarter;
  if (!rate) throw notQuantized('steps per quarter');
  return rate;
}

/** @throws SEQUENCE_NOT_QUANTIZED */
export function requireStepsPerSecond(sequence: NoteSequence): number {
  const rate = sequence.quantizationInfo?.stepsPerSecond;
  if (!rate) throw notQuantized('steps per second');
  return rate;
}

/** @throws SEQUENCE_NOT_QUANTIZED unless the sequence has steps of either kind */
export function requireSteps(sequence: NoteSequence): void {
  const { stepsPerQuarter, stepsPerSecond } = sequence.quantizationInfo ?? {};
  if (!stepsPerQuarter && !stepsPerSecond) throw notQuantized('steps');
}

const hasSteps = (note: Note): note is QuantizedNote =>
  note.quantizedStartStep !== undefined && note.quantizedEndStep !== undefined;

/**
 * The notes with their steps, in a list of their own; one left out is step 0, as in protobuf's JSON.
 * @throws NOTE_SEQUENCE_INVALID where steps are no steps
 */
export function quantizedNotes(sequence: NoteSequence): QuantizedNote[] {
  return withLeftOut(sequence).notes.map((note, i) => {
    const { quantizedStartStep = 0, quantizedEndStep = 0, pitch } = note;
    if (!(Number.isInteger(pitch) && pitch >= 0 && pitch <= 127)) {
      throw new TimbrelError('NOTE_SEQUENCE_INVALID', `notes[${i}].pitch is ${pitch}; expected 0 to 127`);
    }
    const isSpan =
      Number.isInteger(quantizedStartStep) &&
      Number.isInteger(quantizedEndStep) &&
      quantizedStartStep >= 0 &&
      quantizedEndStep >= quantizedStartStep &&
      quantizedEndStep <= MAX_STEPS;
    if (!isSpan) {
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        `notes[${i}] lasts from step ${quantizedStartStep} to ${quantizedEndStep}; expected whole numbers from 0 to ${MAX_STEPS}, in order`,
      );
    }
    return hasSteps(note) ? note : { ...note, quantizedStartStep, quantizedEndStep };
  });
}

/**
 * 16 at four steps a quarter in 4/4, 12 in 3/4 and 6/8, 14 in 7/8.
 * @throws SEQUENCE_NOT_QUANTIZED, METER_CHANGES, METER_INVALID where a bar is no whole number of steps
 */
export function stepsPerBar(sequence: NoteSequence): number {
  const { numerator, denominator } = singleMeter(sequence);
  const stepsPerQuarter = requireStepsPerQuarter(sequence);
  const steps = (stepsPerQuarter * 4 * numerator) / denominator;
  if (!Number.isInteger(steps)) {
    throw new TimbrelError(
      'METER_INVALID',
      `A bar of ${numerator}/${denominator} is ${steps} steps at ${stepsPerQuarter} steps a quarter; ` +
        'take more steps per quarter',
    );
  }
  return steps;
}

export type BarGrid = Pick<StepGrid, 'stepsPerBar' | 'stepsPerQuarter'>;

/** @throws SEQUENCE_NOT_QUANTIZED, METER_CHANGES, METER_INVALID */
export const gridOf = (sequence: NoteSequence): BarGrid => ({
  stepsPerBar: stepsPerBar(sequence),
  stepsPerQuarter: requireStepsPerQuarter(sequence),
});

/**
 * The end of the last note, or totalQuantizedSteps where that is later.
 * @throws NOTE_SEQUENCE_INVALID
 */
export function totalSteps(sequence: NoteSequence): number {
  const { notes, totalQuantizedSteps = 0 } = withLeftOut(sequence);
  const last = notes.reduce((most, { quantizedEndStep = 0 }) => Math.max(most, quantizedEndStep), 0);
  if (last <= MAX_STEPS && totalQuantizedSteps <= MAX_STEPS) return Math.max(last, totalQuantizedSteps);
  const [field, steps] =
    last > MAX_STEPS ? ['quantizedEndStep of a note', last] : ['totalQuantizedSteps', totalQuantizedSteps];
  throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${field} is ${steps}; expected at most ${MAX_STEPS}`);
}
