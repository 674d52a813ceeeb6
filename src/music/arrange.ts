/** Sequences moved, repeated, laid over each other (note_seq/sequences_lib.py, whose names they have). */
import { shown, checkList, checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { concatenateSequences } from './concatenate.js';
import { withLeftOut } from './left-out.js';
import { byTime } from './meter.js';
import type { NoteSequence, Section, SectionGroup } from './note-sequence.js';
import { clipSequence, extractSubsequence, requireSeconds } from './subsequence.js';
import { isState, joinTimedLists, mapTimedLists, totalSeconds, type TimedEvent } from './timed-events.js';
import { without } from './without.js';

const optionInvalid = (message: string) => new TimbrelError('OPTION_INVALID', message);

/**
 * Everything later by some seconds.
 * @param seconds from 0
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function shiftTimes(sequence: NoteSequence, seconds: number): NoteSequence {
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw optionInvalid(`seconds is ${seconds}; expected a number from 0`);
  return adjustTimes(sequence, (time) => time + seconds);
}

export interface AdjustTimesOptions {
  /** Seconds that a note lasts at least; default: notes that would last no time are left out. */
  readonly minimumDuration?: number;
}

const ADJUST_TIMES_OPTIONS: OptionNames<AdjustTimesOptions> = {
  minimumDuration: true,
};

/**
 * Every time as a function of the time before: swing, rubato, the time of a recording.
 * @param timeOf seconds of a time in seconds; later times must not come before earlier ones
 * @throws SEQUENCE_QUANTIZED, and OPTION_INVALID where the function turns time round or gives none
 */
export function adjustTimes(
  sequence: NoteSequence,
  timeOf: (seconds: number) => number,
  options: AdjustTimesOptions = {},
): NoteSequence {
  const { minimumDuration } = checkedOptions<AdjustTimesOptions>(options, ADJUST_TIMES_OPTIONS);
  if (typeof timeOf !== 'function')
    throw optionInvalid(`timeOf is ${shown(timeOf)}; expected a function of seconds`);
  requireSeconds(sequence, 'adjustTimes');
  const at = (time = 0) => {
    const moved = timeOf(time);
    if (moved >= 0 && Number.isFinite(moved)) return moved;
    throw optionInvalid(`timeOf(${time}) is ${moved}; expected seconds from 0`);
  };
  const notes = withLeftOut(sequence).notes.flatMap((note) => {
    const [startTime, end] = [at(note.startTime), at(note.endTime)];
    if (end < startTime)
      throw optionInvalid(`timeOf turns time round between ${note.startTime} and ${note.endTime} s`);
    const endTime = minimumDuration === undefined ? end : Math.max(end, startTime + minimumDuration);
    return endTime > startTime ? [{ ...note, startTime, endTime }] : [];
  });
  const last = notes.reduce((latest, { endTime }) => Math.max(latest, endTime), 0);
  return {
    ...without(sequence, 'subsequenceInfo'),
    notes,
    ...mapTimedLists(sequence, (events) => events.map((event) => ({ ...event, time: at(event.time) }))),
    totalTime: Math.max(last, at(totalSeconds(sequence))),
  };
}

/**
 * A function for {@link adjustTimes} that swings: the second half of every pair comes later.
 * @param pair seconds of a pair of notes: a quarter, for eighths that swing
 * @param share of the first of them: 0.5 is straight, 2/3 a triplet
 * @throws OPTION_INVALID
 */
export function swing(pair: number, share: number): (seconds: number) => number {
  if (!(pair > 0 && share > 0 && share < 1))
    throw optionInvalid(
      `pair is ${pair} and share ${share}; expected seconds above 0 and a share within 0 to 1`,
    );
  return (seconds) => {
    const begin = Math.floor(seconds / pair) * pair;
    const place = (seconds - begin) / pair;
    const moved = place < 0.5 ? place * 2 * share : share + (place - 0.5) * 2 * (1 - share);
    return begin + moved * pair;
  };
}

/** Without the time and without what is 0, which may be written or left out. */
const valueOf = ({ time: _time, ...value }: TimedEvent) =>
  JSON.stringify(Object.entries(value).filter(([, entry]) => entry));

/** Without tempos, metres and keys that hold already, and in order of time. */
export function removeRedundantData(sequence: NoteSequence): NoteSequence {
  const lists = mapTimedLists(sequence, (events, list) => {
    if (!isState(list)) return events;
    const sorted = events.toSorted(byTime);
    return sorted.filter((event, i) => i === 0 || valueOf(event) !== valueOf(sorted[i - 1]));
  });
  return { ...sequence, ...lists };
}

