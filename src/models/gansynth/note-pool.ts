/** GANSynth's notes for instruments: pools of workers, each shared by all who play the same checkpoint. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { WorkerClient } from '../../workers/client.js';
import { RenderPool, type NoteWorker } from '../../workers/render-pool.js';
import { Shared, keyOf, type Lease, type MakeOptions } from '../../workers/shared.js';
import { loadArgs, type GANSynthClient, type GANSynthLoadOptions } from './gansynth.js';
import type { BackendChange, GANSynthDescription, GANSynthJob, GANSynthMethods } from './protocol.js';

export interface GANSynthWorker extends NoteWorker<GANSynthJob, BackendChange> {
  readonly client: GANSynthClient;
  readonly description: GANSynthDescription;
}

export type GANSynthPool = RenderPool<GANSynthJob, BackendChange, GANSynthWorker>;

const pools = new Shared<GANSynthPool>();

/**
 * Loads a pool, or takes a share in one with the same checkpoint and backend.
 * @param options workers: how many, default as cores and memory allow
 * @throws what GANSynth.load throws
 */
export function acquireGANSynthPool(
  source: Source | undefined,
  { workers, signal, onProgress, ...options }: GANSynthLoadOptions & { readonly workers?: number },
): Promise<Lease<GANSynthPool>> {
  const args = loadArgs(source, options);
  return pools.acquire(
    keyOf(args.source, args.backend, workers),
    (made) => RenderPool.load((giver) => startWorker(args, giver, made), workers),
    { signal, onProgress },
  );
}

async function startWorker(
  args: GANSynthMethods['load']['args'],
  giver: GANSynthWorker | undefined,
  options: Required<MakeOptions>,
): Promise<GANSynthWorker> {
  const client: GANSynthClient = new WorkerClient('gansynth');
  const description = await (giver
    ? copyModel(giver.client, client, args.backend)
    : client.start('load', args, options));
  return {
    client,
    description,
    addDestination: (destination, transport, transfer) =>
      client.call('addDestination', { destination, transport }, { transfer }),
    removeDestination: (destination) => client.call('removeDestination', { destination }),
    render: (job, destination, signal) => client.call('renderNote', { ...job, destination }, { signal }),
    onEvent: (listener) => (client.onEvent = listener),
    dispose: () => client.terminate(),
  };
}

/** The model goes from worker to worker, past the page. */
async function copyModel(
  giver: GANSynthClient,
  taker: GANSynthClient,
  backend: GANSynthMethods['load']['args']['backend'],
): Promise<GANSynthDescription> {
  const { port1, port2 } = new MessageChannel();
  try {
    const [description] = await Promise.all([
      taker.call('receive', { port: port2, backend }, { transfer: [port2] }),
      giver.call('copy', { port: port1 }, { transfer: [port1] }),
    ]);
    return description;
  } catch (error) {
    taker.terminate();
    throw error;
  }
}
