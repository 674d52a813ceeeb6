/** Chord progressions, a symbol a step, and lead sheets (note_seq/chords_lib.py, lead_sheets_lib.py). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { isNoChord, transposeChordSymbol } from './chord-symbol.js';
import type { ChordEvent, ChordProgression, LeadSheet, Melody } from './events.js';
import { transposeMelody } from './key.js';
import {
  EXTRACT_MELODIES_OPTIONS,
  extractMelodies,
  melodyToSequence,
  type ExtractMelodiesOptions,
} from './melody.js';
import {
  CHORD_SYMBOL,
  DEFAULT_QPM,
  DEFAULT_TICKS_PER_QUARTER,
  NO_CHORD,
  isChordSymbol,
  type NoteSequence,
  type TextAnnotation,
} from './note-sequence.js';
import { gridOf, MAX_STEPS, totalSteps } from './steps.js';
import { TO_SEQUENCE_OPTIONS, checkToSequenceOptions, type ToSequenceOptions } from './to-sequence.js';

interface Change {
  readonly step: number;
  readonly chord: string;
}

/** Chord symbols in order of their steps. */
function chordChanges(sequence: NoteSequence): Change[] {
  const changes = (sequence.textAnnotations ?? [])
    .filter(isChordSymbol)
    .map(({ quantizedStep: step = 0, text = '' }) => ({ step, chord: isNoChord(text) ? NO_CHORD : text }))
    .sort((a, b) => a.step - b.step);
  const last = changes.at(-1);
  if (last && !(last.step <= MAX_STEPS)) {
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `The quantizedStep of the chord symbol ${last.chord} is ${last.step}; expected at most ${MAX_STEPS}`,
    );
  }
  return changes;
}

/** Two chords at one step matter within the range only: of those before it the last holds. */
function checkCoincidence(changes: readonly Change[], startStep: number, endStep: number): void {
  changes.forEach(({ step, chord }, i) => {
    const before = changes.at(i - 1);
    if (i === 0 || before?.step !== step || before.chord === chord) return;
    if (step >= startStep && step < endStep) {
      throw new TimbrelError(
        'CHORDS_COINCIDE',
        `Both ${before.chord} and ${chord} are given for step ${step}; take more steps per quarter, or drop one`,
      );
    }
  });
}

/**
 * The chord of every step: each symbol holds until the next, and before the first there is none ('N.C.').
 * @param endStep the step after the last, default: the end of the sequence
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, CHORDS_COINCIDE where two chords are given for one of these steps
 */
export function extractChords(sequence: NoteSequence, startStep = 0, endStep?: number): ChordProgression {
  const changes = chordChanges(sequence);
  const end = endStep ?? Math.max(totalSteps(sequence), (changes.at(-1)?.step ?? -1) + 1);
  checkCoincidence(changes, startStep, end);
  const events: ChordEvent[] = [];
  let next = 0;
  let chord: string = NO_CHORD;
  for (let step = startStep; step < end; step++) {
    for (; next < changes.length && changes[next].step <= step; next++) chord = changes[next].chord;
    events.push(chord);
  }
  return {
    events,
    startStep,
    ...gridOf(sequence),
  };
}

/**
 * A list of chords spread evenly over a number of steps, as magenta.js does.
 * @throws OPTION_INVALID where there is no chord, or no end of steps
 */
