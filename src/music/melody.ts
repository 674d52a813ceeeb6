/** Melodies: one note at a time, an event a step (note_seq/melodies_lib.py). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { NO_EVENT, NOTE_OFF, type Melody, type MelodyEvent } from './events.js';
import { allNotes, type GrowingNotes } from './growing-notes.js';
import { gridOf, quantizedNotes, type BarGrid } from './steps.js';
import { TO_SEQUENCE_OPTIONS, stepsToSequence, type ToSequenceOptions } from './to-sequence.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';

export interface MelodyOptions {
  /** The instrument whose notes are read, default 0. */
  readonly instrument?: number;
  /** Silence of this many bars ends the melody, default 1. */
  readonly gapBars?: number;
  /** Notes that begin together: true keeps the highest, false (the default) refuses them. */
  readonly ignorePolyphony?: boolean;
  /** Fill up the last bar, default false. */
  readonly padEnd?: boolean;
  /** Step from which to look, and from which bars are counted; default 0. */
  readonly searchStartStep?: number;
}

const MELODY_OPTIONS: OptionNames<MelodyOptions> = {
  instrument: true,
  gapBars: true,
  ignorePolyphony: true,
  padEnd: true,
  searchStartStep: true,
};

/** A list of steps, from what was there and what is being added. */
function setSteps(events: MelodyEvent[], length: number): void {
  while (events.length < length) events.push(NO_EVENT);
  events.length = length;
}

/** The note is written with its end; one that still sounds is cut off by it. */
function addNote(events: MelodyEvent[], pitch: number, start: number, end: number): void {
  setSteps(events, start);
  events.push(pitch);
  setSteps(events, end);
  events.push(NOTE_OFF);
}

/**
 * Longer or shorter. A note that sounds at the end of a melody that becomes longer is ended there.
 * @param length steps
 */
export function setMelodyLength(events: readonly MelodyEvent[], length: number): MelodyEvent[] {
  const result = events.slice(0, length);
  const last = result.findLast((event) => event !== NO_EVENT) ?? NOTE_OFF;
  if (length > result.length && last !== NOTE_OFF) result.push(NOTE_OFF);
  setSteps(result, length);
  return result;
}

/** The melodic notes of a list, by their beginnings; of those that begin together the highest first. */
const inOrder = (notes: readonly QuantizedNote[]) =>
  notes
    .filter((note) => !note.isDrum && note.velocity !== 0)
    .sort((a, b) => a.quantizedStartStep - b.quantizedStartStep || b.pitch - a.pitch);

/**
 * Steps of the notes until a gap, beginning with the bar that `startStep` begins.
 * @param begin the index of the first note
 */
function writeMelody(
  notes: readonly QuantizedNote[],
  begin: number,
  startStep: number,
  gapSteps: number,
  ignorePolyphony: boolean,
): MelodyEvent[] {
  const events: MelodyEvent[] = [];
  let lastOn = -1;
  for (let i = begin; i < notes.length; i++) {
    const { pitch, quantizedStartStep, quantizedEndStep } = notes[i];
    const start = quantizedStartStep - startStep;
    if (start === lastOn) {
      if (ignorePolyphony) continue;
      throw new TimbrelError(
        'MELODY_POLYPHONIC',
        `Two notes begin at step ${quantizedStartStep}, the lower one of pitch ${pitch}; ` +
          'leave one of them out, or take the melody by extractMelodies with ignorePolyphony, which keeps the highest',
      );
    }
    const lastOff = events.length - 1;
    if (lastOn >= 0 && start - lastOff >= gapSteps) break;
    addNote(events, pitch, start, Math.max(start + 1, quantizedEndStep - startStep));
    lastOn = start;
  }
  if (events.at(-1) === NOTE_OFF) events.pop();
  return events;
}

/** @param notes of one instrument, in order */
function firstMelody(
  grid: BarGrid,
  notes: readonly QuantizedNote[],
  { gapBars = 1, ignorePolyphony = false, padEnd = false, searchStartStep = 0 }: MelodyOptions,
): Melody | undefined {
  const { stepsPerBar: bar } = grid;
  const begin = notes.findIndex(({ quantizedStartStep }) => quantizedStartStep >= searchStartStep);
  if (begin < 0) return undefined;
  const first = notes[begin].quantizedStartStep;
  const startStep = first - ((first - searchStartStep) % bar);
  const events = writeMelody(notes, begin, startStep, gapBars * bar, ignorePolyphony);
  return {
    events: padEnd ? setMelodyLength(events, Math.ceil(events.length / bar) * bar) : events,
    startStep,
    ...grid,
  };
}

/**
 * The first melody from `searchStartStep` on, beginning with the bar of its first note.
 * @returns undefined where there is no note
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, MELODY_POLYPHONIC, NOTE_SEQUENCE_INVALID
 */
export function extractMelody(sequence: NoteSequence, options: MelodyOptions = {}): Melody | undefined {
  checkedOptions(options, MELODY_OPTIONS);
  const { instrument = 0 } = options;
  const grid = gridOf(sequence);
  const own = quantizedNotes(sequence).filter((note) => (note.instrument ?? 0) === instrument);
  return firstMelody(grid, inOrder(own), options);
}

