/** Methods of a worker that holds an Onsets and Frames network: recordings go in piece by piece, notes come out. */
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';
import type { SerializedError } from '../../errors/timbrel-error.js';
import type { Activations, CheckedThresholds } from '../../music/activations.js';
import type { Note } from '../../music/note-sequence.js';
import type { WeightPrecision } from '../load-options.js';

/** @inline */
export type Head = 'onsets' | 'offsets' | 'frames' | 'velocities';

export interface OnsetsAndFramesDescription {
  readonly model: 'OnsetsAndFrames';
  readonly heads: readonly Head[];
  /** Units of the LSTM of each head that has one, of one direction. */
  readonly lstmUnits: Readonly<Partial<Record<Head, number>>>;
  /** It reads forwards only: a recording can be transcribed while it goes on. */
  readonly isStreaming: boolean;
  /** It hears drums, whose notes have no length of their own. */
  readonly drums: boolean;
  /** Hz that the network hears; audio of other rates is resampled. */
  readonly sampleRate: number;
  readonly secondsPerFrame: number;
  /** Bands of the spectrogram. */
  readonly bins: number;
  /** Seconds from a sound to the first part of a recording that tells of it. Infinite where it does not stream. */
  readonly lag: number;
  /** Under which peak 80 dB are kept, by default. */
  readonly floor: Floor;
  readonly backend: 'wasm' | 'cpu';
  readonly precision: WeightPrecision;
  readonly parameterCount: number;
  /** Multiplications for a second of audio, as the layers are defined. */
  readonly macsPerSecond: number;
  /** Memory the network holds in its worker, bytes. */
  readonly bytes: number;
}

/** Under which peak 80 dB are kept: that of each frame, or that of the whole recording. @inline */
export type Floor = 'frame' | 'recording';

/** The lowest threshold that notes can be found anew with: what is less likely is not kept. */
export const LEAST_REDRAWN = 0.05;

/** The thing that is kept of a recording beside its notes: activations to be handed over or to be read anew, or the spectrogram alone. */
export type Keep = 'activations' | 'spectrogram' | 'redrawing';

/** A piece of a recording told this. */
export interface Heard {
  /** Notes that ended since the piece before. */
  readonly ended: readonly Note[];
  /** Notes that have not, as if they did now. */
  readonly sounding: readonly Note[];
  /** Seconds that are settled. */
  readonly seconds: number;
  /** Seconds that the worker computed for it. */
  readonly computing: number;
}

export interface OnsetsAndFramesMethods {
  load: {
    args: {
      readonly source: CheckpointSource;
      readonly backend: 'wasm' | 'cpu';
      readonly precision: WeightPrecision;
    };
    result: OnsetsAndFramesDescription;
  };
  /** Several recordings can be under way; the result names this one. */
  begin: {
    args: {
      readonly sampleRate: number;
      readonly thresholds: CheckedThresholds;
      readonly floor?: Floor;
      /** Left out: nothing is kept. 'redrawing' outlasts `close`, up to `abandon`. */
      readonly keep?: Keep;
      /** All of it is there already: the notes of a part may come with a later one. */
      readonly whole?: boolean;
    };
    result: number;
  };
  write: {
    args: { readonly recording: number; readonly channels: readonly Float32Array[] };
    result: Heard;
  };
  /** A part is the share of what is left to compute that is done. */
  close: {
    args: { readonly recording: number };
    result: Heard & { readonly activations?: Activations; readonly spectrogram?: Float32Array };
    part: number;
  };
  /** Reads what was kept with other thresholds, which hold from then on. All notes that ended are told again. */
  redraw: {
    args: { readonly recording: number; readonly thresholds: CheckedThresholds };
    result: Heard;
  };
  /** Whole recordings are shared, from the next on, with the worker that lends at the other end of `port`. */
  borrow: { args: { readonly port: MessagePort }; result: void };
  /** Computes rows for the worker at the other end of `port`. */
  lend: { args: { readonly port: MessagePort }; result: void };
  /** Forgets a recording that will not be closed, or not be read anew. */
  abandon: { args: { readonly recording: number }; result: void };
}

/** Frames of a recording whose rows are wanted, with those around them that the rows depend on. */
export interface Stretch {
  /** [count, bins] */
  readonly frames: Float32Array<ArrayBuffer>;
  /** Frames at the beginning, and at the end, that have no rows of their own in it. None where the recording begins, or ends. */
  readonly before: number;
  readonly after: number;
}

/** The rows of frames, from each stack of convolutions: [count, outputs]. */
export type StackRows = readonly Float32Array<ArrayBuffer>[];

/** From the worker that borrows to the one that lends. They are answered in their order. */
export type ToLender = Stretch;

/** From the one that lends. It has `error` where it could not compute. */
export type FromLender = { readonly rows: StackRows } | { readonly error: SerializedError };