export function spreadChords(chords: readonly ChordEvent[], steps: number): ChordEvent[] {
  if (chords.length === 0) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `chords is empty; expected at least one, '${NO_CHORD}' for none`,
    );
  }
  if (!(Number.isInteger(steps) && steps >= 0 && steps <= MAX_STEPS)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The chords are to be spread over ${steps} steps; expected a whole number from 0 to ${MAX_STEPS}`,
    );
  }
  return Array.from({ length: steps }, (_, step) => chords[Math.floor((step * chords.length) / steps)]);
}

/** Chord symbols where the chord changes; silence at the beginning has none. */
export function chordAnnotations(
  chords: Pick<ChordProgression, 'events' | 'startStep'>,
  secondsPerStep: number,
  startTime = 0,
): TextAnnotation[] {
  const { events, startStep } = chords;
  return events.flatMap((text, i) =>
    text === (events[i - 1] ?? NO_CHORD)
      ? []
      : [{ time: startTime + (startStep + i) * secondsPerStep, text, annotationType: CHORD_SYMBOL }],
  );
}

/**
 * A sequence in seconds with the symbols and no notes.
 * @throws OPTION_INVALID
 */
export function chordsToSequence(chords: ChordProgression, options: ToSequenceOptions = {}): NoteSequence {
  checkToSequenceOptions(options);
  const { qpm = DEFAULT_QPM, startTime = 0 } = options;
  const secondsPerStep = 60 / qpm / chords.stepsPerQuarter;
  return {
    ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER,
    tempos: [{ time: 0, qpm }],
    notes: [],
    textAnnotations: chordAnnotations(chords, secondsPerStep, startTime),
    totalTime: startTime + (chords.startStep + chords.events.length) * secondsPerStep,
  };
}

/**
 * Melody and chords moved together; pitches that leave the range are folded back by octaves.
 * @throws CHORD_SYMBOL_UNKNOWN, OPTION_INVALID
 */
export function transposeLeadSheet(
  { melody, chords }: LeadSheet,
  semitones: number,
  minPitch = 0,
  maxPitch = 128,
): LeadSheet {
  return {
    melody: { ...melody, events: transposeMelody(melody.events, semitones, minPitch, maxPitch) },
    chords: { ...chords, events: chords.events.map((chord) => transposeChordSymbol(chord, semitones)) },
  };
}

export interface ExtractLeadSheetsOptions extends ExtractMelodiesOptions {
  /** Leave out melodies over which there is no chord at all, default false. */
  readonly requireChords?: boolean;
  /** Each one in all twelve keys, from -6 to +5 semitones; default false. */
  readonly allTranspositions?: boolean;
}

const EXTRACT_LEAD_SHEETS_OPTIONS: OptionNames<ExtractLeadSheetsOptions> = {
  ...EXTRACT_MELODIES_OPTIONS,
  requireChords: true,
  allTranspositions: true,
};

function leadSheetOf(sequence: NoteSequence, melody: Melody): LeadSheet | undefined {
  const { startStep, events } = melody;
  try {
    return { melody, chords: extractChords(sequence, startStep, startStep + events.length) };
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'CHORDS_COINCIDE') return undefined;
    throw error;
  }
}

/**
 * The melodies of a piece, each with the chords over its steps. One over which two chords are given for one step is left out.
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, NOTE_SEQUENCE_INVALID, CHORD_SYMBOL_UNKNOWN
 */
export function extractLeadSheets(
  sequence: NoteSequence,
  options: ExtractLeadSheetsOptions = {},
): LeadSheet[] {
  checkedOptions(options, EXTRACT_LEAD_SHEETS_OPTIONS);
  const { requireChords = false, allTranspositions = false, ...ofMelodies } = options;
  const sheets = extractMelodies(sequence, ofMelodies)
    .flatMap((melody) => leadSheetOf(sequence, melody) ?? [])
    .filter(({ chords }) => !requireChords || chords.events.some((chord) => !isNoChord(chord)));
  if (!allTranspositions) return sheets;
  return sheets.flatMap((sheet) => Array.from({ length: 12 }, (_, i) => transposeLeadSheet(sheet, i - 6)));
}

/**
 * A sequence in seconds: the notes of the melody, the chords as annotations.
 * @throws EVENT_INVALID, OPTION_INVALID
 */
export function leadSheetToSequence(sheet: LeadSheet, options: ToSequenceOptions = {}): NoteSequence {
  checkedOptions(options, TO_SEQUENCE_OPTIONS);
  return { ...chordsToSequence(sheet.chords, options), ...melodyToSequence(sheet.melody, options) };
}
