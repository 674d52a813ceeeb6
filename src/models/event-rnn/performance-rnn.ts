/** PerformanceRNN. */
import { PERFORMANCE_RNN_FILES } from '../../checkpoints/shipped/performance-rnn.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { NoteEvent, PerformanceEvent } from '../../music/events.js';
import { GrowingPerformance } from '../../music/growing-performance.js';
import { extractNotePerformance, notesOfNotePerformance } from '../../music/note-performance.js';
import {
  DEFAULT_STEPS_PER_SECOND,
  DEFAULT_TICKS_PER_QUARTER,
  type NoteSequence,
  type QuantizedNote,
} from '../../music/note-sequence.js';
import { AS_WRITTEN, extractPerformance, performanceSteps, playedNotes } from '../../music/performance.js';
import { takeVoices } from '../../music/primer.js';
import { quantizeNoteSequenceAbsolute } from '../../music/quantize.js';
import { notesInSeconds } from '../../music/to-sequence.js';
import type { Primer } from '../continuation/event-model.js';
import { withoutLongRest } from '../continuation/without-long-rest.js';
import { EVENT_RNN_OPTIONS, RecurrentModel, inSeconds, type EventRNNOptions } from './recurrent-model.js';
import type { WritingDefaults } from '../continuation/piece.js';
import { WRITING_DEFAULTS } from './defaults.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';
import { shown } from '../../errors/check-arguments.js';

export interface PerformanceRNNOptions extends EventRNNOptions {
  /** Notes a second, one value or several spread over what is written; of density-conditioned configurations. */
  readonly noteDensity?: number | readonly number[];
  /** [12] weights of pitch classes, one or several spread over what is written; of pitch-conditioned configurations. */
  readonly pitchHistogram?: readonly number[] | readonly (readonly number[])[];
}

const VELOCITY_BINS = 32;
const SECONDS_PER_STEP = 1 / DEFAULT_STEPS_PER_SECOND;

/** Expressive performances: performance, performance_with_dynamics and its other encodings, and the conditioned ones. */
export class PerformanceRNN extends RecurrentModel<PerformanceEvent | NoteEvent, PerformanceRNNOptions> {
  protected override readonly optionNames = {
    ...EVENT_RNN_OPTIONS,
    noteDensity: true,
    pitchHistogram: true,
  } as const;
  protected override readonly defaults: WritingDefaults<PerformanceEvent | NoteEvent> =
    WRITING_DEFAULTS.PerformanceRNN;

  /** @param source as for `MelodyRNN.load` */
  static async load(
    source?: Source,
    options?: EventModelLoadOptions,
    spawn?: Spawn,
  ): Promise<PerformanceRNN> {
    return new PerformanceRNN(
      await EventRNN.load('PerformanceRNN', PERFORMANCE_RNN_FILES, source, options, spawn),
    );
  }

  protected readPrimer(sequence: NoteSequence): Primer<PerformanceEvent | NoteEvent> {
    const { configuration } = this.description;
    const voices = takeVoices(sequence);
    if (configuration === 'performance_with_dynamics_and_note_encoding') return readNotes(voices);
    return readEvents(voices, configuration === 'performance' ? 0 : VELOCITY_BINS);
  }

  protected override controls(
    _sequence: NoteSequence,
    primer: Primer<PerformanceEvent | NoteEvent>,
    steps: number,
    options: Partial<PerformanceRNNOptions>,
  ) {
    const noteDensity = densities(options.noteDensity);
    const pitchHistogram = histograms(options.pitchHistogram);
    this.checkConditioned('noteDensity', noteDensity);
    this.checkConditioned('pitchHistogram', pitchHistogram);
    const count = Math.max(noteDensity.length, pitchHistogram.length);
    if (count === 0) return undefined;
    const at = <T>(values: readonly T[], i: number) => values[Math.floor((i * values.length) / count)];
    const values = Array.from({ length: count }, (_, i) => ({
      noteDensity: at(noteDensity, i),
      pitchHistogram: at(pitchHistogram, i),
    }));
    // Events to come are not known; Magenta expects four for each of 15 notes a second.
    const { length } = primer.heard ?? primer.events;
    return { values, total: length + Math.ceil(0.6 * steps) };
  }

  private checkConditioned(name: 'noteDensity' | 'pitchHistogram', values: readonly unknown[]): void {
    const { controls, configuration } = this.description;
    if (values.length === 0 || controls.includes(name)) return;
    throw new TimbrelError(
      'CONTROL_INVALID',
      `${name} is given, and ${configuration} is not conditioned on it; leave it out, or load a checkpoint of ` +
        `${name === 'noteDensity' ? 'density' : 'pitch'}_conditioned_performance_with_dynamics or its like`,
    );
  }
}

