/**
 * Performances: notes on and off, shifts of time, velocities (note_seq/performance_lib.py). Their step is of clock time, 10 ms,
 * or of a beat (MetricPerformance).
 */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { PerformanceEvent } from './events.js';
import { allNotes } from './growing-notes.js';
import { GrowingPerformance } from './growing-performance.js';
import {
  DEFAULT_QPM,
  DEFAULT_TICKS_PER_QUARTER,
  type NoteSequence,
  type QuantizationInfo,
  type QuantizedNote,
} from './note-sequence.js';
import { quantizedNotes, requireSteps, stepLength, totalSteps } from './steps.js';
import {
  TO_SEQUENCE_OPTIONS,
  checkToSequenceOptions,
  notesInSeconds,
  type ToSequenceOptions,
} from './to-sequence.js';
import { checkVelocityBins, velocityToBin } from './velocity.js';

export interface Performance {
  readonly events: readonly PerformanceEvent[];
  /** Step of the sequence at which it begins. */
  readonly startStep: number;
  readonly quantizationInfo: QuantizationInfo;
  /** The longest shift, in steps: 100 of clock time, four quarters of beats. */
  readonly maxShiftSteps: number;
  /** 0: no velocities. */
  readonly velocityBins: number;
  readonly program: number;
  readonly isDrum: boolean;
}

export interface PerformanceOptions {
  /** Default 0: no velocity events. */
  readonly velocityBins?: number;
  /** Default 100 (one second), or four quarters where steps are of beats. */
  readonly maxShiftSteps?: number;
  /** Notes of this instrument only; default all, which then must have one program. */
  readonly instrument?: number;
  /** Step from which to take notes, default 0. */
  readonly startStep?: number;
  /** The bin that holds before the first velocity event: default 0, none; magenta.js has the highest. */
  readonly initialVelocityBin?: number;
}

const PERFORMANCE_OPTIONS: OptionNames<PerformanceOptions> = {
  velocityBins: true,
  maxShiftSteps: true,
  instrument: true,
  startStep: true,
  initialVelocityBin: true,
};

const DEFAULT_MAX_SHIFT_STEPS = 100;
const DEFAULT_MAX_SHIFT_QUARTERS = 4;
/** The velocity of notes that nobody gave one. */
const DEFAULT_VELOCITY = 100;

export const maxShiftOf = ({ stepsPerQuarter }: QuantizationInfo) =>
  stepsPerQuarter ? stepsPerQuarter * DEFAULT_MAX_SHIFT_QUARTERS : DEFAULT_MAX_SHIFT_STEPS;

/**
 * The notes of one player in the order in which they begin; of those that begin together the lowest first.
 * @throws SEQUENCE_NOT_QUANTIZED, PROGRAMS_MIXED, NOTE_SEQUENCE_INVALID
 */
export function playedNotes(sequence: NoteSequence, instrument: number | undefined, startStep: number) {
  requireSteps(sequence);
  const notes = quantizedNotes(sequence)
    .filter((note) => instrument === undefined || (note.instrument ?? 0) === instrument)
    .filter((note) => note.velocity !== 0 && note.quantizedStartStep >= startStep)
    .sort(
      (a, b) =>
        a.quantizedStartStep - b.quantizedStartStep ||
        (a.startTime ?? 0) - (b.startTime ?? 0) ||
        a.pitch - b.pitch,
    );
  const playedBy = ({ program = 0, isDrum }: QuantizedNote) => (isDrum ? -1 : program);
  const programs = new Set(notes.map(playedBy));
  if (programs.size > 1) {
    const names = [...programs].map((program) => (program < 0 ? 'drums' : `program ${program}`));
    throw new TimbrelError(
      'PROGRAMS_MIXED',
      `The notes are played by ${names.join(', ')}; pass the instrument to take, or extract each by itself`,
    );
  }
  return { notes, program: notes[0]?.program ?? 0, isDrum: notes[0]?.isDrum ?? false };
}

/** Shifts that add up to `steps`, the longest first. */
function shifts(steps: number, maxShiftSteps: number): PerformanceEvent[] {
  const events: PerformanceEvent[] = [];
  for (let left = steps; left > 0; left -= maxShiftSteps) {
    events.push({ type: 'timeShift', value: Math.min(left, maxShiftSteps) });
  }
  return events;
}

/**
 * Beginnings and ends in order of time; at one moment in the order of the notes, a note's beginning before its end. Each as one
 * number, since numbers are sorted many times as fast as objects.
 */
function edges(notes: readonly QuantizedNote[]) {
  const perStep = 2 * notes.length;
  const keys = new Float64Array(perStep);
  notes.forEach(({ quantizedStartStep, quantizedEndStep }, i) => {
    keys[2 * i] = quantizedStartStep * perStep + 2 * i;
    keys[2 * i + 1] = quantizedEndStep * perStep + 2 * i + 1;
  });
  return Array.from(keys.sort(), (key) => {
    const edge = key % perStep;
    return { step: Math.floor(key / perStep), isEnd: edge % 2 === 1, note: notes[edge >> 1] };
  });
}

/**
 * @param sequence with steps of clock time or of beats
 * @throws SEQUENCE_NOT_QUANTIZED, PROGRAMS_MIXED, NOTE_SEQUENCE_INVALID, OPTION_INVALID
 */
