/** The methods that workers of every playable model have: they render notes straight to audio threads. */
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

export interface NoteMethods<J extends RenderJob> {
  /** Opens a way to an audio thread, under a number. */
  addDestination: {
    args: { readonly destination: number; readonly transport: NoteAudioTransport };
    result: void;
  };
  removeDestination: { args: { readonly destination: number }; result: void };
  /** Resolves when the last sample is on its way to the audio thread of `destination`. */
  renderNote: { args: J & { readonly destination: number }; result: void };
}
