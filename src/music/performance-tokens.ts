/**
 * Performances and melodies as the tokens of a Music Transformer (magenta/models/score2perf/music_encoders.py): 0 is padding, 1 the
 * end of a piece. Performances have notes on and off of the 88 keys of a piano, shifts of 10 ms to a second, 32 degrees of loudness.
 */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import type { PerformanceEvent } from './events.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { allNotes } from './growing-notes.js';
import { GrowingPerformance } from './growing-performance.js';
import {
  DEFAULT_STEPS_PER_SECOND,
  DEFAULT_TICKS_PER_QUARTER,
  type Note,
  type NoteSequence,
  type QuantizedNote,
} from './note-sequence.js';
import { extractPerformance, performanceSteps } from './performance.js';
import { quantizeNoteSequenceAbsolute, unquantizeSequence } from './quantize.js';
import { applySustainPedal } from './sustain.js';
import { notesInSeconds } from './to-sequence.js';

export const END_TOKEN = 1;
export const PERFORMANCE_VOCABULARY = 310;
export const MELODY_VOCABULARY = 92;
/** The keys of a piano. */
export const LOWEST_KEY = 21;
export const HIGHEST_KEY = 108;

const VELOCITY_BINS = 32;
const DEFAULT_VELOCITY = 100;
/** The tokens of the melody. */
const STEPS_PER_SECOND = 10;
const MELODY_SILENCE = 2;
const MELODY_NOTE_OFF = 3;
const MELODY_FIRST_NOTE = 4;

/** The first token of each kind, and its least and greatest value. */
const RANGES = [
  { type: 'noteOn', first: 2, min: LOWEST_KEY, max: HIGHEST_KEY },
  { type: 'noteOff', first: 90, min: LOWEST_KEY, max: HIGHEST_KEY },
  { type: 'timeShift', first: 178, min: 1, max: 100 },
  { type: 'velocity', first: 278, min: 1, max: VELOCITY_BINS },
] as const;

/** @throws EVENT_INVALID for a key that no piano has, and other values that have no token */
export function tokenOfEvent({ type, value }: PerformanceEvent): number {
  const range = RANGES.find((known) => known.type === type);
  if (range && Number.isInteger(value) && value >= range.min && value <= range.max)
    return range.first + value - range.min;
  throw new TimbrelError(
    'EVENT_INVALID',
    `${type} ${value} has no token; there are ${RANGES.map((known) => `${known.type} ${known.min} to ${known.max}`).join(', ')}`,
  );
}

/** @returns undefined for padding and the end. @throws EVENT_INVALID for what is no token */
export function eventOfToken(token: number): PerformanceEvent | undefined {
  if (!Number.isInteger(token) || token < 0 || token >= PERFORMANCE_VOCABULARY) {
    throw new TimbrelError(
      'EVENT_INVALID',
      `${token} is no token of a performance; those are 0 to ${PERFORMANCE_VOCABULARY - 1}`,
    );
  }
  return EVENTS[token];
}

/** The event of each token: a long piece has many, of few kinds. */
const EVENTS: readonly (PerformanceEvent | undefined)[] = Array.from(
  { length: PERFORMANCE_VOCABULARY },
  (_, token) => {
    const range = RANGES.findLast(({ first }) => token >= first);
    return range && Object.freeze({ type: range.type, value: token - range.first + range.min });
  },
);

/**
 * The notes that a piano can play, with the pedal in their lengths, on one track: what a performance is made of.
 * @returns in seconds, as long as the sequence
 * @throws NOTE_SEQUENCE_INVALID
 */
export function pianoNotes(sequence: NoteSequence): NoteSequence {
  const { stepsPerQuarter, stepsPerSecond } = sequence.quantizationInfo ?? {};
  const seconds = stepsPerQuarter || stepsPerSecond ? unquantizeSequence(sequence) : sequence;
  const sustained = applySustainPedal(seconds);
  const isPlayed = ({ pitch, isDrum, velocity }: Note) =>
    !isDrum && velocity !== 0 && pitch >= LOWEST_KEY && pitch <= HIGHEST_KEY;
  return {
    totalTime: sustained.totalTime,
    notes: sustained.notes
      .filter(isPlayed)
      .map(({ pitch, velocity, startTime, endTime }) => ({ pitch, velocity, startTime, endTime })),
  };
}

/**
 * Events of a performance as Music Transformers know them.
 * @param options.silence whether silence behind the last note, up to the end of the sequence, is part of it
 * @throws NOTE_SEQUENCE_INVALID
 */