export function extractPerformance(sequence: NoteSequence, options: PerformanceOptions = {}): Performance {
  checkedOptions(options, PERFORMANCE_OPTIONS);
  const quantizationInfo = sequence.quantizationInfo ?? {};
  const {
    velocityBins = 0,
    maxShiftSteps = maxShiftOf(quantizationInfo),
    instrument,
    startStep = 0,
    initialVelocityBin = 0,
  } = options;
  checkVelocityBins(velocityBins);
  if (!(Number.isInteger(maxShiftSteps) && maxShiftSteps > 0)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `maxShiftSteps is ${maxShiftSteps}; expected a whole number from 1`,
    );
  }
  const { notes, program, isDrum } = playedNotes(sequence, instrument, startStep);
  const events: PerformanceEvent[] = [];
  let now = startStep;
  let velocityBin = initialVelocityBin;
  for (const { step, isEnd, note } of edges(notes)) {
    events.push(...shifts(step - now, maxShiftSteps));
    now = step;
    if (!isEnd && velocityBins > 0) {
      const bin = velocityToBin(note.velocity ?? DEFAULT_VELOCITY, velocityBins);
      if (bin !== velocityBin) events.push({ type: 'velocity', value: bin });
      velocityBin = bin;
    }
    events.push({ type: isEnd ? 'noteOff' : 'noteOn', value: note.pitch });
  }
  // Silence at the end is part of the piece.
  events.push(...shifts(totalSteps(sequence) - now, maxShiftSteps));
  return { events, startStep, quantizationInfo, maxShiftSteps, velocityBins, program, isDrum };
}

/** Steps that the events take. */
export function performanceSteps(events: readonly PerformanceEvent[]): number {
  return events.reduce((sum, { type, value }) => sum + (type === 'timeShift' ? value : 0), 0);
}

/**
 * Shorter: events are dropped from the end, and the last shift is shortened. Longer: the last shift is lengthened, and others
 * follow.
 */
export function setPerformanceLength(
  events: readonly PerformanceEvent[],
  steps: number,
  maxShiftSteps: number,
): PerformanceEvent[] {
  const result = [...events];
  let missing = steps - performanceSteps(events);
  while (missing < 0) {
    const last = result.pop();
    if (last?.type === 'timeShift') missing += last.value;
  }
  if (missing === 0) return result;
  const last = result.at(-1);
  if (last?.type === 'timeShift') {
    result.pop();
    missing += last.value;
  }
  return [...result, ...shifts(missing, maxShiftSteps)];
}

/**
 * Notes in the order in which they end, at the end of the piece from the lowest up. A note-off ends the oldest note of its pitch; notes without length are none; what
 * sounds at the end ends there.
 * @param velocityBins of the velocity events; notes before the first one have no velocity
 * @param maxNoteSteps longer notes are shortened to this many steps
 * @param oneNoteAKey whether a key that is struck again ends the note before
 * @throws EVENT_INVALID
 */
export function performanceNotes(
  events: readonly PerformanceEvent[],
  velocityBins: number,
  startStep = 0,
  maxNoteSteps = Infinity,
  oneNoteAKey = false,
): QuantizedNote[] {
  return allNotes(
    new GrowingPerformance({ velocityBins, startStep, maxNoteSteps, oneNoteAKey, lowestFirst: true }),
    events,
  );
}

/** Seconds after which a note ends that a model forgot to end, as in Magenta (performance_sequence_generator.py). */
export const LONGEST_NOTE = 5;

export interface PerformanceToSequenceOptions extends ToSequenceOptions {
  /** Seconds after which a note is ended, default: as played. Magenta's generator has 5. */
  readonly maxNoteDuration?: number;
  /** A key that is struck again ends the note before; default false: both sound, as in note-seq. */
  readonly oneNoteAKey?: boolean;
}

const PERFORMANCE_TO_SEQUENCE_OPTIONS: OptionNames<PerformanceToSequenceOptions> = {
  ...TO_SEQUENCE_OPTIONS,
  maxNoteDuration: true,
  oneNoteAKey: true,
};

/** The options with which a model's events become notes, whatever it forgot. */
export const AS_WRITTEN = {
  maxNoteDuration: LONGEST_NOTE,
  oneNoteAKey: true,
} as const satisfies PerformanceToSequenceOptions;

/**
 * A sequence in seconds.
 * @param options `qpm` matters to steps of beats only; the program is that of the performance unless given
 * @throws EVENT_INVALID, OPTION_INVALID, SEQUENCE_NOT_QUANTIZED
 */
export function performanceToSequence(
  performance: Omit<Performance, 'maxShiftSteps' | 'program' | 'isDrum'> & Partial<Performance>,
  options: PerformanceToSequenceOptions = {},
): NoteSequence {
  checkToSequenceOptions(options, PERFORMANCE_TO_SEQUENCE_OPTIONS);
  const { events, startStep, quantizationInfo, velocityBins, program = 0, isDrum = false } = performance;
  const { qpm = DEFAULT_QPM, startTime = 0, maxNoteDuration = Infinity, oneNoteAKey } = options;
  const secondsPerStep = stepLength(quantizationInfo, qpm);
  const maxNoteSteps = Math.max(1, Math.round(maxNoteDuration / secondsPerStep));
  const notes = performanceNotes(events, velocityBins, startStep, maxNoteSteps, oneNoteAKey);
  return {
    ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER,
    ...(quantizationInfo.stepsPerQuarter && { tempos: [{ time: 0, qpm }] }),
    notes: notesInSeconds(notes, secondsPerStep, { ...options, program: options.program ?? program }).map(
      (note) => ({
        ...note,
        isDrum,
      }),
    ),
    totalTime: startTime + (startStep + performanceSteps(events)) * secondsPerStep,
  };
}
