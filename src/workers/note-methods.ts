/** The methods that the workers of every playable model have: they render notes straight to audio threads. */
import type { CheckpointSource } from '../checkpoints/checkpoint-source.js';
import type { NoteAudioTransport } from '../messages/transport.js';

/** One note to render. A family adds what its model needs to know of it. */
export interface RenderJob {
  /** Number the instrument gave to the timbre. */
  readonly timbre: number;
  /** MIDI pitch to render, 0-127. */
  readonly pitch: number;
  /** A key is held for it: it goes before the rest of every keyboard. */
  readonly urgent?: boolean;
}

/** J is a note, D describes the model, O are the options of loading it. */
export interface NoteMethods<J extends RenderJob, D, O extends object> {
  load: { args: O & { readonly source: CheckpointSource }; result: D };
  /** Sends the model over `port` to another worker: what was downloaded once serves a whole pool. */
  copy: { args: { readonly port: MessagePort }; result: void };
  /** Makes a model of what `copy` sends over the other end of `port`. */
  receive: { args: O & { readonly port: MessagePort }; result: D };
  /** Opens a way to an audio thread, under a number. */
  addDestination: {
    args: { readonly destination: number; readonly transport: NoteAudioTransport };
    result: void;
  };
  removeDestination: { args: { readonly destination: number }; result: void };
  /** Resolves when the last sample is on its way to the audio thread of `destination`. */
  renderNote: { args: J & { readonly destination: number }; result: void };
}
