/**
 * Every public model, a row each: index, catalogue, command, datasets, evaluation and elements read their lists off it. A class is
 * loaded when it is used.
 */
import type { CheckpointSource } from '../checkpoints/checkpoint-source.js';
import { resolveSource, type DownloadOptions, type Source } from '../checkpoints/resolve-source.js';
import type { Family } from './worker.js';

export interface ModelRow {
  /** The word of the command line, and of the element. */
  readonly command: string;
  /** The music that it makes, in a line of the command's help. */
  readonly summary: string;
  /** The family that serves it in the worker. */
  readonly family: Family;
  /** Catalogue id of what is loaded without a source. */
  readonly weights: string;
  /** Magenta's names, the most usual first. */
  readonly configurations: readonly string[];
  load(): Promise<unknown>;
}

export const MODELS = {
  GANSynth: {
    command: 'gansynth',
    summary: 'Notes of neural instruments',
    family: 'gansynth',
    weights: 'gansynth/small',
    configurations: [],
    load: async () => (await import('./gansynth/gansynth.js')).GANSynth,
  },
  MelodyRNN: {
    command: 'melody-rnn',
    summary: 'Melodies',
    family: 'event-rnn',
    weights: 'melody_rnn/small',
    configurations: ['basic_rnn', 'mono_rnn', 'lookback_rnn', 'attention_rnn'],
    load: async () => (await import('./event-rnn/melody-rnn.js')).MelodyRNN,
  },
  DrumsRNN: {
    command: 'drums-rnn',
    summary: 'Drum tracks',
    family: 'event-rnn',
    weights: 'drums_rnn/small',
    configurations: ['drum_kit', 'one_drum'],
    load: async () => (await import('./event-rnn/drums-rnn.js')).DrumsRNN,
  },
  ImprovRNN: {
    command: 'improv-rnn',
    summary: 'Melodies over chords',
    family: 'event-rnn',
    weights: 'improv_rnn/small',
    configurations: ['basic_improv', 'attention_improv', 'chord_pitches_improv'],
    load: async () => (await import('./event-rnn/melody-rnn.js')).ImprovRNN,
  },
  PolyphonyRNN: {
    command: 'polyphony-rnn',
    summary: 'Several voices, as in a chorale',
    family: 'event-rnn',
    weights: 'polyphony_rnn/small',
    configurations: ['polyphony'],
    load: async () => (await import('./event-rnn/polyphony-rnn.js')).PolyphonyRNN,
  },
  PerformanceRNN: {
    command: 'performance-rnn',
    summary: 'Piano with its timing and dynamics',
    family: 'event-rnn',
    weights: 'performance_rnn/small',
    configurations: [
      'performance_with_dynamics',
      'performance',
      'performance_with_dynamics_compact',
      'performance_with_dynamics_and_modulo_encoding',
      'performance_with_dynamics_and_note_encoding',
      'density_conditioned_performance_with_dynamics',
      'pitch_conditioned_performance_with_dynamics',
      'multiconditioned_performance_with_dynamics',
      'optional_multiconditioned_performance_with_dynamics',
    ],
    load: async () => (await import('./event-rnn/performance-rnn.js')).PerformanceRNN,
  },
  MusicVAE: {
    command: 'music-vae',
    summary: 'Short pieces, and what lies between them',
    family: 'music-vae',
    weights: 'music_vae/mel_2bar',
    configurations: [
      'cat-mel_2bar_small',
      'cat-mel_2bar_big',
      'cat-mel_2bar_med_chords',
      'flat-mel_16bar',
      'hierdec-mel_16bar',
      'hier-mel_16bar',
      'cat-drums_2bar_small',
      'cat-drums_2bar_big',
      'nade-drums_2bar_reduced',
      'nade-drums_2bar_full',
      'flat-trio_16bar',
      'hierdec-trio_16bar',
      'hier-trio_16bar',
      'hier-multiperf_vel_1bar_med',
      'hier-multiperf_vel_1bar_med_chords',
      'hier-multiperf_vel_1bar_big',
      'hier-multiperf_vel_1bar_big_chords',
      'groovae_2bar_humanize',
      'groovae_2bar_tap_fixed_velocity',
      'groovae_2bar_add_closed_hh',
      'groovae_2bar_hits_control',
      'groovae_4bar',
    ],
    load: async () => (await import('./music-vae/music-vae.js')).MusicVAE,
  },
  MusicTransformer: {
    command: 'music-transformer',
    summary: 'Long pieces for piano, written while they are played',
    family: 'music-transformer',
    weights: 'music_transformer/small',
    configurations: [],
    load: async () => (await import('./music-transformer/music-transformer.js')).MusicTransformer,
  },
  OnsetsAndFrames: {
    command: 'onsets-frames',
    summary: 'Piano or drums to notes',
    family: 'onsets-frames',
    weights: 'onsets_frames/piano',
    configurations: [],
    load: async () => (await import('./onsets-frames/onsets-and-frames.js')).OnsetsAndFrames,
  },
  NSynth: {
    command: 'nsynth',
    summary: 'Sounds as numbers to mix and to play',
    family: 'nsynth',
    weights: 'nsynth/spectral',
    configurations: [],
    load: async () => (await import('./nsynth/nsynth.js')).NSynth,
  },
} as const satisfies Readonly<Record<string, ModelRow>>;

export type ModelName = keyof typeof MODELS;

/** The names of the classes. */
export const MODEL_NAMES = Object.keys(MODELS) as readonly ModelName[];

/**
 * The files of a model's checkpoint.
 * @param source nothing: the weights that the package ships
 * @throws CHECKPOINT_UNKNOWN, CHECKPOINT_OTHER_MODEL
 */
export function resolveModelSource(
  model: ModelName,
  source: Source | undefined,
  { mirrors, keep }: DownloadOptions,
): CheckpointSource {
  const named = source ?? MODELS[model].weights;
  return resolveSource(named, { mirrors, keep, model, models: MODEL_NAMES });
}
