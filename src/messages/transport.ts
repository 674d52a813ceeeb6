/** The way of note audio to the audio thread. The page decides which: only it knows `crossOriginIsolated`. */
import type { NoteEnd, NoteStart } from './note-audio.js';

/** The receiving end, as it is posted to the audio thread. */
export type NoteAudioTransport =
  /** A ring in shared memory (isolated pages): layout in src/ring/shared-ring.ts. */
  | { readonly kind: 'shared'; readonly buffer: SharedArrayBuffer }
  /** A port over which buffers are transferred, and come back empty (every other page). */
  | { readonly kind: 'port'; readonly port: MessagePort };

/** Messages on the port of a `port` transport, worker -> audio thread. */
export type NoteAudioPortMessage =
  | { readonly type: 'begin'; readonly start: NoteStart }
  /** Samples that continue the note last begun. `samples` is transferred. */
  | { readonly type: 'chunk'; readonly samples: Float32Array<ArrayBuffer> }
  /** The note last begun is whole. */
  | { readonly type: 'end'; readonly end: NoteEnd }
  /** The rest of the note last begun will not come. */
  | { readonly type: 'abandon' };

/** Audio thread -> worker: the emptied buffer, for reuse. */
export type NoteAudioPortReply = { readonly type: 'empty'; readonly samples: Float32Array<ArrayBuffer> };
