/**
 * The one form of every request to a model worker. A family of models declares its methods as an interface, one {@link Method} a
 * name; the types of messages, of the server's table and of the client follow from it. Nothing here knows a model.
 */
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { SerializedError } from '../errors/timbrel-error.js';

/** Everything in it is structured-cloneable or transferred. */
export interface Method {
  readonly args: object;
  readonly result: unknown;
  /** Pieces of the result that are sent while it is computed. */
  readonly part?: unknown;
}

/** A table of methods, as a constraint: `M extends Methods<M>`. */
export type Methods<M> = { readonly [K in keyof M]: Method };

/** Methods of some family. */
export type AnyMethods = Record<string, Required<Method>>;

export type PartOf<T extends Method> = T extends { readonly part: infer P } ? P : never;

/** Page to worker. Every call is answered once, with its `id`. */
export type Call<M extends Methods<M> = AnyMethods> =
  | {
      readonly [K in keyof M]: { readonly id: number; readonly method: K; readonly args: M[K]['args'] };
    }[keyof M]
  /** The call `id` is to be given up: it is answered with ABORTED, soon. */
  | { readonly id: number; readonly cancel: true };

/** Worker to page. */
export type Reply<M extends Methods<M> = AnyMethods, E = unknown> =
  | { readonly id: number; readonly result: M[keyof M]['result'] }
  | { readonly id: number; readonly part: PartOf<M[keyof M]> }
  | { readonly id: number; readonly progress: LoadProgress }
  | { readonly id: number; readonly error: SerializedError }
  /** No call asked for it: a backend changed, say. */
  | { readonly event: E };

/** The first message to a worker, once it listens: the family of models it serves from then on. */
export interface Opening {
  readonly family: string;
}

/** The first message of a worker; what is posted to it earlier may be lost. */
export interface Ready {
  readonly ready: true;
}

export type ToWorker = Opening | Call;
export type FromWorker = Ready | Reply;