const isWeight = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;

const invalid = (name: string, value: unknown, expected: string) =>
  new TimbrelError('CONTROL_INVALID', `${name} is ${shown(value)}; expected ${expected}`);

/** @throws CONTROL_INVALID */
function densities(given: PerformanceRNNOptions['noteDensity'] = []): readonly number[] {
  const values: unknown = typeof given === 'number' ? [given] : given;
  if (Array.isArray(values) && values.every(isWeight)) return values;
  throw invalid('noteDensity', given, 'notes a second from 0, or a list of such numbers');
}

/** @throws CONTROL_INVALID */
function histograms(given: PerformanceRNNOptions['pitchHistogram'] = []): readonly (readonly number[])[] {
  const isHistogram = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.length === 12 && value.every(isWeight);
  const values: unknown = isHistogram(given) ? [given] : given;
  if (Array.isArray(values) && values.every(isHistogram)) return values;
  throw invalid('pitchHistogram', given, '12 weights from 0, or a list of such lists');
}

/** In steps of 10 ms. What has times keeps them: they say more than steps of beats do. */
function quantized(sequence: NoteSequence) {
  const hasTimes =
    sequence.totalTime !== undefined && sequence.notes.every(({ endTime }) => endTime !== undefined);
  return quantizeNoteSequenceAbsolute(hasTimes ? sequence : inSeconds(sequence), DEFAULT_STEPS_PER_SECOND);
}

const HEAD = { ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER };
const secondsOf = (step: number) => step * SECONDS_PER_STEP;
const inSecondsOf =
  ({ program, isDrum }: { readonly program?: number; readonly isDrum?: boolean }) =>
  (notes: readonly QuantizedNote[]) =>
    notesInSeconds(notes, SECONDS_PER_STEP, { program }).map((note) => ({ ...note, isDrum }));

function readEvents(sequence: NoteSequence, velocityBins: number): Primer<PerformanceEvent> {
  const performance = extractPerformance(quantized(sequence), { velocityBins });
  const { events } = performance;
  const end = performanceSteps(events);
  return {
    events,
    heard: withoutLongRest(events),
    end,
    secondsPerStep: SECONDS_PER_STEP,
    stepsOf: performanceSteps,
    head: HEAD,
    reading: () => {
      const { maxNoteDuration, oneNoteAKey } = AS_WRITTEN;
      const maxNoteSteps = maxNoteDuration * DEFAULT_STEPS_PER_SECOND;
      const growing = new GrowingPerformance({ velocityBins, maxNoteSteps, oneNoteAKey, lowestFirst: true });
      for (const event of events) growing.read(event);
      return { growing, inSeconds: inSecondsOf(performance), secondsOf };
    },
  };
}

/**
 * Whole notes count their time from the beginning of the note before, and know no silence at the end: a first note that would begin
 * before the sequence has ended begins there, and what follows it with it.
 */
function readNotes(sequence: NoteSequence): Primer<NoteEvent> {
  const steps = quantized(sequence);
  const events = extractNotePerformance(steps, { velocityBins: VELOCITY_BINS });
  const { program, isDrum } = playedNotes(steps, undefined, 0);
  const end = steps.totalQuantizedSteps;
  const rest = end - stepsOfShifts(events);
  /** The part of the first note's shift that lies before the end. */
  const before = ([first]: readonly NoteEvent[]) => Math.min(first?.shift ?? 0, rest);
  return {
    events,
    end,
    secondsPerStep: SECONDS_PER_STEP,
    stepsOf: (written, count) => stepsOfShifts(written) - (count === 0 ? before(written) : 0),
    head: HEAD,
    reading: () => {
      let begins: number | undefined;
      const growing = {
        ended: [] as QuantizedNote[],
        step: end,
        read(event: NoteEvent) {
          const [note] = notesOfNotePerformance([event], VELOCITY_BINS, begins ?? end - before([event]));
          begins = note.quantizedStartStep;
          growing.step = Math.max(growing.step, note.quantizedEndStep);
          growing.ended.push(note);
        },
        open: () => [],
      };
      return { growing, inSeconds: inSecondsOf({ program, isDrum }), secondsOf };
    },
  };
}

const stepsOfShifts = (events: readonly NoteEvent[]) => events.reduce((sum, { shift }) => sum + shift, 0);
