/** Main thread <-> model worker: loading an event RNN, and letting it write and judge events. */
import type { SerializedError } from '../../errors/timbrel-error.js';
import type { WeightPrecision } from '../load-options.js';
import type { SamplingOptions } from '../sampling.js';
import type { ChordTones } from '../../music/chord-symbol.js';
import type { MusicEvent, PolyphonyEvent } from '../../music/events.js';
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';

export type EventModelName = 'MelodyRNN' | 'DrumsRNN' | 'ImprovRNN' | 'PolyphonyRNN' | 'PerformanceRNN';

/** What holds for one event that is to come. A configuration reads what it is conditioned on and lets the rest be. */
export interface Controls {
  /** 'N.C.', the default: no chord. */
  readonly chord?: ChordTones | 'N.C.';
  /** Notes per second, default 15. */
  readonly noteDensity?: number;
  /** [12] Weights of the pitch classes, default all equal. */
  readonly pitchHistogram?: readonly number[];
  /** Where the conditioning is optional: go without. Default: true if neither density nor histogram is given. */
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

/** How much of a continuation is wanted: so many events, or as many as fill so many steps. */
export type Amount = { readonly events: number } | { readonly steps: number };

/** What a model thinks of events that are given, each after those before it. */
export interface EventScores {
  /** [events] nats; the first is 0: models do not say how a piece begins. */
  readonly logProbabilities: Float64Array;
  /** [events] 1 where the class of the event is the likeliest of all; the first is 0. */
  readonly hits: Uint8Array;
}

export interface EventRNNDescription {
  readonly model: EventModelName;
  /** Of Magenta's table, e.g. 'attention_rnn'. */
  readonly configuration: string;
  readonly backend: 'wasm' | 'cpu';
  readonly precision: WeightPrecision;
  /** Sizes of the cells. */
  readonly layers: readonly number[];
  /** Slots of the attention's history, 0 without attention. */
  readonly attentionLength: number;
  /** What of {@link Controls} it is conditioned on. */
  readonly controls: readonly (keyof Controls)[];
  readonly parameterCount: number;
  /** Memory the network holds in its worker, bytes. */
  readonly bytes: number;
}

/** Main -> worker. `id` numbers the request; every request is answered once with the same id. */
export type EventRNNRequest =
  | {
      readonly type: 'loadEventRNN';
      readonly id: number;
      readonly source: CheckpointSource;
      readonly model: EventModelName;
      /** Default: the first of the model that the tensors fit. */
      readonly configuration?: string;
      readonly backend: 'wasm' | 'cpu';
      readonly precision: WeightPrecision;
    }
  /** Begins a piece with `primer`; answered with `sessionOpened`. */
  | {
      readonly type: 'openSession';
      readonly id: number;
      readonly model: number;
      readonly primer: readonly MusicEvent[];
      readonly seed: number | string;
      /** Melodies of any range: brought into that of the configuration, to its key where it has one, and all events back. */
      readonly squash?: boolean;
    }
  /** Writes on. Asked for in small amounts, its controls can change while the piece plays. */
  | {
      readonly type: 'writeEvents';
      readonly id: number;
      readonly session: number;
      /** How many events of those written the asker knows: where it did not take the last answer, that write is taken back. */
      readonly known: number;
      readonly amount: Amount;
      readonly sampling: SamplingOptions & BeamOptions;
      readonly controls?: ControlPlan;
      readonly inject?: Injection;
    }
  | { readonly type: 'closeSession'; readonly id: number; readonly session: number }
  /** How likely the events are under the model; answered with `scores`. */
  | {
      readonly type: 'scoreEvents';
      readonly id: number;
      readonly model: number;
      readonly events: readonly MusicEvent[];
      readonly controls?: ControlPlan;
    }
  | { readonly type: 'disposeEventRNN'; readonly id: number; readonly model: number };

export type EventRNNAnswer =
  | {
      readonly type: 'eventRNNLoaded';
      readonly id: number;
      readonly model: number;
      readonly description: EventRNNDescription;
    }
  | { readonly type: 'sessionOpened'; readonly id: number; readonly session: number }
  /** While `writeEvents` is under way: what has come since the last of these. */
  | {
      readonly type: 'eventsSoFar';
      readonly id: number;
      readonly events: readonly MusicEvent[];
      /** Nats, of each of them. */
      readonly logProbabilities: readonly number[];
    }
  /** The answer to `writeEvents`: everything it appended, injected events too. */
  | {
      readonly type: 'eventsWritten';
      readonly id: number;
      readonly events: readonly MusicEvent[];
      /** Nats, of each that the model wrote. */
      readonly logProbabilities: readonly number[];
    }
  /** Transferred. */
  | ({ readonly type: 'scores'; readonly id: number } & EventScores)
  | { readonly type: 'failed'; readonly id: number; readonly error: SerializedError };
