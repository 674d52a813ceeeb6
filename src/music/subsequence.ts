/** Parts of a sequence (note_seq/sequences_lib.py: trim_note_sequence, extract_subsequence; magenta.js core/sequences.ts: trim). */
import { hasTimes, withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { byTime, singleTempo } from './meter.js';
import {
  type ControlChange,
  type Note,
  type NoteSequence,
  type TextAnnotation,
  isChordSymbol,
} from './note-sequence.js';
import { stepLength, totalSteps } from './steps.js';
import { hasSteps, isState, mapTimedLists, totalSeconds, type TimedEvent } from './timed-events.js';
import { without } from './without.js';

/** Sustain, sostenuto and soft pedal: their state is carried into a part. */
const PEDALS = [64, 66, 67];

/** @throws OPTION_INVALID unless start is before end, both from 0 */
function checkSpan(start: number, end: number): void {
  if (start >= 0 && end > start) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `The part goes from ${start} to ${end}; expected numbers from 0, in order`,
  );
}

export function requireSeconds(sequence: NoteSequence, operation: string): void {
  if (!sequence.quantizationInfo) return;
  throw new TimbrelError(
    'SEQUENCE_QUANTIZED',
    `${operation} works on seconds, and the sequence has steps; do it before quantisation`,
  );
}

/** The notes that begin in [start, end), cut off at the end. */
const notesWithin = (notes: readonly Note[], start: number, end: number): Note[] =>
  notes
    .filter(({ startTime = 0 }) => startTime >= start && startTime < end)
    .map((note) => ({ ...note, endTime: Math.min(note.endTime ?? 0, end) }));

/**
 * The notes that begin in [start, end), at the times where they were; the end cuts them off. All else stays.
 * @param start seconds
 * @param end seconds
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function clipSequence(sequence: NoteSequence, start: number, end: number): NoteSequence {
  requireSeconds(sequence, 'clipSequence');
  checkSpan(start, end);
  return {
    ...sequence,
    notes: notesWithin(withLeftOut(sequence).notes, start, end),
    totalTime: Math.min(totalSeconds(sequence), end),
  };
}

/** The last one that stands before or at `start`, and those between; `from` gives what came before a place of its own. */
function carried<T extends TimedEvent>(
  events: readonly T[],
  start: number,
  end: number,
  group: (event: T) => string,
): T[] {
  const sorted = events.toSorted(byTime);
  const before = new Map(
    sorted.filter(({ time = 0 }) => time <= start).map((event) => [group(event), { ...event, time: start }]),
  );
  return [...before.values(), ...sorted.filter(({ time = 0 }) => time > start && time < end)];
}

const carriedControls = (changes: readonly ControlChange[], start: number, end: number) =>
  carried(
    changes.filter(({ controlNumber = 0 }) => PEDALS.includes(controlNumber)),
    start,
    end,
    ({ instrument = 0, controlNumber = 0 }) => `${instrument} ${controlNumber}`,
  );

function carriedAnnotations(annotations: readonly TextAnnotation[], start: number, end: number) {
  const others = annotations.filter(
    (annotation) =>
      !isChordSymbol(annotation) && (annotation.time ?? 0) >= start && (annotation.time ?? 0) < end,
  );
  return [...carried(annotations.filter(isChordSymbol), start, end, () => 'chord'), ...others].sort(byTime);
}

const shifted = <T extends TimedEvent>(events: readonly T[], by: number): T[] =>
  events.map((event) => ({ ...event, time: (event.time ?? 0) - by }));

/**
 * A part as a sequence of its own, which begins at 0: the notes that begin in [start, end), cut off at its end, with the tempo,
 * meter, key, chord and pedals that hold at its beginning. Bends and other controls are left out. It ends with its last note, as in
 * note-seq: silence behind that is no part of it, and a part of silence has a totalTime of 0.
 * @param start seconds
 * @param end seconds
 * @returns with subsequenceInfo, which says where it lay
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID also where the part begins after the end
 */
