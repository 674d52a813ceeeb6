/**
 * From seconds to steps and back (note_seq/sequences_lib.py: quantize_note_sequence, quantize_note_sequence_absolute;
 * magenta.js core/sequences.ts: unquantizeSequence).
 */
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import {
  DEFAULT_STEPS_PER_QUARTER,
  DEFAULT_STEPS_PER_SECOND,
  type NoteSequence,
  type QuantizationInfo,
  type QuantizedSequence,
  openingTempo,
} from './note-sequence.js';
import { singleMeter, singleTempo } from './meter.js';
import { MAX_STEPS, stepLength } from './steps.js';
import { hasSteps, mapTimedLists, type TimedEvent, type TimedList } from './timed-events.js';

/** The share of a step that lies before the point where a time belongs to the next step: half, so times are rounded. */
export const QUANTIZE_CUTOFF = 0.5;

/**
 * @param seconds from the beginning
 * @param stepsPerSecond of time; see {@link quantizeNoteSequence} for beats
 * @param cutoff 0.5 rounds (halves up), 1 takes the step that has begun
 */
export function quantizeToStep(seconds: number, stepsPerSecond: number, cutoff = QUANTIZE_CUTOFF): number {
  return Math.floor(seconds * stepsPerSecond + (1 - cutoff));
}

/** @param rate stepsPerSecond in words, for messages */
function quantizeTimes(
  sequence: NoteSequence,
  stepsPerSecond: number,
  quantizationInfo: QuantizationInfo,
  rate: string,
): QuantizedSequence {
  const refuse = (time: number, step: number, field: string): never => {
    if (step > MAX_STEPS && Number.isFinite(time)) {
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        `${field} is ${time} s: at ${rate} that is step ${step}, and ${MAX_STEPS} is the last that is read`,
      );
    }
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `${field} is ${time}; expected seconds from 0, to become a step`,
    );
  };
  /** The words for a message are put together where there is one: there are tens of thousands of events. */
  const step = (time: number, field: string, list?: string, index?: number): number => {
    const result = quantizeToStep(time, stepsPerSecond);
    if (result >= 0 && result <= MAX_STEPS) return result;
    return refuse(time, result, list === undefined ? field : `${list}[${index}].${field}`);
  };
  const notes = withLeftOut(sequence).notes.map((note, i) => {
    const { startTime = 0, endTime = 0, quantizedEndStep: endStep = 0 } = note;
    if (startTime === 0 && endTime === 0 && endStep > 0) {
      throw new TimbrelError(
        'SEQUENCE_QUANTIZED',
        `notes[${i}] has steps and no times. Call unquantizeSequence first, to quantise in other steps`,
      );
    }
    const quantizedStartStep = step(startTime, 'startTime', 'notes', i);
    const end = step(endTime, 'endTime', 'notes', i);
    if (end < quantizedStartStep) {
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        `notes[${i}].endTime is ${endTime}; expected at least its startTime, ${startTime}`,
      );
    }
    // Every note is heard: it lasts at least one step.
    const quantizedEndStep = Math.max(end, quantizedStartStep + 1);
    // V8 takes ten times as long for fields that follow a spread.
    return Object.assign({}, note, { quantizedStartStep, quantizedEndStep });
  });
  const total = step(sequence.totalTime ?? 0, 'totalTime');
  const { controlChanges, textAnnotations } = sequence;
  return {
    ...sequence,
    notes,
    ...(controlChanges && {
      controlChanges: controlChanges.map((change, i) => ({
        ...change,
        quantizedStep: step(change.time ?? 0, 'time', 'controlChanges', i),
      })),
    }),
    ...(textAnnotations && {
      textAnnotations: textAnnotations.map((annotation, i) => ({
        ...annotation,
        quantizedStep: step(annotation.time ?? 0, 'time', 'textAnnotations', i),
      })),
    }),
    quantizationInfo,
    totalQuantizedSteps: notes.reduce((last, note) => Math.max(last, note.quantizedEndStep), total),
  };
}

