/**
 * Several model workers that render notes for one instrument. Parallelism is by notes: each worker
 * renders whole ones, so no memory is shared. What is wanted is declared as one ordered list; the pool
 * keeps the workers on its head and gives up what left the list.
 */
import type { Backend } from '../models/load-options.js';
import type { GANSynthDescription } from '../models/gansynth/protocol.js';
import type { NoteAudioTransport } from '../messages/transport.js';
import { TimbrelError, deserializeError } from '../errors/timbrel-error.js';
import { ModelClient } from './client.js';
import { loadGANSynth, type LoadOptions } from './gansynth.js';
import { type Source } from '../checkpoints/resolve-source.js';

/** One note to render. */
export interface RenderJob {
  readonly timbre: number;
  readonly pitch: number;
  readonly latent: Float32Array;
}

export interface RenderPoolEvents {
  /** The note's audio is on its way to the audio thread. */
  rendered(job: RenderJob): void;
  /** A note cannot be rendered, or, without one, nothing can any more. */
  failed(error: TimbrelError, job?: RenderJob): void;
  /** The model moved to another backend, because it is faster or because the one before failed. */
  backendChanged(backend: GANSynthDescription['backend'], error?: TimbrelError): void;
}

/** A worker transforms full-size weights into 70 MB; more workers than this bring little and cost much. */
const MAX_WORKERS = 4;
const MAX_POOL_BYTES = 300e6;
/** Workers that died are replaced this often: what kills them may last. */
const MAX_REPLACEMENTS = 3;

interface PoolWorker {
  readonly client: ModelClient;
  readonly model: number;
  /** It has a way to the audio thread. */
  connected: boolean;
  job: RenderJob | undefined;
  controller: AbortController | undefined;
}

/** Makes a way from one worker to the audio thread and hands its other end over there. */
export type OpenTransport = () => {
  readonly transport: NoteAudioTransport;
  readonly transfer: Transferable[];
};

const sameNote = (a: RenderJob, b: RenderJob) => a.timbre === b.timbre && a.pitch === b.pitch;

export class RenderPool {
  private readonly workers: PoolWorker[] = [];
  private wanted: readonly RenderJob[] = [];
  private openTransport: OpenTransport | undefined;
  private disposed = false;
  private replacements = 0;
  /** What the worker that died last was rendering. */
  private suspect: RenderJob | undefined;

  private constructor(
    readonly description: GANSynthDescription,
    private readonly events: RenderPoolEvents,
    private readonly source: Source | undefined,
    private readonly backend: Backend | undefined,
  ) {}

  /** Loads the first worker, resolves, then adds others as cores and memory allow. */
  static async load(
    source: Source | undefined,
    options: LoadOptions & { readonly workers?: number },
    events: RenderPoolEvents,
  ): Promise<RenderPool> {
    const first = await startWorker(source, options);
    const pool = new RenderPool(first.description, events, source, options.backend);
    pool.add(first.client, first.model);
    const { bytes } = first.description;
    const cores = typeof navigator === 'object' ? (navigator.hardwareConcurrency ?? 2) : 2;
    const affordable = Math.max(1, Math.floor(MAX_POOL_BYTES / Math.max(bytes, 1)));
    const count = options.workers ?? Math.min(MAX_WORKERS, affordable, Math.max(1, cores - 1));
    void pool.grow(count);
    return pool;
  }

  /** Opens the way to the audio thread: workers there are, and those that come, begin to render. */
  connect(openTransport: OpenTransport): void {
    this.openTransport = openTransport;
    for (const worker of this.workers) void this.connectWorker(worker);
  }

  /** Declares every note that is wanted, the most urgent first. Work on others is given up. */
  setWanted(jobs: readonly RenderJob[]): void {
    this.wanted = jobs;
    for (const worker of this.workers) {
      const { job, controller } = worker;
      if (job && !jobs.some((wanted) => sameNote(wanted, job))) controller?.abort();
    }
    this.assign();
  }

  /** The network's image of a note, for display; waits behind the notes of one worker. */
  async spectrogram(latent: Float32Array, pitch: number, signal?: AbortSignal): Promise<Float32Array> {
    const worker = this.workers.at(-1);
    if (!worker)
      throw new TimbrelError('WORKER_FAILED', 'The model worker died, and no other has taken its place');
    const answer = await worker.client.request(
      { type: 'spectrogram', model: worker.model, latent, pitch },
      { signal },
    );
    if (answer.type !== 'array') throw new TimbrelError('INTERNAL', `The worker answered ${answer.type}`);
    return answer.data;
  }

  get size(): number {
    return this.workers.length;
  }

  dispose(): void {
    this.disposed = true;
    for (const { client } of this.workers) client.terminate();
    this.workers.length = 0;
  }

  private async grow(count: number): Promise<void> {
    try {
      while (this.workers.length < count && !this.disposed) await this.addOne();
    } catch {
      // One worker plays; a further one that does not start (memory, a vanished file) is no failure.
    }
  }

