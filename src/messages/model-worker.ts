/** Main thread <-> model worker: everything that crosses the worker's port. */
import type { SerializedError } from '../errors/timbrel-error.js';
import type { EventRNNAnswer, EventRNNRequest } from './event-rnn.js';
import type { NoteAudioTransport } from './transport.js';

/** 'auto' starts on wasm and moves to webgpu when that proves right and faster. */
export type Backend = 'auto' | 'webgpu' | 'wasm' | 'cpu';

/** Where a checkpoint comes from, after the public `source` argument was resolved. Structured-cloneable. */
export type CheckpointSource =
  /** A folder: `weights_manifest.json` and shards below `base` (URL ending in '/', or a path in Node). */
  | { readonly kind: 'folder'; readonly base: string }
  /** A file, a TensorFlow prefix or a folder, as it turns out: URL, or a path in Node. */
  | { readonly kind: 'address'; readonly address: string }
  /** Named files, each at a URL of its own (bundlers rename assets). */
  | { readonly kind: 'urls'; readonly files: Readonly<Record<string, string>> }
  /** One of the catalogue: a folder below `base`, or its `file` alone. A mirror has a folder for each id. */
  | {
      readonly kind: 'published';
      readonly id: string;
      readonly base: string;
      readonly file?: string;
      readonly mirrors: readonly string[];
      /** Whether it is to be kept, and taken from what was kept. */
      readonly keep: boolean;
      /** To be downloaded, where that is known; perhaps rounded. */
      readonly bytes?: number;
    }
  /** Files the user dropped. */
  | { readonly kind: 'files'; readonly files: readonly File[] };

export interface LoadProgress {
  readonly stage: 'download' | 'prepare';
  /** Bytes so far. */
  readonly loaded: number;
  /** Bytes in all; 0 while unknown. */
  readonly total: number;
}

/** A checkpoint of the catalogue that was downloaded. */
export interface StoredCheckpoint {
  readonly id: string;
  /** Of all its files, as far as they came. */
  readonly bytes: number;
  /** False while a part is missing: fetching it again goes on where it stopped. */
  readonly whole: boolean;
  /** For people; in Node the folder. */
  readonly location: string;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly whole: boolean;
    /** Of the content as it came, hexadecimal. */
    readonly sha256?: string;
    /** The address. */
    readonly from?: string;
  }[];
}

/** Facts about a loaded GANSynth. */
export interface GANSynthDescription {
  readonly backend: Exclude<Backend, 'auto'>;
  /** Output channels of blocks 1..n, e.g. [256, 256, 256, 256, 128, 64, 32]. */
  readonly filters: readonly number[];
  readonly parameterCount: number;
  /** Multiply-accumulates of one note. */
  readonly macs: number;
  /** Memory the model holds in its worker, bytes. */
  readonly bytes: number;
  /** Timbres named by the checkpoint, empty where it names none. */
  readonly timbres: readonly NamedTimbre[];
}

export interface NamedTimbre {
  readonly name: string;
  /** General MIDI family, e.g. 'mallet'. */
  readonly family: string;
  readonly latent: Float32Array;
}

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
