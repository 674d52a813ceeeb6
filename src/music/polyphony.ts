/** Polyphony: at each step the pitches that begin and those that go on (magenta/models/polyphony_rnn/polyphony_lib.py). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { PolyphonyEvent } from './events.js';
import { allNotes, type GrowingNotes } from './growing-notes.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { playedNotes } from './performance.js';
import { requireStepsPerQuarter, totalSteps } from './steps.js';
import { TO_SEQUENCE_OPTIONS, stepsToSequence, type ToSequenceOptions } from './to-sequence.js';

export interface Polyphony {
  readonly events: readonly PolyphonyEvent[];
  /** Step of the sequence at which it begins. */
  readonly startStep: number;
  readonly stepsPerQuarter: number;
}

export interface PolyphonyOptions {
  /** Notes of this instrument only; default all, which then must have one program. */
  readonly instrument?: number;
  /** Step from which to take notes, default 0. */
  readonly startStep?: number;
}

const POLYPHONY_OPTIONS: OptionNames<PolyphonyOptions> = {
  instrument: true,
  startStep: true,
};

const START: PolyphonyEvent = { type: 'start' };
const END: PolyphonyEvent = { type: 'end' };
const STEP_END: PolyphonyEvent = { type: 'stepEnd' };

function byStep(notes: readonly QuantizedNote[], stepOf: (note: QuantizedNote) => number) {
  const groups = new Map<number, number[]>();
  for (const note of notes) groups.set(stepOf(note), [...(groups.get(stepOf(note)) ?? []), note.pitch]);
  return groups;
}

/**
 * From 'start' to 'end': for each step the pitches from the highest down, a note that goes on before one that begins, and the
 * end of the step.
 * @throws SEQUENCE_NOT_QUANTIZED, PROGRAMS_MIXED, NOTE_SEQUENCE_INVALID
 */
export function extractPolyphony(sequence: NoteSequence, options: PolyphonyOptions = {}): Polyphony {
  checkedOptions(options, POLYPHONY_OPTIONS);
  const { instrument, startStep = 0 } = options;
  const stepsPerQuarter = requireStepsPerQuarter(sequence);
  const { notes } = playedNotes(sequence, instrument, startStep);
  const starts = byStep(notes, (note) => note.quantizedStartStep);
  const ends = byStep(notes, (note) => Math.max(note.quantizedEndStep, note.quantizedStartStep + 1));
  const events = [START];
  // A list and no set: a pitch may sound twice.
  const sounding: number[] = [];
  for (let step = startStep; step < totalSteps(sequence); step++) {
    for (const pitch of ends.get(step) ?? []) sounding.splice(sounding.indexOf(pitch), 1);
    const begun = starts.get(step) ?? [];
    const continued = sounding.map((value): PolyphonyEvent => ({ type: 'continuedNote', value }));
    const fresh = begun.map((value): PolyphonyEvent => ({ type: 'newNote', value }));
    events.push(...[...continued, ...fresh].sort((a, b) => (b.value ?? 0) - (a.value ?? 0)), STEP_END);
    sounding.push(...begun);
  }
  events.push(END);
  return { events, startStep, stepsPerQuarter };
}

/** Steps that the events take. */
export const polyphonySteps = (events: readonly PolyphonyEvent[]) =>
  events.filter(({ type }) => type === 'stepEnd').length;

/** Cut after, or filled with silence up to, a number of steps; with 'end' at the end where it was there. */
export function setPolyphonyLength(events: readonly PolyphonyEvent[], steps: number): PolyphonyEvent[] {
  const hasEnd = events.at(-1)?.type === 'end';
  const result: PolyphonyEvent[] = [];
  let written = 0;
  for (const event of events) {
    if (event.type === 'end' || (written === steps && event.type !== 'start')) break;
    result.push(event);
    if (event.type === 'stepEnd') written++;
  }
  for (; written < steps; written++) result.push(STEP_END);
  return hasEnd ? [...result, END] : result;
}

/** Voices that grow. A pitch that is not continued in a step ends before it; one that is continued and does not sound is passed over. */
export class GrowingPolyphony implements GrowingNotes<PolyphonyEvent> {
  readonly ended: QuantizedNote[] = [];
  private count = 0;
  private sounding: QuantizedNote[] = [];
  /** The notes of this step that go on, and those that begin. */
  private continued: QuantizedNote[] = [];
  private begun: QuantizedNote[] = [];

  constructor(public step = 0) {}

  read({ type, value = -1 }: PolyphonyEvent): void {
    const index = this.count++;
    const isNote = type === 'newNote' || type === 'continuedNote';
    if (isNote && !(Number.isInteger(value) && value >= 0 && value <= 127)) {
      throw new TimbrelError(
        'EVENT_INVALID',
        `Polyphony event ${index} is ${type} ${value}; expected 0 to 127`,
      );
    }
    if (type === 'newNote') {
      this.begun.push({ pitch: value, quantizedStartStep: this.step, quantizedEndStep: this.step });
    } else if (type === 'continuedNote') {
      const index = this.sounding.findIndex(({ pitch }) => pitch === value);
      if (index >= 0) this.continued.push(...this.sounding.splice(index, 1));
    } else if (type === 'stepEnd') {
      for (const note of this.sounding) this.ended.push({ ...note, quantizedEndStep: this.step });
      this.sounding = [...this.continued, ...this.begun];
      this.continued = [];
      this.begun = [];
      this.step++;
    }
  }

  /** Nothing that began after the last end of a step is a note: it has no length yet. */
  open(): QuantizedNote[] {
    return [...this.sounding, ...this.continued].map((note) => ({ ...note, quantizedEndStep: this.step }));
  }
}

/**
 * Notes in the order in which they end. A pitch that is not continued in a step ends before it; one that is continued and does
 * not sound is passed over.
 * @throws EVENT_INVALID
 */
export const polyphonyNotes = (events: readonly PolyphonyEvent[], startStep = 0): QuantizedNote[] =>
  allNotes(new GrowingPolyphony(startStep), events);

/**
 * A sequence in seconds.
 * @throws EVENT_INVALID, OPTION_INVALID
 */
export function polyphonyToSequence(polyphony: Polyphony, options: ToSequenceOptions = {}): NoteSequence {
  checkedOptions(options, TO_SEQUENCE_OPTIONS);
  const { events, startStep, stepsPerQuarter } = polyphony;
  const steps = startStep + polyphonySteps(events);
  return stepsToSequence(polyphonyNotes(events, startStep), steps, stepsPerQuarter, options);
}