  private async addOne(): Promise<void> {
    const { client, model } = await this.start();
    if (this.disposed) client.terminate();
    else this.add(client, model);
  }

  /** A worker that gets its weights from one there is: they are downloaded and decoded once. */
  private async start(): Promise<Started> {
    const giver = this.workers.at(0);
    if (giver) {
      try {
        return await startFrom(giver, this.backend);
      } catch (error) {
        // The giver died: there is still the source.
        if (this.disposed) throw error;
      }
    }
    return startWorker(this.source, { backend: this.backend });
  }

  /** Puts a new worker in the place of one that died. What sounds goes on: the audio thread has it. */
  private async replace(worker: PoolWorker, cause: TimbrelError): Promise<void> {
    const place = this.workers.indexOf(worker);
    if (place < 0 || this.disposed) return;
    this.workers.splice(place, 1);
    worker.client.terminate();
    let failure: unknown = cause;
    if (this.replacements++ < MAX_REPLACEMENTS) {
      try {
        return await this.addOne();
      } catch (error) {
        failure = error;
      }
    }
    if (this.workers.length === 0 && !this.disposed) this.events.failed(asTimbrelError(failure));
  }

  private add(client: ModelClient, model: number): void {
    client.onUnasked = (answer) => {
      if (answer.type !== 'backendChanged') return;
      this.events.backendChanged(answer.backend, answer.error && deserializeError(answer.error));
    };
    const worker = { client, model, connected: false, job: undefined, controller: undefined };
    this.workers.push(worker);
    void this.connectWorker(worker);
  }

  private async connectWorker(worker: PoolWorker): Promise<void> {
    if (!this.openTransport || worker.connected) return;
    const { transport, transfer } = this.openTransport();
    try {
      await worker.client.request(
        { type: 'addDestination', destination: DESTINATION, transport },
        { transfer },
      );
    } catch (error) {
      return this.replace(worker, asTimbrelError(error));
    }
    worker.connected = true;
    this.assign();
  }

  private assign(): void {
    for (const worker of this.workers) {
      if (worker.job || !worker.connected) continue;
      const job = this.wanted.find((wanted) => !this.workers.some((w) => w.job && sameNote(w.job, wanted)));
      if (!job) return;
      void this.render(worker, job);
    }
  }

  private async render(worker: PoolWorker, job: RenderJob): Promise<void> {
    worker.job = job;
    worker.controller = new AbortController();
    try {
      await worker.client.request(
        { type: 'renderNote', model: worker.model, destination: DESTINATION, ...job },
        { signal: worker.controller.signal },
      );
      this.wanted = this.wanted.filter((wanted) => !sameNote(wanted, job));
      this.events.rendered(job);
    } catch (error) {
      this.onFailure(worker, job, asTimbrelError(error));
    } finally {
      worker.job = undefined;
      worker.controller = undefined;
      if (!this.disposed) this.assign();
    }
  }

  private onFailure(worker: PoolWorker, job: RenderJob, error: TimbrelError): void {
    if (error.code === 'ABORTED' || error.code === 'DISPOSED') return;
    const died = error.code === 'WORKER_FAILED';
    if (died) void this.replace(worker, error);
    // The note of a worker that died is given to another one; if that dies too, it was the note.
    if (died && !(this.suspect && sameNote(this.suspect, job))) {
      this.suspect = job;
      return;
    }
    this.wanted = this.wanted.filter((wanted) => !sameNote(wanted, job));
    this.events.failed(error, job);
  }
}

function asTimbrelError(error: unknown): TimbrelError {
  return error instanceof TimbrelError
    ? error
    : new TimbrelError('INTERNAL', String(error), { cause: error });
}

/** Every worker of a pool has one way to the audio thread. */
const DESTINATION = 1;

interface Started {
  readonly client: ModelClient;
  readonly model: number;
  readonly description: GANSynthDescription;
}

async function startWorker(source: Source | undefined, options: LoadOptions): Promise<Started> {
  const client = new ModelClient();
  try {
    return { client, ...(await loadGANSynth(client, source, options)) };
  } catch (error) {
    client.terminate();
    throw error;
  }
}

/** Starts a worker with a copy of the model of another one, which goes from worker to worker, past the page. */
async function startFrom(giver: PoolWorker, backend: Backend = 'auto'): Promise<Started> {
  const client = new ModelClient();
  const { port1, port2 } = new MessageChannel();
  try {
    const [answer] = await Promise.all([
      client.request({ type: 'receiveGANSynth', port: port2, backend }, { transfer: [port2] }),
      giver.client.request({ type: 'copyGANSynth', model: giver.model, port: port1 }, { transfer: [port1] }),
    ]);
    if (answer.type !== 'loaded') throw new TimbrelError('INTERNAL', `The worker answered ${answer.type}`);
    return { client, model: answer.model, description: answer.description };
  } catch (error) {
    client.terminate();
    throw error;
  }
}
