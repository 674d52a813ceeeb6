/** Sequences one after the other (note_seq/sequences_lib.py: concatenate_sequences). */
import { checkList } from '../errors/check-arguments.js';
import { hasTimes, withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { byTime, singleMeter, singleTempo } from './meter.js';
import type { NoteSequence } from './note-sequence.js';
import { stepLength, totalSteps } from './steps.js';
import {
  hasSteps,
  isState,
  joinTimedLists,
  mapTimedLists,
  totalSeconds,
  type TimedEvent,
  type TimedLists,
} from './timed-events.js';
import { without } from './without.js';

/** Lengths in steps where the sequences are quantised, else in seconds. */
function lengthsOf(sequences: readonly NoteSequence[], durations: readonly number[] | undefined): number[] {
  const isQuantized = sequences[0]?.quantizationInfo !== undefined;
  const own = sequences.map((sequence) => (isQuantized ? totalSteps(sequence) : totalSeconds(sequence)));
  if (!durations) return own;
  if (durations.length !== sequences.length) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `There are ${durations.length} durations for ${sequences.length} sequences; expected one each`,
    );
  }
  durations.forEach((duration, i) => {
    if (duration >= own[i]) return;
    throw new TimbrelError(
      'OPTION_INVALID',
      `durations[${i}] is ${duration}; expected at least the length of sequence ${i}, ${own[i]}`,
    );
  });
  return [...durations];
}

function checkSameSteps(sequences: readonly NoteSequence[]): void {
  const stepsOf = ({ quantizationInfo: info }: NoteSequence) =>
    info
      ? `${info.stepsPerQuarter || info.stepsPerSecond} steps per ${info.stepsPerQuarter ? 'quarter' : 'second'}`
      : 'no steps';
  const first = sequences[0];
  const other = sequences.findIndex((sequence) => stepsOf(sequence) !== stepsOf(first));
  if (other > 0) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `sequences[${other}] has ${stepsOf(sequences[other])} and the first ${stepsOf(first)}; quantise them alike`,
    );
  }
}

/** Everything of one sequence, moved. */
function moved(
  sequence: NoteSequence,
  seconds: number,
  steps: number,
  isTimed: boolean,
): { notes: NoteSequence['notes']; lists: TimedLists } {
  const isQuantized = sequence.quantizationInfo !== undefined;
  const notes = sequence.notes.map((note) => ({
    ...note,
    ...(isTimed && {
      startTime: (note.startTime ?? 0) + seconds,
      endTime: (note.endTime ?? 0) + seconds,
    }),
    ...(isQuantized && {
      quantizedStartStep: (note.quantizedStartStep ?? 0) + steps,
      quantizedEndStep: (note.quantizedEndStep ?? 0) + steps,
    }),
  }));
  const lists = mapTimedLists(sequence, (events, list) =>
    events.map((event) => ({
      ...event,
      time: (event.time ?? 0) + seconds,
      ...(isQuantized && hasSteps(list) && { quantizedStep: (event.quantizedStep ?? 0) + steps }),
    })),
  );
  return { notes, lists };
}

/** Without what is 0, which may be written or left out. */
const valueOf = ({ time: _time, quantizedStep: _step, ...value }: TimedEvent) =>
  JSON.stringify(Object.entries(value).filter(([, entry]) => entry));

/** A tempo, meter or key that holds already is not said again. */
function withoutRepeats(events: readonly TimedEvent[]): TimedEvent[] {
  const sorted = events.toSorted(byTime);
  return sorted.filter((event, i) => i === 0 || valueOf(event) !== valueOf(sorted[i - 1]));
}

/**
 * @param given in seconds, or all quantised alike
 * @param durations how long each one is to last, seconds (steps where they are quantised), silence included; default: totalTime
 *   (totalQuantizedSteps), or the end of the last note where that is missing. Parts of a piece end with their last notes:
 *   with the times between their beginnings they come together as they were
 * @returns the notes, bends, controls, annotations and changes of all; names and other data of the first
 * @throws OPTION_INVALID; TEMPO_CHANGES and METER_CHANGES where quantised sequences do not agree
 */
export function concatenateSequences(
  given: readonly NoteSequence[],
  durations?: readonly number[],
): NoteSequence {
  checkList('The first argument', given, 'a list: concatenateSequences([one, another])');
  const sequences = given.map(withLeftOut);
  if (sequences.length === 0)
    throw new TimbrelError('OPTION_INVALID', 'There are no sequences to concatenate');
  checkSameSteps(sequences);
  const lengths = lengthsOf(sequences, durations);
  const [first] = sequences;
  const info = first.quantizationInfo;
  const secondsPerUnit = info ? stepLength(info, singleTempo(first).qpm) : 1;
  let offset = 0;
  // Where one has times, the zeros of the others are times too.
  const isTimed = !info || sequences.some((sequence) => hasTimes(sequence) || (sequence.totalTime ?? 0) > 0);
  const parts = sequences.map((sequence, i) => {
    const part = moved(sequence, offset * secondsPerUnit, info ? offset : 0, isTimed);
    offset += lengths[i];
    return part;
  });
  const all: NoteSequence = {
    ...without(first, 'subsequenceInfo'),
    notes: parts.flatMap(({ notes }) => notes),
    ...mapTimedLists(joinTimedLists(parts.map(({ lists }) => lists)), (events, list) =>
      isState(list) ? withoutRepeats(events) : events,
    ),
    ...(info && { totalQuantizedSteps: offset }),
    ...((!info || first.totalTime) && { totalTime: offset * secondsPerUnit }),
  };
  if (info?.stepsPerQuarter) {
    singleTempo(all);
    singleMeter(all);
  }
  return all;
}
