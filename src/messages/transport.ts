/** How note audio reaches the audio thread. The page decides which: only it knows `crossOriginIsolated`. */
import type { NoteAudioHeader } from './note-audio.js';

/** The receiving end, as it is posted to the audio thread. */
export type NoteAudioTransport =
  /** A ring in shared memory (isolated pages): layout in src/ring/shared-ring.ts. */
  | { readonly kind: 'shared'; readonly buffer: SharedArrayBuffer }
  /** A port over which buffers are transferred, and come back empty (every other page). */
  | { readonly kind: 'port'; readonly port: MessagePort };

/** Messages on the port of a `port` transport, worker -> audio thread. */
export type NoteAudioPortMessage =
  | { readonly type: 'note'; readonly header: NoteAudioHeader }
  /** Samples that continue the note last announced. `samples` is transferred. */
  | { readonly type: 'chunk'; readonly samples: Float32Array<ArrayBuffer> }
  /** The rest of the note last announced will not come. */
  | { readonly type: 'abandon' };

/** Audio thread -> worker: the emptied buffer, for reuse. */
export type NoteAudioPortReply = { readonly type: 'empty'; readonly samples: Float32Array<ArrayBuffer> };
