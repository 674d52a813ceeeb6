/** Methods of a worker that holds a GANSynth, and facts about one. */
import type { Fundamental } from '../../audio/pitch.js';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { SerializedError } from '../../errors/timbrel-error.js';
import type { NoteMethods, RenderJob } from '../../workers/note-methods.js';
import type { Backend } from '../load-options.js';

/** Facts about a loaded GANSynth. */
export interface GANSynthDescription {
  readonly backend: Exclude<Backend, 'auto'>;
  /** Output channels of blocks 1..n, e.g. [256, 256, 256, 256, 128, 64, 32]. */
  readonly filters: readonly number[];
  /** Rounds in which the phases of a note come to agree. */
  readonly refinement: number;
  readonly parameterCount: number;
  /** Multiply-accumulates of one note. */
  readonly macs: number;
  /** Memory the model holds in its worker, bytes. */
  readonly bytes: number;
  /** Timbres named by the checkpoint, empty where it names none. */
  readonly timbres: readonly NamedTimbre[];
}

/** The settings that a GANSynth is loaded with. */
export interface GANSynthSettings {
  readonly backend: Backend;
  /** Rounds of refinement, for those that the checkpoint says. */
  readonly refinement?: number;
}

/** A pitch, 24 to 84, and a timbre, [256]. */
interface Note {
  readonly pitch: number;
  readonly latent: Float32Array;
}

export type GANSynthJob = RenderJob & Note;

export interface GANSynthMethods extends NoteMethods<GANSynthJob, GANSynthDescription, GANSynthSettings> {
  /** 64000 samples. */
  generate: { args: Note; result: Float32Array };
  /** The fundamental that is found in the note as it is rendered. */
  fundamental: { args: Note; result: Fundamental };
  /** 128 x 1024 x 2, row-major. */
  spectrogram: { args: Note; result: Float32Array };
}

/** The model goes on with another backend than before; `error` says why, unless it was for speed. */
export interface BackendChange {
  readonly backend: GANSynthDescription['backend'];
  readonly error?: SerializedError;
}
