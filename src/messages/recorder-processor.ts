/** Main thread <-> the recorder on the audio thread. The page asks; the recorder answers from its message handler. */

export const RECORDER_PROCESSOR_NAME = 'timbrel-recorder';

/** The node tells this as `processorOptions`: its channels, which an input that nothing plays into does not tell. */
export interface RecorderSetup {
  readonly channels: number;
}

/** Main -> audio thread: an empty buffer (transferred) to record into next, in exchange for what was recorded. */
export type RecorderCommand =
  | { readonly type: 'exchange'; readonly samples: Float32Array }
  /** The last exchange: the recorder ends. */
  | { readonly type: 'stop' };

/** Audio thread -> main: `length` recorded samples, those of all channels in turn, at the start of `samples` (transferred). */
export interface RecordedChunk {
  readonly samples: Float32Array;
  readonly length: number;
  /** Samples lost so far because no buffer came in time. */
  readonly lost: number;
  readonly last: boolean;
}
