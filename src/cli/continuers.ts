/** The five models as one: a primer, what was asked for, and pieces by their seed. */
import type { EventRNNDescription } from '../models/event-rnn/protocol.js';
import { CONFIGURATIONS, type ConfigurationId } from '../models/event-rnn/encodings/configurations.js';
import { parseChordList } from '../music/chord-list.js';
import { chordAnnotations, spreadChords } from '../music/chords.js';
import { singleTempo } from '../music/meter.js';
import type { NoteSequence, TextAnnotation } from '../music/note-sequence.js';
import { totalSeconds } from '../music/timed-events.js';
import type { ContinueOptions } from '../models/continuation/event-model.js';
import type { EventRNNOptions } from '../models/event-rnn/recurrent-model.js';
import type { EventModelLoadOptions } from '../models/event-rnn/event-rnn.js';
import type { EventModelName } from '../models/event-rnn/protocol.js';
import type { ImprovRNNOptions } from '../models/event-rnn/improv-rnn.js';
import type { PerformanceRNNOptions } from '../models/event-rnn/performance-rnn.js';
import type { PolyphonyRNNOptions } from '../models/event-rnn/polyphony-rnn.js';
import { EVENT_MODELS, type EventModelCommand } from './event-models.js';
import { KINDS } from './generate-options.js';
import type { GenerateValues } from './generate.js';
import { wholeNumber } from './options.js';
import { performanceControls } from './performance-control-options.js';
import { usageError } from './usage.js';

/** The options of all models; each is given its own. */
type AllOptions = EventRNNOptions & ImprovRNNOptions & PerformanceRNNOptions & PolyphonyRNNOptions;

/** Any of the five. */
export interface LoadedModel {
  readonly description: EventRNNDescription;
  continueSequence(sequence: NoteSequence, options: AllOptions): Promise<NoteSequence>;
  dispose(): void;
}

interface ModelClass {
  load(source: string, options: EventModelLoadOptions): Promise<LoadedModel>;
}

const CLASSES: Readonly<Record<EventModelName, () => Promise<ModelClass>>> = {
  MelodyRNN: async () => (await import('../models/event-rnn/melody-rnn.js')).MelodyRNN,
  DrumsRNN: async () => (await import('../models/event-rnn/drums-rnn.js')).DrumsRNN,
  ImprovRNN: async () => (await import('../models/event-rnn/improv-rnn.js')).ImprovRNN,
  PolyphonyRNN: async () => (await import('../models/event-rnn/polyphony-rnn.js')).PolyphonyRNN,
  PerformanceRNN: async () => (await import('../models/event-rnn/performance-rnn.js')).PerformanceRNN,
};

/** @throws what loading throws */
export async function loadModel(
  name: EventModelCommand,
  source: string,
  options: EventModelLoadOptions,
): Promise<LoadedModel> {
  const model = await CLASSES[EVENT_MODELS[name]]();
  return model.load(source, options);
}

const timeOf = ({ configuration }: EventRNNDescription) =>
  CONFIGURATIONS[configuration as ConfigurationId].time;

/** Steps of a beat; a performance has none, and its primers are typed in sixteenths. */
export function stepsPerQuarterOf(description: EventRNNDescription): number {
  const time = timeOf(description);
  return 'stepsPerQuarter' in time ? time.stepsPerQuarter : 4;
}

export interface Continuer {
  /** The number of events that a piece will have, about. */
  readonly expectedEvents: number;
  /** The chords of ImprovRNN, over the whole piece. */
  readonly chords?: readonly TextAnnotation[];
  /** @param model the one that was loaded, or another of the same weights */
  write(
    model: LoadedModel,
    seed: string,
    onLogProbabilities: ContinueOptions['onLogProbabilities'],
  ): Promise<NoteSequence>;
}

/** @throws USAGE, CHORD_SYMBOL_UNKNOWN, CONTROL_INVALID, TEMPO_CHANGES */
export function createContinuer(
  name: EventModelCommand,
  description: EventRNNDescription,
  values: GenerateValues,
  primer: NoteSequence,
): Continuer {
  const time = timeOf(description);
  const stepsPerSecond =
    'stepsPerSecond' in time
      ? time.stepsPerSecond
      : (singleTempo(primer).qpm / 60) * stepsPerQuarterOf(description);
  const primerSteps = Math.round(totalSeconds(primer) * stepsPerSecond);
  const steps = stepsWanted(name, values, stepsPerSecond, primerSteps);
  const chords = name === 'improv-rnn' ? chordsOf(values) : undefined;
  const options: AllOptions = {
    steps,
    temperature: values.temperature,
    topK: values['top-k'],
    topP: values['top-p'],
    beamSize: values['beam-size'],
    branchFactor: values['branch-factor'],
    stepsPerIteration: values['steps-per-iteration'],
    chords,
    ...(name === 'polyphony-rnn' && {
      injectPrimer: values['inject-primer-during-generation'] === true && primer.notes.length > 0,
      conditionOnPrimer: values['condition-on-primer'] === true,
    }),
    ...performanceControls(values, description),
  };
  // As ImprovRNN spreads them.
  const spread = chords && spreadChords(chords, Math.max(1, primerSteps + steps));
  const { eventsPerStep } = CONFIGURATIONS[description.configuration as ConfigurationId];
  return {
    expectedEvents: steps * eventsPerStep,
    chords: spread && chordAnnotations({ events: spread, startStep: 0 }, 1 / stepsPerSecond),
    write: (model, seed, onLogProbabilities) =>
      model.continueSequence(primer, { ...options, seed, onLogProbabilities }),
  };
}

function stepsWanted(
  name: EventModelCommand,
  { steps, seconds, ...values }: GenerateValues,
  stepsPerSecond: number,
  primerSteps: number,
): number {
  if (steps !== undefined) return wholeNumber('steps', steps, 0);
  if (seconds === undefined) return KINDS[name].steps ?? stepsOfChords(values, primerSteps);
  if (seconds > 0) return Math.max(1, Math.round(seconds * stepsPerSecond));
  if (seconds === 0) return 0;
  throw usageError(`--seconds is ${seconds}; expected a number from 0`);
}

type ChordValues = Pick<GenerateValues, 'backing-chords' | 'steps-per-chord'>;

const chordsOf = ({ 'backing-chords': text = '' }: ChordValues) => parseChordList(text);

/** The chords decide how long a piece is, primer included (improv_rnn_generate.py). */
function stepsOfChords(values: ChordValues, primerSteps: number): number {
  const { 'steps-per-chord': perChord = 16 } = values;
  const all = chordsOf(values).length * wholeNumber('steps-per-chord', perChord, 1);
  const steps = all - primerSteps;
  if (steps >= 1) return steps;
  throw usageError(`The primer takes all ${all} steps of the chords; give --steps, or more chords`);
}
