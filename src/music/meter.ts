/** The one tempo and the one time signature that quantisation by beats asks for. */
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { DEFAULT_QPM, type NoteSequence, type Tempo, type TimeSignature } from './note-sequence.js';

export const byTime = (a: { readonly time?: number }, b: { readonly time?: number }) =>
  (a.time ?? 0) - (b.time ?? 0);

const isPowerOfTwo = (n: number) => n > 0 && Number.isInteger(Math.log2(n));

/** @throws METER_INVALID */
export function checkMeter({ numerator, denominator }: TimeSignature): void {
  if (!isPowerOfTwo(denominator)) {
    throw new TimbrelError(
      'METER_INVALID',
      `The time signature ${numerator}/${denominator} has a denominator that is no power of two`,
    );
  }
  if (!(Number.isInteger(numerator) && numerator > 0)) {
    throw new TimbrelError(
      'METER_INVALID',
      `The time signature ${numerator}/${denominator} has a numerator that is not a whole number from 1`,
    );
  }
}

/** Files hold tempos in whole microseconds of a quarter: 90.00009 is 90. */
const SAME_TEMPO = 0.001;

export const isSameTempo = (a: number, b: number) => a === b || Math.abs(a / b - 1) <= SAME_TEMPO;

/** Seconds at which the last note ends; Infinity where notes have steps and no times. */
const endOfNotes = (sequence: NoteSequence) =>
  withLeftOut(sequence).notes.reduce((last, { startTime = 0, endTime = 0, quantizedEndStep = 0 }) => {
    const end = Math.max(startTime, endTime);
    return Math.max(last, end === 0 && quantizedEndStep > 0 ? Infinity : end);
  }, 0);

/** The changes in order of time that come while a note sounds or will: later ones change nothing. */
function heard<T extends { readonly time?: number }>(events: readonly T[], sequence: NoteSequence): T[] {
  // Most pieces have one of a kind, at their beginning: no note need be looked at.
  const end = events.some(({ time = 0 }) => time !== 0) ? endOfNotes(sequence) : 0;
  return events.filter(({ time = 0 }) => time === 0 || time < end).sort(byTime);
}

/** A number as messages show it: no more digits than tell tempos and times apart. */
const rounded = (value: number) => Number(value.toFixed(3));

/**
 * @returns 4/4 where none is given
 * @throws METER_CHANGES, METER_INVALID
 */
export function singleMeter(sequence: NoteSequence): TimeSignature {
  const [first, ...later] = heard(sequence.timeSignatures ?? [], sequence);
  if (!first) return { numerator: 4, denominator: 4 };
  const is = ({ numerator, denominator }: TimeSignature, n: number, d: number) =>
    numerator === n && denominator === d;
  if ((first.time ?? 0) !== 0 && !is(first, 4, 4)) {
    throw new TimbrelError(
      'METER_CHANGES',
      `The first time signature, ${first.numerator}/${first.denominator}, comes at ${rounded(first.time ?? 0)} s, after an ` +
        'implicit 4/4. Put it at 0, or split the sequence there',
    );
  }
  const change = later.find((meter) => !is(meter, first.numerator, first.denominator));
  if (change) {
    throw new TimbrelError(
      'METER_CHANGES',
      `The time signature changes from ${first.numerator}/${first.denominator} to ` +
        `${change.numerator}/${change.denominator} at ${rounded(change.time ?? 0)} s. Split the sequence there`,
    );
  }
  checkMeter(first);
  return first;
}

/**
 * @returns 120 quarters a minute where none is given
 * @throws TEMPO_CHANGES, NOTE_SEQUENCE_INVALID
 */
export function singleTempo(sequence: NoteSequence): Tempo {
  const [first, ...later] = heard(sequence.tempos ?? [], sequence);
  if (!first) return { qpm: DEFAULT_QPM };
  if (!(first.qpm > 0 && Number.isFinite(first.qpm))) {
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `tempos[0].qpm is ${first.qpm}; expected a number above 0`,
    );
  }
  if ((first.time ?? 0) !== 0 && !isSameTempo(first.qpm, DEFAULT_QPM)) {
    throw new TimbrelError(
      'TEMPO_CHANGES',
      `The first tempo, ${rounded(first.qpm)} quarters a minute, comes at ${rounded(first.time ?? 0)} s, after an implicit ` +
        `${DEFAULT_QPM}. Put it at 0, or split the sequence there`,
    );
  }
  const change = later.find(({ qpm }) => !isSameTempo(qpm, first.qpm));
  if (change) {
    throw new TimbrelError(
      'TEMPO_CHANGES',
      `The tempo changes from ${rounded(first.qpm)} to ${rounded(change.qpm)} quarters a minute at ` +
        `${rounded(change.time ?? 0)} s. Split the sequence there, or quantise by seconds`,
    );
  }
  return first;
}
