/** One model worker as promises: numbered requests, progress, cancellation, and death of the worker. */
import { TimbrelError, deserializeError, throwIfAborted } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { ModelAnswer, ModelRequest } from './messages.js';
import { spawnModelWorker, type ModelWorker } from './spawn.js';
import { checkCallbacks, checkSignal } from './given.js';

/** A request before it gets its number. */
export type UnnumberedRequest = ModelRequest extends infer R
  ? R extends ModelRequest
    ? Omit<R, 'id'>
    : never
  : never;

export type EventsSoFar = Extract<ModelAnswer, { type: 'eventsSoFar' }>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told of events as they are written, before the answer has them all. */
  readonly onEvents?: (part: EventsSoFar) => void;
  readonly transfer?: Transferable[];
}

interface PendingRequest {
  readonly resolve: (answer: ModelAnswer) => void;
  readonly reject: (error: TimbrelError) => void;
  readonly onProgress: (progress: LoadProgress) => void;
  readonly onEvents: (part: EventsSoFar) => void;
}

export class ModelClient {
  /** Told of answers that no request asked for, such as a changed backend. */
  onUnasked: (answer: ModelAnswer) => void = () => {};

  private readonly pending = new Map<number, PendingRequest>();
  private readonly worker: Promise<ModelWorker>;
  /** Rejects when the client is terminated: a worker's script may never arrive. */
  private readonly terminated: Promise<never>;
  private endWaiting: (error: TimbrelError) => void = () => {};
  private nextId = 1;
  private failure: TimbrelError | undefined;

  constructor() {
    this.terminated = new Promise((_, reject) => (this.endWaiting = reject));
    this.terminated.catch(() => {});
    this.worker = this.start();
    // Reported by the requests that wait for it.
    this.worker.catch(() => {});
  }

  /**
   * Where a callback throws, the work is given up, and its error is that of the request.
   * @throws OPTION_INVALID, ABORTED, DISPOSED, WORKER_FAILED, or what the worker answered
   */
  async request(request: UnnumberedRequest, options: RequestOptions = {}): Promise<ModelAnswer> {
    const { signal, onProgress, onEvents, transfer } = options;
    checkSignal(signal);
    checkCallbacks({ onProgress, onEvents });
    throwIfAborted(signal, request.type);
    const worker = await untilAborted(Promise.race([this.worker, this.terminated]), signal, request.type);
    throwIfAborted(signal, request.type);
    if (this.failure) throw this.failure;
    const id = this.nextId++;
    return new Promise<ModelAnswer>((resolve, reject) => {
      const cancel = () => worker.post({ type: 'cancel', id });
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
        <T>(callback: ((told: T) => void) | undefined) =>
        (told: T) => {
          if (thrown) return;
          try {
            callback?.(told);
          } catch (error) {
            thrown = { error };
            cancel();
          }
        };
      this.pending.set(id, {
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
        onProgress: guarded(onProgress),
        onEvents: guarded(onEvents),
      });
      worker.setBusy(true);
      try {
        worker.post({ ...request, id } as ModelRequest, transfer);
      } catch (cause) {
        const what = `An option of ${request.type} holds what cannot be sent to a worker: ${String(cause)}`;
        this.pending.get(id)?.reject(new TimbrelError('OPTION_INVALID', what, { cause }));
      }
    });
  }

  terminate(): void {
    this.endWaiting(new TimbrelError('DISPOSED', 'The model was disposed while its worker started'));
    this.fail(new TimbrelError('DISPOSED', 'The model was disposed while it worked'));
    void this.worker.then(
      (worker) => worker.terminate(),
      () => {},
    );
  }

  /** Resolves when the worker listens. */
  private start(): Promise<ModelWorker> {
    return new Promise((resolve, reject) => {
      let worker: ModelWorker | undefined;
      let ready = false;
      const resolveWhenBoth = () => {
        if (ready && worker) resolve(worker);
      };
      const listener = {
        answer: (answer: ModelAnswer) => {
          if (answer.type === 'ready') {
            ready = true;
            resolveWhenBoth();
          } else this.receive(answer);
        },
        failed: (error: TimbrelError) => {
          this.fail(error);
          reject(error);
        },
      };
      spawnModelWorker(listener).then((spawned) => {
        worker = spawned;
        worker.setBusy(true);
        resolveWhenBoth();
      }, listener.failed);
    });
  }

  private receive(answer: Exclude<ModelAnswer, { type: 'ready' }>): void {
    const request = this.pending.get(answer.id);
    if (!request) this.onUnasked(answer);
    else if (answer.type === 'progress') request.onProgress(answer.progress);
    else if (answer.type === 'eventsSoFar') request.onEvents(answer);
    else if (answer.type === 'failed') request.reject(deserializeError(answer.error));
    else request.resolve(answer);
  }

  private fail(error: TimbrelError): void {
    this.failure ??= error;
    for (const request of [...this.pending.values()]) request.reject(error);
  }
}

/** What `work` gives, unless the signal comes first. @throws ABORTED */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      try {
        throwIfAborted(signal, what);
      } catch (error) {
        reject(error as Error);
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
