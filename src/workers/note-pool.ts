/** Pools of workers that render notes, each shared by all who play the same checkpoint. */
import type { CheckpointSource } from '../checkpoints/checkpoint-source.js';
import { WorkerClient } from './client.js';
import type { NoteMethods, RenderJob } from './note-methods.js';
import type { Methods } from './protocol.js';
import { RenderPool, type NoteWorker } from './render-pool.js';
import { Shared, keyOf, type Lease, type MakeOptions } from './shared.js';
import type { Spawn } from './spawn.js';

/** A worker of a pool. M are all methods of its family, E what it sends unasked. */
export interface PooledWorker<
  J extends RenderJob,
  D extends { readonly bytes: number },
  M extends Methods<M>,
  E,
> extends NoteWorker<J, E> {
  readonly client: WorkerClient<M, E>;
  readonly description: D;
}

export type NotePoolOf<
  J extends RenderJob,
  D extends { readonly bytes: number },
  M extends Methods<M>,
  E,
> = RenderPool<J, E, PooledWorker<J, D, M, E>>;

/**
 * The pools of a family.
 * @param family a name in src/models/worker.ts
 * @param spawn starts the workers, in tests
 * @returns loads a pool, or takes a share in one with the same checkpoint and options; it throws what `load` of the family throws
 */
export function notePools<
  J extends RenderJob,
  D extends { readonly bytes: number },
  O extends object,
  M extends NoteMethods<J, D, O> & Methods<M>,
  E = never,
>(family: string, spawn?: Spawn) {
  type Client = WorkerClient<NoteMethods<J, D, O>, E>;
  type Pool = NotePoolOf<J, D, M, E>;
  const pools = new Shared<Pool>();

  const start = async (
    source: CheckpointSource,
    options: O,
    giver: Client | undefined,
    made: Required<MakeOptions>,
  ): Promise<PooledWorker<J, D, M, E>> => {
    const client: Client = new WorkerClient(family, spawn);
    const description = giver
      ? await copyModel(giver, client, options)
      : await client.start('load', { ...options, source }, made);
    return {
      // The same worker, by all of its methods.
      client: client as unknown as WorkerClient<M, E>,
      description,
      addDestination: (destination, transport, transfer) =>
        client.call('addDestination', { destination, transport }, { transfer }),
      removeDestination: (destination) => client.call('removeDestination', { destination }),
      render: (job, destination, signal) => client.call('renderNote', { ...job, destination }, { signal }),
      onEvent: (listener) => (client.onEvent = listener),
      dispose: () => client.terminate(),
    };
  };

  /** The model goes from worker to worker, past the page. */
  const copyModel = async (giver: Client, taker: Client, options: O): Promise<D> => {
    const { port1, port2 } = new MessageChannel();
    try {
      const [description] = await Promise.all([
        taker.call('receive', { ...options, port: port2 }, { transfer: [port2] }),
        giver.call('copy', { port: port1 }, { transfer: [port1] }),
      ]);
      return description;
    } catch (error) {
      taker.terminate();
      throw error;
    }
  };

  return (
    source: CheckpointSource,
    options: O,
    { workers, signal, onProgress }: MakeOptions & { readonly workers?: number } = {},
  ): Promise<Lease<Pool>> =>
    pools.acquire(
      keyOf(source, options, workers),
      (made) =>
        RenderPool.load(
          (giver) => start(source, options, giver?.client as Client | undefined, made),
          workers,
        ),
      { signal, onProgress },
    );
}
