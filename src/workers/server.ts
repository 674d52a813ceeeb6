/** The worker's end of the wire: calls are taken in order, one computation at a time, and each is answered. */
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import { TimbrelError, serializeError, throwIfAborted } from '../errors/timbrel-error.js';
import type { Call, Method, Methods, PartOf, Reply, ToWorker } from './protocol.js';
import { createSerialQueue } from './serial-queue.js';

/** The context of a call, which a method may use besides its arguments. */
export interface CallContext<T extends Method = Required<Method>> {
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
  /** Sends a part of the result. */
  readonly onPart: (part: PartOf<T>) => void;
  /**
   * Lets the calls that wait go first: for long work whose caller can do with what it has. Their work must not be in its way.
   * The caller may give up meanwhile, and is answered at once.
   */
  readonly giveWay: () => Promise<void>;
  /** Moves a buffer of the result to the page instead of copying it. */
  readonly transfer: (buffer: Transferable) => void;
}

/** A family's methods as functions. One worker has one table, and one model in it. */
export type Server<M extends Methods<M>> = {
  readonly [K in keyof M]: (
    args: M[K]['args'],
    context: CallContext<M[K]>,
  ) => M[K]['result'] | Promise<M[K]['result']>;
};

/** A server whose methods' types are no longer of interest. */
type AnyServer = Readonly<Record<string, (args: never, context: never) => unknown>>;

/** Makes a family's server. `emit` sends what no call asked for. */
export type CreateServer = (emit: (event: unknown) => void) => AnyServer;

/** The families a worker can serve: each is loaded when a page names it. */
export type Families = Readonly<Record<string, () => Promise<CreateServer>>>;

export type Post = (reply: Reply, transfer: Transferable[]) => void;

/** @returns takes the messages of one page */
export function createReceiver(families: Families, post: Post): (message: ToWorker) => void {
  const inTurn = createSerialQueue();
  const running = new Map<number, AbortController>();
  /** Calls whose turn has not come, and those that gave way. */
  const waiting = new Set<number>();
  let server: AnyServer | undefined;
  let failure: unknown = new TimbrelError('INTERNAL', 'The worker was asked before it was told its family');

  const open = async (family: string) => {
    if (!Object.hasOwn(families, family)) {
      failure = new TimbrelError('INTERNAL', `The worker knows no family ${JSON.stringify(family)}`);
      return;
    }
    try {
      const create = await families[family]();
      server = create((event) => post({ event }, []));
    } catch (error) {
      // Reported by every call.
      failure = error;
    }
  };

  const answer = async ({ id, method, args }: Exclude<Call, { cancel: true }>, signal: AbortSignal) => {
    // It was given up while it waited for its turn, and is answered already.
    if (!waiting.delete(id)) return;
    const buffers: Transferable[] = [];
    try {
      throwIfAborted(signal, method);
      if (!server) throw failure;
      if (!Object.hasOwn(server, method)) throw new TimbrelError('INTERNAL', `The worker has no ${method}`);
      const context: CallContext = {
        signal,
        onProgress: (progress) => post({ id, progress }, []),
        onPart: (part) => post({ id, part }, []),
        giveWay: async () => {
          waiting.add(id);
          await inTurn.giveWay();
          waiting.delete(id);
        },
        transfer: (buffer) => buffers.push(buffer),
      };
      const result = await server[method](args as never, context as never);
      post({ id, result }, buffers);
    } catch (error) {
      // One that was given up while it gave way is answered already.
      if (running.has(id)) post({ id, error: serializeError(error) }, []);
    } finally {
      running.delete(id);
    }
  };

  /** Gives a call up; one that waits for other work is answered at once. */
  const cancel = (id: number) => {
    running.get(id)?.abort();
    if (!waiting.delete(id)) return;
    running.delete(id);
    post(
      { id, error: serializeError(new TimbrelError('ABORTED', 'The work was given up while it waited')) },
      [],
    );
  };

  return (message) => {
    if ('family' in message) void inTurn(() => open(message.family));
    else if ('cancel' in message) cancel(message.id);
    else {
      const controller = new AbortController();
      running.set(message.id, controller);
      waiting.add(message.id);
      void inTurn(() => answer(message, controller.signal));
    }
  };
}
