/**
 * Every configuration of Magenta's event RNNs, and one of ours, as a table: how events are encoded, what conditions them, the sizes that
 * Magenta's code trains by default. Checkpoints may have other sizes: those are read from their tensors.
 * Sources: magenta/models/{melody_rnn,drums_rnn,improv_rnn,polyphony_rnn,performance_rnn}/*_model.py.
 */
import type { EventModelName } from '../protocol.js';
import {
  both,
  chordPitches,
  noteDensity,
  optional,
  pitchHistogram,
  triadChord,
  type ControlEncoding,
} from './controls.js';
import { drumKitClasses, oneDrumClasses } from './drum-encodings.js';
import { drumsOnward, melodyOnward, PolyphonyOnward } from './stillness.js';
import { lookback, oneHot, type ClassFilter, type EventEncoding } from './encoding.js';
import type {
  DrumEvent,
  MelodyEvent,
  MusicEvent,
  NoteEvent,
  PerformanceEvent,
  PolyphonyEvent,
} from '../../../music/events.js';
import { keyMelody, melodyClasses } from './melody-encodings.js';
import {
  KeysDown,
  MAX_SHIFT,
  moduloPerformance,
  noteEvents,
  performanceClasses,
  VELOCITY_BINS,
} from './performance-encodings.js';
import { polyphonyClasses } from './polyphony-encodings.js';

export interface Configuration<E> {
  readonly model: EventModelName;
  readonly encoding: EventEncoding<E>;
  /** In front of the input; that of the event to come. */
  readonly controls?: ControlEncoding;
  /** Magenta's default sizes of the cells. */
  readonly layers: readonly number[];
  /** Slots of the attention's history, where a checkpoint has attention: no tensor says how many. */
  readonly attentionLength?: number;
  /** Lowest and highest pitch of a melody. */
  readonly pitches?: readonly [number, number];
  /** The key that melodies are brought to before, and back from after: 0 is C. Only those trained so. */
  readonly transposeToKey?: number;
  readonly time:
    | { readonly stepsPerQuarter: number }
    /** Steps of the clock; events take none to many. */
    | { readonly stepsPerSecond: number };
  /** A piece begins with this when nothing is given. */
  readonly emptyPrimer: readonly E[];
  /** Steps that an event takes. */
  steps(event: E): number;
  /** Makes what says which classes are never written; Magenta's generators write all. */
  readonly filter?: () => ClassFilter<E>;
  /** Events to expect for a step, on the whole. */
  readonly eventsPerStep: number;
}

const DISTANCES = [16, 32];
const LOW = 48;
const HIGH = 83;

const oneStep = () => 1;
const silentStep: readonly MelodyEvent[] = [-2];

const melody = {
  layers: [128, 128],
  pitches: [LOW, HIGH] as const,
  time: { stepsPerQuarter: 4 },
  emptyPrimer: silentStep,
  steps: oneStep,
  eventsPerStep: 1,
};
const melodyRNN = { ...melody, model: 'MelodyRNN' as const, transposeToKey: 0 };
const improvRNN = { ...melody, model: 'ImprovRNN' as const };

const silentDrums: readonly DrumEvent[] = [[]];
const drumsRNN = { model: 'DrumsRNN' as const, emptyPrimer: silentDrums, steps: oneStep, eventsPerStep: 1 };

const performanceRNN = {
  model: 'PerformanceRNN' as const,
  layers: [512, 512, 512],
  time: { stepsPerSecond: 100 },
  emptyPrimer: [{ type: 'timeShift', value: MAX_SHIFT }] satisfies PerformanceEvent[],
  steps: ({ type, value }: PerformanceEvent) => (type === 'timeShift' ? value : 0),
  // Magenta: four for each of 15 notes a second (performance_sequence_generator.py).
  eventsPerStep: (4 * 15) / 100,
  filter: () => new KeysDown(),
};
const withDynamics = { ...performanceRNN, encoding: oneHot(performanceClasses(VELOCITY_BINS)) };

const moving = (encoding: EventEncoding<MelodyEvent>) => ({ encoding, filter: melodyOnward(encoding) });
const oneHotMelody = moving(oneHot(melodyClasses(LOW, HIGH)));
const repeatingMelody = moving(keyMelody(LOW, HIGH, DISTANCES));
const attentionMelody = { ...repeatingMelody, attentionLength: 40 };
const drumming = (encoding: EventEncoding<DrumEvent>) => ({ encoding, filter: drumsOnward(encoding) });

