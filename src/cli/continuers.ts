/** The five models as one: a primer, what was asked for, and pieces by their seed. */
import type { EventRNNDescription } from '../messages/event-rnn.js';
import { CONFIGURATIONS, type ConfigurationId } from '../models/event-rnn/configurations.js';
import { chordAnnotations, spreadChords } from '../music/chords.js';
import { DEFAULT_QPM, type NoteSequence, type TextAnnotation } from '../music/note-sequence.js';
import { totalSeconds } from '../music/timed-events.js';
import { DrumsRNN } from '../workers/drums-rnn.js';
import type { ContinueOptions } from '../workers/event-model.js';
import { ImprovRNN, MelodyRNN } from '../workers/melody-rnn.js';
import { PerformanceRNN } from '../workers/performance-rnn.js';
import { PolyphonyRNN } from '../workers/polyphony-rnn.js';
import type { EventModelCommand } from './event-models.js';
import { KINDS } from './generate-options.js';
import type { GenerateValues } from './generate.js';
import { wholeNumber } from './options.js';
import { usageError } from './usage.js';

export interface Continuer {
  readonly description: EventRNNDescription;
  readonly primer: NoteSequence;
  /** Of ImprovRNN, over the whole piece. */
  readonly chords?: readonly TextAnnotation[];
  /** How many events a piece will have, about. */
  readonly expectedEvents: number;
  write(seed: string, onLogProbabilities: ContinueOptions['onLogProbabilities']): Promise<NoteSequence>;
  dispose(): void;
}

/** @throws USAGE, and what loading throws */
export async function loadContinuer(
  name: EventModelCommand,
  source: string,
  values: GenerateValues,
  primer: NoteSequence,
): Promise<Continuer> {
  const load = { configuration: values.config };
  const sampling = {
    temperature: values.temperature,
    topK: values['top-k'],
    topP: values['top-p'],
    beamSize: values['beam-size'],
    branchFactor: values['branch-factor'],
    stepsPerIteration: values['steps-per-iteration'],
  };
  const qpm = primer.tempos?.[0]?.qpm ?? DEFAULT_QPM;
  const stepsPerSecond =
    name === 'performance-rnn' ? 100 : (qpm / 60) * (values.config === 'one_drum' ? 2 : 4);
  const steps =
    values.steps !== undefined
      ? wholeNumber('steps', values.steps, 1)
      : values.seconds === undefined
        ? (KINDS[name].steps ?? stepsOfChords(values, totalSeconds(primer) * stepsPerSecond))
        : Math.round(values.seconds * stepsPerSecond);
  if (!(steps >= 1)) throw usageError(`--seconds is ${values.seconds}; expected a number above 0`);
  const of = <O extends object>(
    model: {
      readonly description: EventRNNDescription;
      continueSequence(sequence: NoteSequence, options: ContinueOptions & O): Promise<NoteSequence>;
      dispose(): void;
    },
    own: O,
    chords?: readonly TextAnnotation[],
  ): Continuer => {
    const { eventsPerStep } = CONFIGURATIONS[model.description.configuration as ConfigurationId];
    return {
      description: model.description,
      primer,
      chords,
      expectedEvents: Math.max(1, steps * eventsPerStep),
      write: (seed, onLogProbabilities) =>
        model.continueSequence(primer, { ...sampling, ...own, steps, seed, onLogProbabilities }),
      dispose: () => model.dispose(),
    };
  };
  switch (name) {
    case 'melody-rnn':
      return of(await MelodyRNN.load(source, load), {});
    case 'drums-rnn':
      return of(await DrumsRNN.load(source, load), {});
    case 'improv-rnn': {
      const chords = chordsOf(values);
      const total = Math.max(1, Math.round(totalSeconds(primer) * stepsPerSecond)) + steps;
      const spread = { events: spreadChords(chords, total), startStep: 0 };
      const model = await ImprovRNN.load(source, load);
      return of(model, { chords }, chordAnnotations(spread, 1 / stepsPerSecond));
    }
    case 'polyphony-rnn':
      return of(await PolyphonyRNN.load(source, load), {
        injectPrimer: values['inject-primer-during-generation'] === true && primer.notes.length > 0,
        conditionOnPrimer: values['condition-on-primer'] === true,
      });
    case 'performance-rnn':
      return of(await PerformanceRNN.load(source, load), performanceControls(values));
  }
}

const chordsOf = ({ 'backing-chords': text = '' }: GenerateValues) =>
  text.split(/\s+/).filter((symbol) => symbol !== '');

/** The chords decide how long a piece is, primer included (improv_rnn_generate.py). */
function stepsOfChords(values: GenerateValues, primerSteps: number): number {
  const { 'steps-per-chord': perChord = 16 } = values;
  const all = chordsOf(values).length * wholeNumber('steps-per-chord', perChord, 1);
  const steps = all - Math.round(primerSteps);
  if (steps >= 1) return steps;
  throw usageError(`The primer takes all ${all} steps of the chords; give --steps, or more chords`);
}

function performanceControls(values: GenerateValues) {
  const { 'notes-per-second': density, 'pitch-class-histogram': histogram } = values;
  const read = (name: string, text: string): unknown[] => {
    const [first, last] = [text.trim().at(0), text.trim().at(-1)];
    try {
      return [JSON.parse(first === '[' && last === ']' ? text : `[${text}]`)].flat();
    } catch {
      throw usageError(`--${name} is ${JSON.stringify(text)}; expected numbers such as "[1, 2, 3]"`);
    }
  };
  const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;
  const isHistogram = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length === 12 && value.every(isNumber);
  const noteDensity = density === undefined ? undefined : read('notes-per-second', density);
  if (noteDensity && !noteDensity.every(isNumber))
    throw usageError(`--notes-per-second is ${JSON.stringify(density)}; expected numbers from 0`);
  const given = histogram === undefined ? undefined : read('pitch-class-histogram', histogram);
  const pitchHistogram = given?.every(isNumber) ? [given] : given;
  if (pitchHistogram && !pitchHistogram.every(isHistogram))
    throw usageError(`--pitch-class-histogram is ${JSON.stringify(histogram)}; expected 12 weights from 0`);
  return {
    noteDensity: noteDensity?.filter(isNumber),
    pitchHistogram: pitchHistogram?.filter(isHistogram),
  };
}
