/**
 * Every public model, a row each: index, catalogue, command, datasets, evaluation and elements read their lists off it. It names no
 * class: a model that knows the others' names does not bring them along.
 */
import type { CheckpointSource } from '../checkpoints/checkpoint-source.js';
import type { ShippedFiles } from '../checkpoints/shipped/shipped-files.js';
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
}

export const MODELS = {
  GANSynth: {
    command: 'gansynth',
    summary: 'Notes of neural instruments',
    family: 'gansynth',
    weights: 'gansynth/small',
    configurations: [],
  },
  MelodyRNN: {
    command: 'melody-rnn',
    summary: 'Melodies',
    family: 'event-rnn',
    weights: 'melody_rnn/small',
    configurations: ['basic_rnn', 'mono_rnn', 'lookback_rnn', 'attention_rnn'],
  },
  DrumsRNN: {
    command: 'drums-rnn',
    summary: 'Drum tracks',
    family: 'event-rnn',
    weights: 'drums_rnn/small',
    configurations: ['drum_kit', 'one_drum'],
  },
  ImprovRNN: {
    command: 'improv-rnn',
    summary: 'Melodies over chords',
    family: 'event-rnn',
    weights: 'improv_rnn/small',
    configurations: ['basic_improv', 'attention_improv', 'chord_pitches_improv', 'lookback_improv'],
  },
  PolyphonyRNN: {
    command: 'polyphony-rnn',
    summary: 'Several voices, as in a chorale',
    family: 'event-rnn',
    weights: 'polyphony_rnn/small',
    configurations: ['polyphony'],
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
  },
  MusicTransformer: {
    command: 'music-transformer',
    summary: 'Long pieces for piano, written while they are played',
    family: 'music-transformer',
    weights: 'music_transformer/small',
    configurations: [],
  },
  OnsetsAndFrames: {
    command: 'onsets-frames',
    summary: 'Piano or drums to notes',
    family: 'onsets-frames',
    weights: 'onsets_frames/piano',
    configurations: [],
  },
  NSynth: {
    command: 'nsynth',
    summary: 'Sounds as numbers to mix and to play',
    family: 'nsynth',
    weights: 'nsynth/spectral',
    configurations: [],
  },
} as const satisfies Readonly<Record<string, ModelRow>>;

export type ModelName = keyof typeof MODELS;

/** The names of the classes. */
export const MODEL_NAMES = Object.keys(MODELS) as readonly ModelName[];

/**
 * The files of a model's checkpoint.
 * @param source nothing: the weights that the package ships
 * @param shipped those of the model; without them only the names of sources are told apart
 * @throws CHECKPOINT_UNKNOWN, CHECKPOINT_OTHER_MODEL
 */
export function resolveModelSource(
  model: ModelName,
  source: Source | undefined,
  { mirrors, keep }: DownloadOptions,
  shipped?: ShippedFiles,
): CheckpointSource {
  const named = source ?? MODELS[model].weights;
  return resolveSource(named, { mirrors, keep, model, shipped, models: MODEL_NAMES });
}
