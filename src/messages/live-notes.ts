/**
 * Notes that are decoded while they sound, a little ahead of what is played. A worker and the audio thread speak over a port of their own:
 * the worker begins notes, sends samples on and looks how far each has been played; the audio thread answers from its message
 * handler. `note` is the number of the note-on, as in voice-processor.ts.
 */

/** Worker -> audio thread. */
export type LiveAudio =
  /** Samples of this note will come. `pitch` is the MIDI pitch that they are decoded at. */
  | { readonly type: 'begin'; readonly note: number; readonly pitch: number }
  /** Mono, 16 kHz, at the level that all notes have. `samples` is transferred, and comes back. */
  | { readonly type: 'samples'; readonly note: number; readonly samples: Float32Array<ArrayBuffer> }
  /** No more will come; what sounds goes over to the note that was rendered beforehand. */
  | { readonly type: 'end'; readonly note: number }
  /** Asks for a {@link LiveAnswer}. */
  | { readonly type: 'look' };

export interface LiveProgress {
  readonly note: number;
  /** Samples that lie before the place that is heard now. */
  readonly ahead: number;
  /** A voice plays it. */
  readonly heard: boolean;
}

/** Audio thread -> worker, for every `look`. */
export interface LiveAnswer {
  /** Notes that go on; the others have ended. */
  readonly notes: readonly LiveProgress[];
  /** The number of times that a voice ran out of samples or went over to a whole note before it did, since the beginning. */
  readonly dry: number;
  /** Buffers that were emptied since the last answer, transferred. */
  readonly emptied: readonly Float32Array<ArrayBuffer>[];
}

/** Page -> worker, over another port. `T` is what a model has to know of the timbre that plays. */
export type LiveCommand<T = unknown> =
  | { readonly type: 'begin'; readonly note: number; readonly pitch: number }
  /** Every note is of this timbre in all that is decoded from now on. */
  | { readonly type: 'timbre'; readonly timbre: T }
  /** Notes that go on are ended, and there are no others. */
  | { readonly type: 'close' };

/** Worker -> page. */
export type LiveNotice =
  /** A note is decoded no more: it has ended, or its voice went over to what was rendered beforehand. */
  | { readonly type: 'ended'; readonly note: number }
  /** Samples did not come in time, again and again; what was live has ended, and can be begun again. */
  | { readonly type: 'behind' };
