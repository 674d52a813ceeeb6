/** Methods of a worker that holds an event RNN: it writes and judges events. */
import type { WeightPrecision } from '../load-options.js';
import type { Amount, WrittenEvents } from '../continuation/piece.js';
import type { SamplingOptions } from '../sampling.js';
import type { ChordTones } from '../../music/chord-symbol.js';
import type { MusicEvent, PolyphonyEvent } from '../../music/events.js';
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';

export type EventModelName = 'MelodyRNN' | 'DrumsRNN' | 'ImprovRNN' | 'PolyphonyRNN' | 'PerformanceRNN';

/** Conditions for one event that is to come. A configuration reads what it is conditioned on and lets the rest be. */
export interface Controls {
  /** 'N.C.', the default: no chord. */
  readonly chord?: ChordTones | 'N.C.';
  /** Notes per second, default 15. */
  readonly noteDensity?: number;
  /** [12] Weights of the pitch classes, default all equal. */
  readonly pitchHistogram?: readonly number[];
  /** The model goes without, where the conditioning is optional. Default: true if neither density nor histogram is given. */
  readonly unconditioned?: boolean;
}

/** Controls over a whole piece: of n values, event i of `total`, from the beginning of the primer, has that of floor(i n / total). */
export interface ControlPlan {
  readonly values: readonly Controls[];
  readonly total: number;
}

/** A melody that PolyphonyRNN plays along with: the notes of its steps, put into each step of the piece from `startStep` on. */
export interface Injection {
  readonly melody: readonly PolyphonyEvent[];
  readonly startStep: number;
}

export interface BeamOptions {
  /** Entries that are kept, default 1. */
  readonly beamSize?: number;
  /** Copies of each entry, default 1. */
  readonly branchFactor?: number;
  /** Events between two choices, default 1. */
  readonly stepsPerIteration?: number;
}

/** A model's judgement of given events, each after those before it. */
export interface EventScores {
  /** [events] nats; the first is 0: models do not say how a piece begins. */
  readonly logProbabilities: Float64Array;
  /** [events] 1 where the class of the event is the likeliest of all; the first is 0. */
  readonly hits: Uint8Array;
}

export interface EventRNNDescription {
  readonly model: EventModelName;
  /** A name in Magenta's table, e.g. 'attention_rnn'. */
  readonly configuration: string;
  readonly backend: 'wasm' | 'cpu';
  readonly precision: WeightPrecision;
  /** Sizes of the cells. */
  readonly layers: readonly number[];
  /** Slots of the attention's history, 0 without attention. */
  readonly attentionLength: number;
  /** The fields of {@link Controls} that it is conditioned on. */
  readonly controls: readonly (keyof Controls)[];
  readonly parameterCount: number;
  /** Memory the network holds in its worker, bytes. */
  readonly bytes: number;
}

export interface EventRNNMethods {
  load: {
    args: {
      readonly source: CheckpointSource;
      readonly model: EventModelName;
      /** Default: the first of the model that the tensors fit. */
      readonly configuration?: string;
      readonly backend: 'wasm' | 'cpu';
      readonly precision: WeightPrecision;
    };
    result: EventRNNDescription;
  };
  /** Begins a piece with `primer`; the result is its number. */
  openSession: {
    args: {
      readonly primer: readonly MusicEvent[];
      readonly seed: number | string;
      /** Melodies of any range: brought into that of the configuration, to its key where it has one, and all events back. */
      readonly squash?: boolean;
    };
    result: number;
  };
  /** Writes on. Asked for in small amounts, its controls can change while the piece plays. A part is what came since the last. */
  writeEvents: {
    args: {
      readonly session: number;
      /** Number of written events that the asker knows: where it did not take the last answer, that write is taken back. */
      readonly known: number;
      readonly amount: Amount;
      readonly sampling: SamplingOptions & BeamOptions;
      readonly controls?: ControlPlan;
      readonly inject?: Injection;
    };
    result: WrittenEvents;
    part: WrittenEvents;
  };
  closeSession: { args: { readonly session: number }; result: void };
  /** Computes how likely the events are under the model. */
  scoreEvents: {
    args: { readonly events: readonly MusicEvent[]; readonly controls?: ControlPlan };
    result: EventScores;
  };
}
