/**
 * The event RNNs' reference vectors: greedy continuations that @magenta/music 1.23.1 (pure JavaScript backend) made from the
 * same weights and primers. No Node or DOM here: browser tests use it too.
 */
import { CONFIGURATIONS, inputSizeOf, type Configuration } from '../../src/models/event-rnn/encodings/configurations.js';
import type { ChordTones } from '../../src/music/chord-symbol.js';
import type { Controls } from '../../src/models/event-rnn/protocol.js';
import { spreadOver } from '../../src/models/event-rnn/encodings/controls.js';
import { EventDecoder } from '../../src/models/event-rnn/worker/decoder.js';
import { drumKitClasses } from '../../src/models/event-rnn/encodings/drum-encodings.js';
import { lookback } from '../../src/models/event-rnn/encodings/encoding.js';
import { readRecurrentWeights } from '../../src/models/event-rnn/worker/weights.js';
import type { RecurrentNetwork, RecurrentWeights } from '../../src/ops/lstm/network.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

interface Note {
  readonly pitch: number;
  readonly quantizedStartStep: number;
  readonly quantizedEndStep: number;
}

export interface EventCase {
  readonly primer: { readonly notes: readonly Note[]; readonly totalQuantizedSteps: number };
  readonly steps: number;
  readonly chordProgression?: readonly string[];
  readonly labels: readonly number[];
  /** The smallest gap between the log-probabilities of the best and the second class. */
  readonly minLogMargin: number;
  readonly probSteps: readonly number[];
  /** A row for each of `probSteps`. */
  readonly probs: readonly (readonly number[])[];
}

export interface EventVectors {
  readonly weights: WeightRecipe;
  readonly cases: readonly EventCase[];
}

/** One event a step: at its start the pitch, at its end note-off unless another note begins. */
function melodyOf({ notes, totalQuantizedSteps }: EventCase['primer']): number[] {
  const events = new Array<number>(totalQuantizedSteps).fill(-2);
  for (const { quantizedEndStep } of notes) if (quantizedEndStep < events.length) events[quantizedEndStep] = -1;
  for (const { pitch, quantizedStartStep } of notes) events[quantizedStartStep] = pitch;
  return events;
}

function drumsOf({ notes, totalQuantizedSteps }: EventCase['primer']): number[][] {
  const events = Array.from({ length: totalQuantizedSteps }, (): number[] => []);
  for (const { pitch, quantizedStartStep } of notes) events[quantizedStartStep].push(pitch);
  return events;
}

/** The chords of the vectors; the reference takes the root for the bass. */
export const CHORDS: Readonly<Record<string, ChordTones>> = {
  C: { root: 0, bass: 0, pitches: [0, 4, 7], quality: 'major' },
  Am: { root: 9, bass: 9, pitches: [9, 0, 4], quality: 'minor' },
  F: { root: 5, bass: 5, pitches: [5, 9, 0], quality: 'major' },
  G: { root: 7, bass: 7, pitches: [7, 11, 2], quality: 'major' },
  Dm7: { root: 2, bass: 2, pitches: [2, 5, 9, 0], quality: 'minor' },
  G7: { root: 7, bass: 7, pitches: [7, 11, 2, 5], quality: 'major' },
  Cmaj7: { root: 0, bass: 0, pitches: [0, 4, 7, 11], quality: 'major' },
};

interface Run {
  readonly configuration: string;
  readonly shape: { inputSize: number; classes: number; attentionLength?: number };
  readonly decode: (network: RecurrentNetwork, vector: EventCase) => Decoder;
}

interface Decoder {
  /** Takes the likeliest event and says which label it has. */
  next(): number;
}

function run<E>(
  configuration: Configuration<E>,
  primerOf: (vector: EventCase) => E[],
  controlsOf: (vector: EventCase) => (position: number) => Controls = () => () => ({}),
): Omit<Run, 'configuration'> {
  const { encoding, attentionLength } = configuration;
  return {
    shape: { inputSize: inputSizeOf(configuration), classes: encoding.classes[0], attentionLength },
    decode(network, vector) {
      const decoder = new EventDecoder(network, configuration, controlsOf(vector));
      decoder.append(primerOf(vector));
      return {
        next() {
          decoder.sample({ temperature: 0 }, () => 0);
          return encoding.labels(decoder.events, decoder.events.length - 1)[0];
        },
      };
    },
  };
}

/** magenta.js has 43 among the high toms and 52 among the rides. */
const JS_KIT = [
  [36, 35],
  [38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85],
  [42, 44, 54, 68, 69, 70, 71, 73, 78, 80],
  [46, 67, 72, 74, 79, 81],
  [45, 29, 41, 61, 64, 84],
  [48, 47, 60, 63, 77, 86, 87],
  [50, 30, 43, 62, 76, 83],
  [49, 55, 57, 58],
  [51, 52, 53, 59, 82],
];

const { basic_rnn, mono_rnn, drum_kit, chord_pitches_improv, performance_with_dynamics } = CONFIGURATIONS;
const performance = performance_with_dynamics.encoding;

/** By file name. */
export const RUNS = {
  basic_rnn: run(basic_rnn, ({ primer }) => melodyOf(primer)),
  melody_rnn: run(mono_rnn, ({ primer }) => melodyOf(primer)),
  melody_rnn_attention: run({ ...mono_rnn, attentionLength: 40 }, ({ primer }) => melodyOf(primer)),
  drum_kit_rnn: run({ ...drum_kit, encoding: lookback(drumKitClasses(JS_KIT), [], 6) }, ({ primer }) =>
    drumsOf(primer),
  ),
  chord_pitches_improv: run(
    chord_pitches_improv,
    ({ primer }) => melodyOf(primer),
    ({ chordProgression = [], primer, steps }) => {
      const chordAt = spreadOver(chordProgression, primer.totalQuantizedSteps + steps);
      return (position) => ({ chord: CHORDS[chordAt(position) ?? ''] });
    },
  ),
  // The primer's pitches are labels less 2: it was made with a melody converter.
  performance_rnn_lstm: run(performance_with_dynamics, ({ primer }) =>
    primer.notes.map(({ pitch }) => performance.decode([pitch + 2], [])),
  ),
};

export type VectorName = keyof typeof RUNS;

export const weightsOf = (name: VectorName, vectors: EventVectors): RecurrentWeights =>
  readRecurrentWeights(syntheticTensors(vectors.weights), RUNS[name].shape);

/** What differs from the vectors beyond their tolerance, as text; empty when all is well. */
export function compareCase(name: VectorName, network: RecurrentNetwork, vector: EventCase): string[] {
  const decoder = RUNS[name].decode(network, vector);
  const differences: string[] = [];
  for (let step = 0; step < vector.steps; step++) {
    const label = decoder.next();
    // Asking for logits again changes nothing: they are of the events that were fed before the last.
    const row = vector.probs[vector.probSteps.indexOf(step)];
    if (row) {
      const largest = Math.max(...softmax(network.logits()).map((value, n) => Math.abs(value - row[n])));
      // Not `largest > 1e-3`: NaN is a failure.
      if (!(largest <= 1e-3)) differences.push(`step ${step}: a probability is off by ${largest}`);
    }
    if (label !== vector.labels[step])
      differences.push(`step ${step}: label ${label}, not ${vector.labels[step]}`);
  }
  return differences;
}

function softmax(logits: Float32Array): number[] {
  const exponentials = Array.from(logits, Math.exp);
  const total = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / total);
}