/**
 * The sequence again and again, cut off at `duration`.
 * @param duration seconds
 * @param length seconds after which it begins again; default: its own
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function repeatToDuration(
  sequence: NoteSequence,
  duration: number,
  length = totalSeconds(sequence),
): NoteSequence {
  requireSeconds(sequence, 'repeatToDuration');
  if (!(duration > 0 && Number.isFinite(duration)))
    throw optionInvalid(`duration is ${duration}; expected seconds above 0`);
  if (!(length > 0)) throw optionInvalid('The sequence has no length: it cannot be repeated');
  const count = Math.ceil(duration / length - 1e-9);
  if (count > MOST_TIMES)
    throw optionInvalid(`duration is ${duration}: the sequence would be repeated ${count} times`);
  const all = concatenateSequences(
    Array.from({ length: count }, () => sequence),
    Array.from({ length: count }, () => length),
  );
  return { ...clipSequence(all, 0, duration), totalTime: duration };
}

/** A mistake repeats more often than this. */
const MOST_TIMES = 100_000;

/**
 * Sequences at the same time. Their instruments are numbered on, so that each keeps its own; tempos, metres and keys are those of the
 * first that has any.
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID where there are none
 */
export function mergeSequences(given: readonly NoteSequence[]): NoteSequence {
  checkList('The first argument', given, 'a list: mergeSequences([one, another])');
  if (given.length === 0) throw optionInvalid('There are no sequences to merge');
  given.forEach((sequence) => requireSeconds(sequence, 'mergeSequences'));
  let next = 0;
  const parts = given.map(withLeftOut).map((sequence) => {
    const first = next;
    const used = [
      ...sequence.notes,
      ...(sequence.instrumentInfos ?? []),
      ...(sequence.controlChanges ?? []),
      ...(sequence.pitchBends ?? []),
    ];
    next += 1 + used.reduce((highest, { instrument = 0 }) => Math.max(highest, instrument), 0);
    const own = <T extends { readonly instrument?: number }>(event: T): T => ({
      ...event,
      instrument: first + (event.instrument ?? 0),
    });
    return {
      ...sequence,
      notes: sequence.notes.map(own),
      instrumentInfos: sequence.instrumentInfos?.map(own),
      controlChanges: sequence.controlChanges?.map(own),
      pitchBends: sequence.pitchBends?.map(own),
    };
  });
  const [first] = parts;
  const infos = parts.flatMap(({ instrumentInfos = [] }) => instrumentInfos);
  const joined = joinTimedLists(parts.map((part) => mapTimedLists(part, (events) => events)));
  const { controlChanges, pitchBends, textAnnotations } = joined;
  const withAny = <K extends 'tempos' | 'timeSignatures' | 'keySignatures'>(list: K) => ({
    [list]: parts.find((part) => part[list]?.length)?.[list],
  });
  const merged = {
    ...without(first, 'subsequenceInfo', 'instrumentInfos'),
    notes: parts.flatMap(({ notes }) => notes).sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0)),
    totalTime: Math.max(...parts.map(totalSeconds)),
    ...withAny('tempos'),
    ...withAny('timeSignatures'),
    ...withAny('keySignatures'),
    ...(controlChanges && { controlChanges }),
    ...(pitchBends && { pitchBends }),
    ...(textAnnotations && { textAnnotations }),
    ...(infos.length > 0 && { instrumentInfos: infos }),
  };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined),
  ) as unknown as NoteSequence;
}

/**
 * Sections played as their groups say: `((AB)3(CD)3)2`, as ABC and Magenta's data have them.
 * @returns the sequence itself where it has no groups
 * @throws SEQUENCE_QUANTIZED; NOTE_SEQUENCE_INVALID where a group names a section that there is not
 */
export function expandSectionGroups(sequence: NoteSequence): NoteSequence {
  const { sectionGroups = [], sectionAnnotations = [] } = sequence;
  if (sectionGroups.length === 0) return sequence;
  requireSeconds(sequence, 'expandSectionGroups');
  const starts = sectionAnnotations.toSorted(byTime);
  const total = totalSeconds(sequence);
  const spanOf = (id: number) => {
    const at = starts.findIndex(({ sectionId = 0 }) => sectionId === id);
    if (at >= 0) return [starts[at].time ?? 0, starts[at + 1]?.time ?? total] as const;
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `sectionGroups name section ${id}, which sectionAnnotations lack`,
    );
  };
  const playedOf = ({ sectionId = 0, sectionGroup }: Section): number[] =>
    sectionGroup ? playedOfGroup(sectionGroup) : [sectionId];
  const playedOfGroup = ({ sections = [], numTimes = 1 }: SectionGroup): number[] => {
    const once = sections.flatMap(playedOf);
    if (once.length * numTimes <= MOST_TIMES) return Array.from({ length: numTimes }, () => once).flat();
    throw new TimbrelError('NOTE_SEQUENCE_INVALID', `sectionGroups play ${once.length * numTimes} sections`);
  };
  const spans = sectionGroups
    .flatMap(playedOfGroup)
    .map(spanOf)
    .filter(([start, end]) => end > start);
  const bare = without(sequence, 'sectionGroups', 'sectionAnnotations');
  return concatenateSequences(
    spans.map(([start, end]) => extractSubsequence(bare, start, end)),
    spans.map(([start, end]) => end - start),
  );
}
