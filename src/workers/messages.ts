/** Main thread <-> model worker: everything that crosses the worker's port. */
import type { SerializedError } from '../errors/timbrel-error.js';
import type { CheckpointSource, LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { StoredCheckpoint } from '../checkpoints/downloads/stored-checkpoint.js';
import type { GANSynthDescription } from '../models/gansynth/protocol.js';
import type { Backend } from '../models/load-options.js';
import type { EventRNNAnswer, EventRNNRequest } from '../models/event-rnn/protocol.js';
import type { NoteAudioTransport } from '../messages/transport.js';

/** Main -> worker. `id` numbers the request; every request is answered once with the same id. */
export type ModelRequest =
  | {
      readonly type: 'loadGANSynth';
      readonly id: number;
      readonly source: CheckpointSource;
      readonly backend: Backend;
    }
  /** Sends a model's weights over `port` to another worker: what was downloaded once serves a whole pool. */
  | { readonly type: 'copyGANSynth'; readonly id: number; readonly model: number; readonly port: MessagePort }
  /** Makes a model of what `copyGANSynth` sends over the other end of `port`; answered as `loadGANSynth` is. */
  | {
      readonly type: 'receiveGANSynth';
      readonly id: number;
      readonly port: MessagePort;
      readonly backend: Backend;
    }
  | {
      readonly type: 'generate';
      readonly id: number;
      readonly model: number;
      readonly pitch: number;
      readonly latent: Float32Array;
    }
  | {
      readonly type: 'spectrogram';
      readonly id: number;
      readonly model: number;
      readonly pitch: number;
      readonly latent: Float32Array;
    }
  /** Renders a note straight to the audio thread, over the transport of `destination`. */
  | {
      readonly type: 'renderNote';
      readonly id: number;
      readonly model: number;
      readonly timbre: number;
      readonly pitch: number;
      readonly latent: Float32Array;
      readonly destination: number;
    }
  | {
      readonly type: 'addDestination';
      readonly id: number;
      readonly destination: number;
      readonly transport: NoteAudioTransport;
    }
  | { readonly type: 'removeDestination'; readonly id: number; readonly destination: number }
  | { readonly type: 'disposeModel'; readonly id: number; readonly model: number }
  /** Downloads a published checkpoint to be kept; answered with `checkpoints`, that one. */
  | { readonly type: 'fetchCheckpoint'; readonly id: number; readonly source: CheckpointSource }
  /** What is kept; answered with `checkpoints`. */
  | { readonly type: 'listCheckpoints'; readonly id: number }
  /** Forgets one, or all; answered with `checkpoints`, those that were removed. */
  | { readonly type: 'clearCheckpoints'; readonly id: number; readonly checkpoint?: string }
  | EventRNNRequest;

/** Main -> worker without an answer of its own: request `id` is answered with ABORTED, soon. */
export type ModelCancel = { readonly type: 'cancel'; readonly id: number };

export type ModelAnswer =
  /** The worker listens: what is posted earlier may be lost. */
  | { readonly type: 'ready'; readonly id: 0 }
  | {
      readonly type: 'loaded';
      readonly id: number;
      readonly model: number;
      readonly description: GANSynthDescription;
    }
  /** `generate`: samples. `spectrogram`: 128 x 1024 x 2, row-major. Transferred. */
  | { readonly type: 'array'; readonly id: number; readonly data: Float32Array }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'checkpoints'; readonly id: number; readonly checkpoints: readonly StoredCheckpoint[] }
  | { readonly type: 'failed'; readonly id: number; readonly error: SerializedError }
  | { readonly type: 'progress'; readonly id: number; readonly progress: LoadProgress }
  /** A backend changed or failed under a running model (GPU lost, self-check); the model goes on with `backend`. */
  | {
      readonly type: 'backendChanged';
      readonly id: 0;
      readonly model: number;
      readonly backend: Exclude<Backend, 'auto'>;
      readonly error?: SerializedError;
    }
  | EventRNNAnswer;
