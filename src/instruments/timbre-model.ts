/** A model must say this of itself to be played as an instrument. */
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { Source } from '../checkpoints/resolve-source.js';
import type { NamedTimbre } from '../checkpoints/timbres.js';
import type { SerializedError } from '../errors/timbrel-error.js';
import type { Corners } from '../latent/latent.js';
import type { Backend } from '../models/load-options.js';
import type { RenderJob } from '../workers/note-methods.js';
import type { PoolMember, RenderListener } from '../workers/render-pool.js';
import type { Lease } from '../workers/shared.js';
import type { PitchRange } from './render-order.js';
import type { StarterNote } from './starter-notes.js';

/** A backend that a model runs on. @inline */
export type ChosenBackend = Exclude<Backend, 'auto'>;

/** An instrument asks this of a loaded network. */
export interface TimbreDescription {
  readonly backend: ChosenBackend;
  /** Timbres that the checkpoint names, empty where it names none. */
  readonly timbres: readonly NamedTimbre[];
}

/** The network goes on with another backend; `error` says why, unless it was for speed. */
export interface BackendMove {
  readonly backend: ChosenBackend;
  readonly error?: SerializedError;
}

/** Workers that hold one network and render its notes: a RenderPool, or what stands for one in a test. */
export interface NotePool<J extends RenderJob> {
  readonly description: TimbreDescription;
  join(listener: RenderListener<J, BackendMove>): PoolMember<J>;
}

export interface TimbreLoadOptions {
  readonly backend?: Backend;
  /** The number of model workers; default as cores and memory allow. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** A model that can decode notes while they sound says this of it. */
export interface LiveModel<P> {
  /** Hands a worker its ends of the ways to the page and to the audio thread (src/messages/live-notes.ts). */
  connect(pool: P, ends: { readonly page: MessagePort; readonly audio: MessagePort }): Promise<void>;
  /** The worker is told this of the timbre that plays. */
  timbre(latent: Float32Array): unknown;
}

/** A timbre is a point of the model's latent space, [latentSize]. */
export interface TimbreModel<J extends RenderJob, P extends NotePool<J>> {
  /** The pitches that it renders; others are re-pitched from these. */
  readonly pitches: PitchRange;
  readonly latentSize: number;
  /** Names of timbres at the corners of the pad, unless others are chosen. */
  readonly corners: Corners<string>;
  /** Loads a network, or takes a share in one. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  load(source: Source | undefined, options: TimbreLoadOptions): Promise<Lease<P>>;
  /** The timbre at (x, y) between four, 0 to 1 each, from the top left. */
  mix(corners: Corners<Float32Array>, x: number, y: number): Float32Array;
  /** The timbre of a seed. @param timbres those that the network names; none before it is loaded */
  random(seed: string, timbres: readonly NamedTimbre[]): Float32Array;
  /** The job that a worker is given to render a note. */
  job(note: RenderJob, latent: Float32Array): J;
  /** Left out where notes are only rendered as a whole. */
  readonly live?: LiveModel<P>;
  /** Notes of a default timbre, at hand before the network is: they stand in for its own. */
  starter?(): Promise<readonly StarterNote[]>;
}
