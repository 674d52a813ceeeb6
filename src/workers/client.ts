/** The page's end of the wire: a worker's methods as promises, with progress, parts, cancellation, and the worker's death. */
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import { TimbrelError, deserializeError, throwIfAborted, withoutCode } from '../errors/timbrel-error.js';
import { checkCallbacks, checkSignal } from '../errors/check-arguments.js';
import type { FromWorker, Methods, PartOf, Reply } from './protocol.js';
import { spawnModelWorker, type ModelWorker, type Spawn } from './spawn.js';
import { untilAborted } from './until-aborted.js';

export interface CallOptions<P = never> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Takes parts of the result as they come, before the result has them all. */
  readonly onPart?: (part: P) => void;
  readonly transfer?: readonly Transferable[];
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: TimbrelError) => void;
  readonly onProgress: (progress: LoadProgress) => void;
  readonly onPart: (part: never) => void;
}

/** The methods of workers are no names that a caller knows. */
const WORK = 'The work';

/** A worker that serves the methods M of one family, and sends the events E unasked. */
export class WorkerClient<M extends Methods<M>, E = never> {
  onEvent: (event: E) => void = () => {};
  /** The owner is told here when the worker died. */
  onFailure: (error: TimbrelError) => void = () => {};

  private readonly pending = new Map<number, PendingCall>();
  private readonly worker: Promise<ModelWorker>;
  /** The same worker, before it listens. */
  private spawned: Promise<ModelWorker> | undefined;
  /** Rejects when the client is terminated: a worker's script may never arrive. */
  private readonly terminated: Promise<never>;
  private endWaiting: (error: TimbrelError) => void = () => {};
  private nextId = 1;
  private failure: TimbrelError | undefined;

  /** @param family a name in src/models/worker.ts */
  constructor(
    private readonly family: string,
    spawn: Spawn = spawnModelWorker,
  ) {
    this.terminated = new Promise((_, reject) => (this.endWaiting = reject));
    this.terminated.catch(() => {});
    this.worker = this.begin(spawn);
    // Reported by the calls that wait for it.
    this.worker.catch(() => {});
  }

  /**
   * Calls a method of the worker. If a callback throws, the work is given up, and its error is that of the call.
   * @throws OPTION_INVALID, ABORTED, DISPOSED, WORKER_FAILED, or what the method throws
   */
  async call<K extends keyof M & string>(
    method: K,
    args: M[K]['args'],
    options: CallOptions<PartOf<M[K]>> = {},
  ): Promise<M[K]['result']> {
    const { signal, onProgress, onPart, transfer = [] } = options;
    checkSignal(signal);
    checkCallbacks({ onProgress, onPart });
    throwIfAborted(signal, WORK);
    const worker = await untilAborted(Promise.race([this.worker, this.terminated]), signal, WORK);
    throwIfAborted(signal, WORK);
    if (this.failure) throw this.failure;
    const id = this.nextId++;
    return new Promise<M[K]['result']>((resolve, reject) => {
      const cancel = () => worker.post({ id, cancel: true });
      signal?.addEventListener('abort', cancel, { once: true });
      let thrown: { readonly error: unknown } | undefined;
      const settle = (answer: () => void) => {
        signal?.removeEventListener('abort', cancel);
        this.pending.delete(id);
        if (this.pending.size === 0) worker.setBusy(false);
        if (thrown) reject(thrown.error as Error);
        else answer();
      };
      const guarded =
        <T>(callback: ((value: T) => void) | undefined) =>
        (value: T) => {
          // Parts may be under way when the caller gives up, who wants none any more.
          if (thrown || signal?.aborted) return;
          try {
            callback?.(value);
          } catch (error) {
            thrown = { error };
            cancel();
          }
        };
      this.pending.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        // The worker does not know why it was to give up.
        reject: (error) =>
          settle(() =>
            reject(error.code === 'ABORTED' && signal?.aborted ? withCause(error, signal) : error),
          ),
        onProgress: guarded(onProgress),
        onPart: guarded(onPart),
      });
      worker.setBusy(true);
      try {
        worker.post({ id, method, args }, [...transfer]);
      } catch (cause) {
        const what = `An option of ${method} holds what cannot be sent to a worker: ${String(cause)}`;
        this.pending.get(id)?.reject(new TimbrelError('OPTION_INVALID', what, { cause }));
      }
    });
  }

  /** Calls the method that makes the model, which comes first: where it fails, the worker is ended. @throws as {@link call} */
  async start<K extends keyof M & string>(
    method: K,
    args: M[K]['args'],
    options: CallOptions<PartOf<M[K]>> = {},
  ): Promise<M[K]['result']> {
    try {
      return await this.call(method, args, options);
    } catch (error) {
      this.terminate();
      throw error;
    }
  }

  /** The worker died, or was terminated. */
  get ended(): boolean {
    return this.failure !== undefined;
  }

  /**
   * Ends the worker and frees its memory.
   * @param reason is the error of what is asked of it, now and later; by default DISPOSED
   */
  terminate(reason?: TimbrelError): void {
    this.endWaiting(
      reason ?? new TimbrelError('DISPOSED', 'The model was disposed while its worker started'),
    );
    this.failure = undefined;
    this.fail(reason ?? new TimbrelError('DISPOSED', 'The model was disposed; load another'));
    void this.spawned?.then(
      (worker) => worker.terminate(),
      () => {},
    );
  }

  /** Resolves when the worker listens. */
  private begin(spawn: Spawn): Promise<ModelWorker> {
    return new Promise((resolve, reject) => {
      let worker: ModelWorker | undefined;
      let ready = false;
      const resolveWhenBoth = () => {
        if (!ready || !worker) return;
        worker.post({ family: this.family });
        resolve(worker);
      };
      const listener = {
        message: (message: FromWorker) => {
          if ('ready' in message) {
            ready = true;
            resolveWhenBoth();
          } else this.receive(message);
        },
        failed: (error: TimbrelError) => {
          if (!this.failure) this.onFailure(error);
          this.fail(error);
          reject(error);
        },
      };
      this.spawned = spawn(listener);
      this.spawned.then((spawned) => {
        worker = spawned;
        worker.setBusy(true);
        resolveWhenBoth();
      }, listener.failed);
    });
  }

  private receive(reply: Reply): void {
    if ('event' in reply) {
      this.onEvent(reply.event as E);
      return;
    }
    const call = this.pending.get(reply.id);
    if (!call) return;
    if ('progress' in reply) call.onProgress(reply.progress);
    else if ('part' in reply) call.onPart(reply.part as never);
    else if ('error' in reply) call.reject(deserializeError(reply.error));
    else call.resolve(reply.result);
  }

  private fail(error: TimbrelError): void {
    this.failure ??= error;
    for (const call of [...this.pending.values()]) call.reject(error);
  }
}

const withCause = (error: TimbrelError, { reason }: AbortSignal) =>
  new TimbrelError('ABORTED', withoutCode(error), { cause: reason });