export const CONFIGURATIONS = {
  basic_rnn: { ...melodyRNN, ...oneHotMelody },
  mono_rnn: {
    ...melodyRNN,
    ...moving(oneHot(melodyClasses(0, 127))),
    pitches: [0, 127],
    transposeToKey: undefined,
  },
  lookback_rnn: { ...melodyRNN, ...moving(lookback(melodyClasses(LOW, HIGH), DISTANCES, 5)) },
  attention_rnn: { ...melodyRNN, ...attentionMelody },

  one_drum: {
    ...drumsRNN,
    ...drumming(oneHot(oneDrumClasses)),
    layers: [128, 128],
    time: { stepsPerQuarter: 2 },
  },
  drum_kit: {
    ...drumsRNN,
    ...drumming(lookback(drumKitClasses(), [], 6)),
    layers: [256, 256, 256],
    attentionLength: 32,
    time: { stepsPerQuarter: 4 },
  },

  basic_improv: { ...improvRNN, ...oneHotMelody, controls: triadChord, layers: [64, 64] },
  attention_improv: { ...improvRNN, ...attentionMelody, controls: triadChord, layers: [128, 128, 128] },
  chord_pitches_improv: {
    ...improvRNN,
    ...oneHotMelody,
    controls: chordPitches,
    layers: [256, 256, 256],
  },
  /** Ours, of Magenta's parts: the melody of attention_improv, which knows repeats, without attention, over all chords. */
  lookback_improv: { ...improvRNN, ...repeatingMelody, controls: chordPitches, layers: [192, 192] },

  polyphony: {
    model: 'PolyphonyRNN',
    encoding: oneHot(polyphonyClasses),
    filter: () => new PolyphonyOnward(),
    layers: [256, 256, 256],
    time: { stepsPerQuarter: 4 },
    emptyPrimer: [{ type: 'start' }],
    steps: ({ type }) => (type === 'stepEnd' ? 1 : 0),
    eventsPerStep: 5,
  } satisfies Configuration<PolyphonyEvent>,

  performance: { ...performanceRNN, encoding: oneHot(performanceClasses(0)) },
  performance_with_dynamics: withDynamics,
  /** The same network; its training files hold classes instead of vectors. */
  performance_with_dynamics_compact: withDynamics,
  performance_with_dynamics_and_modulo_encoding: {
    ...performanceRNN,
    encoding: moduloPerformance(VELOCITY_BINS),
  },
  performance_with_dynamics_and_note_encoding: {
    ...performanceRNN,
    encoding: noteEvents(VELOCITY_BINS),
    emptyPrimer: [{ shift: 0, pitch: 60, velocityBin: 16, duration: 50 }],
    steps: ({ shift }: NoteEvent) => shift,
    filter: undefined,
    eventsPerStep: 15 / 100,
  },
  density_conditioned_performance_with_dynamics: { ...withDynamics, controls: noteDensity },
  pitch_conditioned_performance_with_dynamics: { ...withDynamics, controls: pitchHistogram },
  multiconditioned_performance_with_dynamics: {
    ...withDynamics,
    controls: both(noteDensity, pitchHistogram),
  },
  optional_multiconditioned_performance_with_dynamics: {
    ...withDynamics,
    controls: optional(both(noteDensity, pitchHistogram)),
  },
} as const satisfies Record<
  string,
  | Configuration<MelodyEvent>
  | Configuration<DrumEvent>
  | Configuration<PolyphonyEvent>
  | Configuration<PerformanceEvent>
  | Configuration<NoteEvent>
>;

export type ConfigurationId = keyof typeof CONFIGURATIONS;

export const isConfigurationId = (id: string): id is ConfigurationId => Object.hasOwn(CONFIGURATIONS, id);

export const configurationOf = (id: ConfigurationId) =>
  CONFIGURATIONS[id] as unknown as Configuration<MusicEvent>;

/** In the order of the table. */
export const configurationsOf = (model: EventModelName): ConfigurationId[] =>
  Object.keys(CONFIGURATIONS)
    .filter(isConfigurationId)
    .filter((id) => configurationOf(id).model === model);

/** Values in front of the network's input, and the input itself. */
export const inputSizeOf = <E>({ encoding, controls }: Configuration<E>): number =>
  (controls?.size ?? 0) + encoding.inputSize;