export function performanceEvents(
  sequence: NoteSequence,
  { silence = false }: { readonly silence?: boolean } = {},
): readonly PerformanceEvent[] {
  const played = pianoNotes(sequence);
  const end = played.notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);
  const totalTime = silence ? Math.max(end, played.totalTime ?? 0) : end;
  const quantized = quantizeNoteSequenceAbsolute({ ...played, totalTime }, DEFAULT_STEPS_PER_SECOND);
  return extractPerformance(quantized, { velocityBins: VELOCITY_BINS }).events;
}

export interface PerformanceTokenOptions {
  /** Adds the token of the end. Default: false. */
  readonly end?: boolean;
}

const PERFORMANCE_TOKEN_OPTIONS: OptionNames<PerformanceTokenOptions> = {
  end: true,
};

/**
 * The tokens of a performance. The pedal is applied; drums, and notes that a piano does not have, are left out.
 * @param sequence in seconds, or quantised
 * @throws NOTE_SEQUENCE_INVALID
 */
export function performanceTokens(sequence: NoteSequence, options: PerformanceTokenOptions = {}): number[] {
  const { end = false } = checkedOptions<PerformanceTokenOptions>(options, PERFORMANCE_TOKEN_OPTIONS);
  const tokens = performanceEvents(sequence).map(tokenOfEvent);
  return end ? [...tokens, END_TOKEN] : tokens;
}

/**
 * The performance that tokens tell, up to the end of the piece: a note-off ends the oldest note of its pitch, what sounds at the end
 * ends there, and notes before the first degree of loudness have 100.
 * @returns in seconds
 * @throws EVENT_INVALID
 */
export function tokensToSequence(tokens: readonly number[]): NoteSequence {
  const end = tokens.indexOf(END_TOKEN);
  const events = (end < 0 ? tokens : tokens.slice(0, end)).flatMap((token) => eventOfToken(token) ?? []);
  return {
    ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER,
    notes: inSeconds(allNotes(growingPerformance(), events)),
    totalTime: performanceSteps(events) / DEFAULT_STEPS_PER_SECOND,
  };
}

/** @param maxNoteDuration seconds after which a note is ended */
export const growingPerformance = (maxNoteDuration = Infinity) =>
  new GrowingPerformance({
    velocityBins: VELOCITY_BINS,
    maxNoteSteps: Math.max(1, Math.round(maxNoteDuration * DEFAULT_STEPS_PER_SECOND)),
  });

/** Notes of performances, at their times. */
export const inSeconds = (notes: readonly QuantizedNote[]): Note[] =>
  notesInSeconds(notes, 1 / DEFAULT_STEPS_PER_SECOND, { velocity: DEFAULT_VELOCITY }).map((note) => ({
    ...note,
    velocity: note.velocity || DEFAULT_VELOCITY,
  }));

export interface MelodyTokenOptions {
  /** Lets each note sound until the next begins. Default: false. */
  readonly extend?: boolean;
}

const MELODY_TOKEN_OPTIONS: OptionNames<MelodyTokenOptions> = {
  extend: true,
};

/**
 * The tokens of a melody at ten steps a second, one each: nothing, the end of a note, or the beginning of one.
 * @param sequence one voice, in seconds or quantised; drums, and notes that a piano does not have, are left out
 * @throws NOTE_SEQUENCE_INVALID
 */
export function melodyTokens(sequence: NoteSequence, options: MelodyTokenOptions = {}): number[] {
  const { extend = false } = checkedOptions<MelodyTokenOptions>(options, MELODY_TOKEN_OPTIONS);
  const { notes: played, totalTime = 0 } = pianoNotes(sequence);
  const notes = played.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch);
  const stepOf = (seconds: number) => Math.floor(seconds * STEPS_PER_SECOND + 0.5);
  const spans = notes.map(({ pitch, startTime = 0, endTime = 0 }, i) => {
    const until = extend && i + 1 < notes.length ? (notes[i + 1].startTime ?? 0) : endTime;
    const start = stepOf(startTime);
    return { pitch, start, end: Math.max(start + 1, stepOf(until)) };
  });
  const steps = spans.reduce((most, { end }) => Math.max(most, end), stepOf(totalTime));
  const tokens = new Array<number>(steps).fill(MELODY_SILENCE);
  for (const { pitch, start, end } of spans) {
    tokens[start] = MELODY_FIRST_NOTE + pitch - LOWEST_KEY;
    if (end < steps) tokens[end] = MELODY_NOTE_OFF;
  }
  return tokens;
}