export function extractSubsequence(sequence: NoteSequence, start: number, end: number): NoteSequence {
  requireSeconds(sequence, 'extractSubsequence');
  checkSpan(start, end);
  const total = totalSeconds(sequence);
  if (start >= total) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The part begins at ${start} s; the sequence ends at ${total} s`,
    );
  }
  const last = Math.min(end, total);
  const { tempos, timeSignatures, keySignatures, controlChanges, textAnnotations } = sequence;
  const state = <T extends TimedEvent>(events: readonly T[]) =>
    shifted(
      carried(events, start, last, () => ''),
      start,
    );
  const notes = notesWithin(withLeftOut(sequence).notes, start, last).map((note) => ({
    ...note,
    startTime: (note.startTime ?? 0) - start,
    endTime: (note.endTime ?? 0) - start,
  }));
  const totalTime = notes.reduce((latest, { endTime }) => Math.max(latest, endTime), 0);
  return {
    ...without(sequence, 'pitchBends', 'sectionAnnotations', 'sectionGroups'),
    notes,
    ...(tempos && { tempos: state(tempos) }),
    ...(timeSignatures && { timeSignatures: state(timeSignatures) }),
    ...(keySignatures && { keySignatures: state(keySignatures) }),
    ...(controlChanges && { controlChanges: shifted(carriedControls(controlChanges, start, last), start) }),
    ...(textAnnotations && {
      textAnnotations: shifted(carriedAnnotations(textAnnotations, start, last), start),
    }),
    totalTime,
    subsequenceInfo: { startTimeOffset: start, endTimeOffset: total - start - totalTime },
  };
}

/**
 * A part that begins at 0, in seconds or in steps: the notes that begin in [start, end] and, unless they are cut off, end in it.
 * What stands at a time moves along; tempo, meter and key go on from what holds at the beginning.
 * @param start seconds, steps where the sequence is quantised
 * @param truncateEndNotes cut off notes that last longer than the part, instead of leaving them out
 * @throws OPTION_INVALID
 */
export function trimSequence(
  given: NoteSequence,
  start: number,
  end: number,
  truncateEndNotes = false,
): NoteSequence {
  const sequence = withLeftOut(given);
  checkSpan(start, end);
  const info = sequence.quantizationInfo;
  const secondsPerUnit = info ? stepLength(info, singleTempo(sequence).qpm) : 1;
  const isTimed = !info || hasTimes(sequence);
  const from = start * secondsPerUnit;
  const until = end * secondsPerUnit;
  const first = (note: Note) => (info ? note.quantizedStartStep : note.startTime) ?? 0;
  const last = (note: Note) => (info ? note.quantizedEndStep : note.endTime) ?? 0;
  const notes = sequence.notes
    .filter((note) => first(note) >= start && first(note) <= end && (truncateEndNotes || last(note) <= end))
    .filter((note) => first(note) < end || last(note) === first(note))
    .map((note) => ({
      ...note,
      ...(isTimed && {
        startTime: Math.max(0, (note.startTime ?? 0) - from),
        endTime: Math.min(note.endTime ?? 0, until) - from,
      }),
      ...(info && {
        quantizedStartStep: (note.quantizedStartStep ?? 0) - start,
        quantizedEndStep: Math.min(note.quantizedEndStep ?? 0, end) - start,
      }),
    }));
  const total = info ? totalSteps(sequence) : totalSeconds(sequence);
  const length = Math.max(0, Math.min(end, total) - start);
  return {
    ...sequence,
    notes,
    ...mapTimedLists(sequence, (events, list) => {
      if (isState(list))
        return shifted(
          carried(events, from, until, () => ''),
          from,
        );
      if (!info || !hasSteps(list))
        return shifted(
          events.filter(({ time = 0 }) => time >= from && time < until),
          from,
        );
      return events
        .filter(({ quantizedStep = 0 }) => quantizedStep >= start && quantizedStep < end)
        .map((event) => ({
          ...event,
          time: Math.max(0, (event.time ?? 0) - from),
          quantizedStep: (event.quantizedStep ?? 0) - start,
        }));
    }),
    ...(info ? { totalQuantizedSteps: length } : { totalTime: length }),
    ...(info && sequence.totalTime && { totalTime: length * secondsPerUnit }),
  };
}