function checkRate(name: string, rate: number): void {
  if (!(Number.isInteger(rate) && rate > 0)) {
    throw new TimbrelError('OPTION_INVALID', `${name} is ${rate}; expected a whole number from 1`);
  }
}

/**
 * Steps by beats: for melodies, drums, chords, lead sheets and polyphony.
 * @returns a copy with steps, and with the one tempo and time signature that hold (120 and 4/4 where none are given)
 * @throws TEMPO_CHANGES, METER_CHANGES, METER_INVALID, NOTE_SEQUENCE_INVALID, SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function quantizeNoteSequence(
  sequence: NoteSequence,
  stepsPerQuarter: number = DEFAULT_STEPS_PER_QUARTER,
): QuantizedSequence {
  checkRate('stepsPerQuarter', stepsPerQuarter);
  const timeSignatures = [{ ...singleMeter(sequence), time: 0 }];
  const tempo = { ...singleTempo(sequence), time: 0 };
  return {
    ...quantizeTimes(
      sequence,
      (stepsPerQuarter * tempo.qpm) / 60,
      { stepsPerQuarter },
      `${stepsPerQuarter} steps a quarter and ${tempo.qpm} quarters a minute (tempos[0].qpm)`,
    ),
    timeSignatures,
    tempos: [tempo],
  };
}

/**
 * Steps of clock time, whatever the tempo: for performances.
 * @throws NOTE_SEQUENCE_INVALID, SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function quantizeNoteSequenceAbsolute(
  sequence: NoteSequence,
  stepsPerSecond: number = DEFAULT_STEPS_PER_SECOND,
): QuantizedSequence {
  checkRate('stepsPerSecond', stepsPerSecond);
  return quantizeTimes(sequence, stepsPerSecond, { stepsPerSecond }, `${stepsPerSecond} steps a second`);
}

/**
 * From steps back to seconds. What has a step is put there; what has only a time (bends, signatures) is moved with the tempo.
 * @param qpm of the result; default: the first tempo of the sequence, else 120. Without meaning for steps of clock time.
 * @throws SEQUENCE_NOT_QUANTIZED, OPTION_INVALID
 */
export function unquantizeSequence(sequence: NoteSequence, qpm?: number): NoteSequence {
  if (qpm !== undefined && !(qpm > 0 && Number.isFinite(qpm))) {
    throw new TimbrelError('OPTION_INVALID', `qpm is ${qpm}; expected a number above 0`);
  }
  const written = openingTempo(sequence);
  const { notes, totalQuantizedSteps, quantizationInfo, ...rest } = withLeftOut(sequence);
  const isClockTime = Boolean(quantizationInfo?.stepsPerSecond);
  const played = isClockTime ? written : (qpm ?? written);
  const secondsPerStep = stepLength(quantizationInfo, played);
  const stretch = written / played;
  const at = ({ quantizedStep = 0, time = 0, ...event }: TimedEvent, list: TimedList) => ({
    ...event,
    time: hasSteps(list) ? quantizedStep * secondsPerStep : time * stretch,
  });
  const seconds = notes.map(({ quantizedStartStep = 0, quantizedEndStep = 0, ...note }) => ({
    ...note,
    startTime: quantizedStartStep * secondsPerStep,
    endTime: quantizedEndStep * secondsPerStep,
  }));
  const steps = notes.reduce(
    (last, note) => Math.max(last, note.quantizedEndStep ?? 0),
    totalQuantizedSteps ?? 0,
  );
  return {
    ...rest,
    ...mapTimedLists(sequence, (events, list) => events.map((event) => at(event, list))),
    ...(!isClockTime && { tempos: [{ time: 0, qpm: played }] }),
    notes: seconds,
    totalTime: steps * secondsPerStep,
  };
}