/** A filter of melodies; its defaults are those of Magenta's training data. */
export interface MelodyFilter {
  /** Shorter ones are dropped, default 7. */
  readonly minBars?: number;
  /** Ones of fewer different pitch classes are dropped, default 5. */
  readonly minUniquePitches?: number;
  /** Longer ones are cut to this many steps. */
  readonly maxStepsTruncate?: number;
  /** Longer ones are dropped. */
  readonly maxStepsDiscard?: number;
}

/** `ignorePolyphony` is true here unless said otherwise, as in Magenta's pipelines. */
export type ExtractMelodiesOptions = Omit<MelodyOptions, 'instrument'> & MelodyFilter;

export const EXTRACT_MELODIES_OPTIONS: OptionNames<ExtractMelodiesOptions> = {
  gapBars: true,
  ignorePolyphony: true,
  padEnd: true,
  searchStartStep: true,
  minBars: true,
  minUniquePitches: true,
  maxStepsTruncate: true,
  maxStepsDiscard: true,
};

/** The melody as the filter wants it, or undefined where it wants none. */
function filterMelody(melody: Melody, options: ExtractMelodiesOptions): Melody | undefined {
  const { minBars = 7, minUniquePitches = 5, maxStepsTruncate, maxStepsDiscard, padEnd } = options;
  const { events, stepsPerBar: bar } = melody;
  if (events.length < minBars * bar || events.length > (maxStepsDiscard ?? Infinity)) return undefined;
  const isCut = maxStepsTruncate !== undefined && events.length > maxStepsTruncate;
  const length = isCut ? maxStepsTruncate - (padEnd ? maxStepsTruncate % bar : 0) : events.length;
  const kept = setMelodyLength(events, length);
  const pitchClasses = new Set(kept.filter((event) => event >= 0).map((pitch) => pitch % 12));
  return pitchClasses.size < minUniquePitches ? undefined : { ...melody, events: kept };
}

/**
 * All melodies of all instruments, each instrument's in order of time. Where polyphony is not ignored, an instrument is left at
 * the first place where it is polyphonic.
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, NOTE_SEQUENCE_INVALID
 */
export function extractMelodies(sequence: NoteSequence, options: ExtractMelodiesOptions = {}): Melody[] {
  checkedOptions(options, EXTRACT_MELODIES_OPTIONS);
  const given = withLeftOut(sequence).notes;
  if (given.length === 0) return [];
  const grid = gridOf(sequence);
  const { ignorePolyphony = true, searchStartStep: start = 0 } = options;
  const instruments = new Map<number, QuantizedNote[]>();
  for (const note of quantizedNotes(sequence)) {
    const own = instruments.get(note.instrument ?? 0);
    if (own) own.push(note);
    else instruments.set(note.instrument ?? 0, [note]);
  }
  const melodies: Melody[] = [];
  for (const [, own] of [...instruments].sort(([a], [b]) => a - b)) {
    const notes = inOrder(own);
    let searchStartStep = start;
    for (;;) {
      const melody = unlessPolyphonic(() =>
        firstMelody(grid, notes, { ...options, ignorePolyphony, searchStartStep }),
      );
      if (!melody) break;
      const { startStep, events, stepsPerBar: bar } = melody;
      searchStartStep = start + Math.ceil((startStep + events.length - start) / bar) * bar;
      const kept = filterMelody(melody, options);
      if (kept) melodies.push(kept);
    }
  }
  return melodies;
}

function unlessPolyphonic(find: () => Melody | undefined): Melody | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'MELODY_POLYPHONIC') return undefined;
    throw error;
  }
}

/** A melody that grows: a note-off in silence is nothing. */
export class GrowingMelody implements GrowingNotes<MelodyEvent> {
  readonly ended: QuantizedNote[] = [];
  step: number;
  private sounding: { readonly pitch: number; readonly quantizedStartStep: number } | undefined;

  constructor(private readonly startStep = 0) {
    this.step = startStep;
  }

  read(event: MelodyEvent): void {
    if (!(Number.isInteger(event) && event >= NO_EVENT && event <= 127)) {
      throw new TimbrelError(
        'EVENT_INVALID',
        `Melody event ${this.step - this.startStep} is ${event}; expected a pitch from 0 to 127, ${NOTE_OFF} (note off) or ${NO_EVENT} (no event)`,
      );
    }
    if (event !== NO_EVENT) {
      this.ended.push(...this.open());
      this.sounding = event === NOTE_OFF ? undefined : { pitch: event, quantizedStartStep: this.step };
    }
    this.step++;
  }

  open(): QuantizedNote[] {
    return this.sounding ? [{ ...this.sounding, quantizedEndStep: this.step }] : [];
  }
}

/**
 * Notes by their steps. One that sounds at the end lasts to the end; a note-off in silence is nothing.
 * @throws EVENT_INVALID
 */
export const melodyNotes = (events: readonly MelodyEvent[], startStep = 0): QuantizedNote[] =>
  allNotes(new GrowingMelody(startStep), events);

/**
 * A sequence in seconds.
 * @throws EVENT_INVALID, OPTION_INVALID
 */
export function melodyToSequence(melody: Melody, options: ToSequenceOptions = {}): NoteSequence {
  checkedOptions(options, TO_SEQUENCE_OPTIONS);
  const steps = melody.startStep + melody.events.length;
  return stepsToSequence(
    melodyNotes(melody.events, melody.startStep),
    steps,
    melody.stepsPerQuarter,
    options,
  );
}
