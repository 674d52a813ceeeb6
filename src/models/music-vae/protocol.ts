/** Methods of a worker that holds a MusicVAE: music to points of its latent space and back. */
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { WeightPrecision } from '../load-options.js';
import type { SamplingOptions } from '../sampling.js';
import type { Controls } from './controls.js';
import type { MusicVAEKind } from './converters/converter.js';
import type { Seeds } from './seeds.js';
import type { MidiMeNetwork, MidiMeOptions, MidiMeProgress } from './midi-me-network.js';

export interface MusicVAEDescription {
  readonly model: 'MusicVAE';
  /** A name of Magenta's table, e.g. 'cat-mel_2bar_small'; '' where none of it fits. */
  readonly configuration: string;
  readonly kind: MusicVAEKind;
  readonly latentSize: number;
  /** The length of a piece, in steps of `stepsPerQuarter`. */
  readonly steps: number;
  readonly stepsPerQuarter: number;
  /** 1 where the network is flat. */
  readonly segments: number;
  /** Numbers in which the event of a step is held: 1 for a class, 9 for drums as bits, 27 for a groove. */
  readonly eventWidth: number;
  /** A groove's encoder hears less than its decoder writes: 'humanize' no dynamics and timing, 'tap' not which drum. */
  readonly hears: 'all' | 'humanize' | 'tap' | 'no closed hi-hat';
  /** The controls that every call needs: 'chords', 'key', extra controls by name. */
  readonly controls: readonly string[];
  readonly backend: 'wasm' | 'cpu';
  readonly precision: WeightPrecision;
  readonly parameterCount: number;
  /** Memory the network holds in its worker, bytes. */
  readonly bytes: number;
}

/** A model's opinion of a piece that is given. */
export interface PieceScore {
  /** [rows] nats, of each event after those before it, given the point. Velocities and offsets of a groove do not count. */
  readonly logProbabilities: Float64Array;
  /** [rows] 1 where the event is the likeliest one. */
  readonly hits: Uint8Array;
  /** Nats between the distribution of the piece and the prior; of a checkpoint with `encoder/sigma`, where no point was given. */
  readonly divergence?: number;
}

/** A piece that is known to the last event, beside what the model makes of it. */
export interface PieceEvaluation extends PieceScore {
  /** The likeliest event of each step after those that were given, as events are held. */
  readonly foreseen: Float32Array;
  /** The piece that is written at temperature 0 of the point alone. */
  readonly reconstruction: Float32Array;
}

export interface MusicVAEMethods {
  load: {
    args: {
      readonly source: CheckpointSource;
      readonly configuration?: string;
      readonly backend: 'wasm' | 'cpu';
      readonly precision: WeightPrecision;
    };
    result: MusicVAEDescription;
  };
  encode: {
    args: {
      readonly sequences: readonly NoteSequence[];
      readonly controls: Controls;
      /** The temperature of the point within the distribution of the piece; 0 is its mean. */
      readonly temperature: number;
      readonly seed: number | string;
    };
    result: readonly Float32Array[];
  };
  /** A part is the piece of one point. */
  decode: {
    args: {
      readonly latents: readonly Float32Array[];
      readonly controls: Controls;
      readonly sampling: SamplingOptions;
      readonly seed: Seeds;
      readonly qpm: number;
    };
    result: readonly NoteSequence[];
    part: { readonly sequence: NoteSequence; readonly index: number };
  };
  score: {
    args: {
      readonly sequence: NoteSequence;
      readonly controls: Controls;
      /** Default: the mean of the piece's own distribution. */
      readonly z?: Float32Array;
    };
    result: PieceScore;
  };
  /** Pieces as events, [rows, width of all heads] each. */
  evaluate: {
    args: { readonly pieces: readonly Float32Array[]; readonly controls: Controls };
    result: readonly PieceEvaluation[];
  };
  /** A MidiMe of the points of pieces. */
  trainMidiMe: {
    args: { readonly latents: readonly Float32Array[]; readonly options: MidiMeOptions };
    result: MidiMeNetwork;
    part: MidiMeProgress;
  };
  /** Points of the small space to points of the large one, and back. */
  expandMidiMe: {
    args: { readonly network: MidiMeNetwork; readonly points: readonly Float32Array[] };
    result: readonly Float32Array[];
  };
  reduceMidiMe: {
    args: { readonly network: MidiMeNetwork; readonly latents: readonly Float32Array[] };
    result: readonly Float32Array[];
  };
}
