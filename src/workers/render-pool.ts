/**
 * Workers that hold the same model and render notes for several instruments. Parallelism is by notes: each worker renders whole
 * ones, so no memory is shared. Every instrument declares what it wants as one ordered list; the pool keeps the workers on the heads
 * of the lists and gives up what left them.
 */
import type { NoteAudioTransport } from '../messages/transport.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { RenderJob } from './note-methods.js';

/** One worker with its model, as the pool asks it. `E` is what it sends unasked. */
export interface NoteWorker<J extends RenderJob, E> {
  readonly description: { readonly bytes: number };
  addDestination(
    destination: number,
    transport: NoteAudioTransport,
    transfer: readonly Transferable[],
  ): Promise<void>;
  removeDestination(destination: number): Promise<void>;
  /** Resolves when the last sample is on its way. */
  render(job: J, destination: number, signal: AbortSignal): Promise<void>;
  onEvent(listener: (event: E) => void): void;
  dispose(): void;
}

/** Starts a worker; with a copy of the model of `giver`, where there is one. */
export type StartWorker<W> = (giver: W | undefined) => Promise<W>;

/** Makes a way from one worker to the audio thread and hands its other end over there. */
export type OpenTransport = () => {
  readonly transport: NoteAudioTransport;
  readonly transfer: readonly Transferable[];
};

export interface RenderListener<J extends RenderJob, E> {
  /** The note's audio is on its way to the audio thread. */
  rendered(job: J): void;
  /** A note cannot be rendered, or, without one, nothing can any more. */
  failed(error: TimbrelError, job?: J): void;
  /** A worker sent this unasked. */
  event(event: E): void;
  /** A worker that died has another in its place; what was asked of it beside notes has to be asked again. */
  replaced?(): void;
}

/** An instrument's place in a pool. */
export interface PoolMember<J extends RenderJob> {
  /** Opens the way to the audio thread: from now on, what is wanted is rendered. */
  connect(openTransport: OpenTransport): void;
  /** Declares every note that is wanted, the most urgent first. Work on others is given up. */
  setWanted(jobs: readonly J[]): void;
  leave(): void;
}

interface Member<J extends RenderJob, E> {
  /** Its number in the workers. */
  readonly destination: number;
  readonly listener: RenderListener<J, E>;
  wanted: readonly J[];
  openTransport: OpenTransport | undefined;
}

interface Task<J extends RenderJob, E> {
  readonly member: Member<J, E>;
  readonly job: J;
}

interface PoolWorker<J extends RenderJob, E, W> {
  readonly worker: W;
  /** Destinations that it has a way to. */
  readonly connected: Set<number>;
  /** The number of questions that it has not answered yet. */
  asked: number;
  task: (Task<J, E> & { readonly controller: AbortController }) | undefined;
}

/** The limits: more workers than these bring little and cost much: a full-size model takes some 70 MB. */
const MAX_WORKERS = 4;
const MAX_POOL_BYTES = 300e6;
/** Workers that died are replaced this often: what kills them may last. */
const MAX_REPLACEMENTS = 3;

/** The number of workers that cores and memory allow. */
export function affordableWorkers(bytes: number): number {
  const cores = typeof navigator === 'object' ? (navigator.hardwareConcurrency ?? 2) : 2;
  const affordable = Math.max(1, Math.floor(MAX_POOL_BYTES / Math.max(bytes, 1)));
  return Math.min(MAX_WORKERS, affordable, Math.max(1, cores - 1));
}

export class RenderPool<J extends RenderJob, E, W extends NoteWorker<J, E>> {
  private readonly workers: PoolWorker<J, E, W>[] = [];
  /** In the order of their turns: whoever was served last is the last. */
  private members: readonly Member<J, E>[] = [];
  private nextDestination = 1;
  private disposed = false;
  private replacements = 0;
  /** The note that the worker that died last was rendering. */
  private suspect: Task<J, E> | undefined;

  private constructor(
    readonly description: W['description'],
    private readonly start: StartWorker<W>,
  ) {}

  /** Starts the first worker, resolves, then adds others. @param count default: as cores and memory allow */
  static async load<J extends RenderJob, E, W extends NoteWorker<J, E>>(
    start: StartWorker<W>,
    count?: number,
  ): Promise<RenderPool<J, E, W>> {
    const first = await start(undefined);
    const pool = new RenderPool<J, E, W>(first.description, start);
    pool.add(first);
    void pool.grow(count ?? affordableWorkers(first.description.bytes));
    return pool;
  }

  join(listener: RenderListener<J, E>): PoolMember<J> {
    const destination = this.nextDestination++;
    const member: Member<J, E> = { destination, listener, wanted: [], openTransport: undefined };
    this.members = [...this.members, member];
    return {
      connect: (openTransport) => {
        member.openTransport = openTransport;
        this.assign();
      },
      setWanted: (jobs) => {
        member.wanted = jobs;
        this.giveUp((task) => task.member === member && !isAmong(jobs, task.job));
        this.assign();
        this.makeWay();
      },
      leave: () => {
        this.members = this.members.filter((other) => other !== member);
        this.giveUp((task) => task.member === member);
        for (const { worker, connected } of this.workers) {
          // Where the worker died meanwhile, there is nothing to remove.
          if (connected.delete(destination)) worker.removeDestination(destination).catch(() => {});
        }
      },
    };
  }

  /**
   * Asks the worker that was added last, behind the note it renders. Until it has answered it gets held notes only.
   * @throws WORKER_FAILED, and what `work` throws
   */
  async ask<T>(work: (worker: W) => Promise<T>): Promise<T> {
    const last = this.workers.at(-1);
    if (!last)
      throw new TimbrelError('WORKER_FAILED', 'The model worker died, and no other has taken its place');
    last.asked++;
    try {
      return await work(last.worker);
    } finally {
      last.asked--;
      if (!this.disposed) this.assign();
    }
  }

  get size(): number {
    return this.workers.length;
  }

  /** Nothing can be rendered any more. */
  get ended(): boolean {
    return this.disposed || this.workers.length === 0;
  }

  dispose(): void {
    this.disposed = true;
    for (const { worker } of this.workers) worker.dispose();
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
    const worker = await this.startOne();
    if (this.disposed) worker.dispose();
    else this.add(worker);
  }

  /** Starts a worker that gets its weights from one there is: they are downloaded and decoded once. */
  private async startOne(): Promise<W> {
    const giver = this.workers.at(0)?.worker;
    if (giver) {
      try {
        return await this.start(giver);
      } catch (error) {
        // The giver died: there is still the source.
        if (this.disposed) throw error;
      }
    }
    return this.start(undefined);
  }

  /** Puts a new worker in the place of one that died. What sounds goes on: the audio thread has it. */
  private async replace(dead: PoolWorker<J, E, W>, cause: TimbrelError): Promise<void> {
    const place = this.workers.indexOf(dead);
    if (place < 0 || this.disposed) return;
    this.workers.splice(place, 1);
    dead.worker.dispose();
    let failure: unknown = cause;
    if (this.replacements++ < MAX_REPLACEMENTS) {
      try {
        await this.addOne();
        for (const { listener } of this.members) listener.replaced?.();
        return;
      } catch (error) {
        failure = error;
      }
    }
    if (this.workers.length > 0 || this.disposed) return;
    for (const { listener } of this.members) listener.failed(asTimbrelError(failure));
  }

  private add(worker: W): void {
    worker.onEvent((event) => {
      for (const { listener } of this.members) listener.event(event);
    });
    this.workers.push({ worker, connected: new Set(), asked: 0, task: undefined });
    this.assign();
  }

  private giveUp(isUnwanted: (task: Task<J, E>) => boolean): void {
    for (const { task } of this.workers) if (task && isUnwanted(task)) task.controller.abort();
  }

  /** Held notes do not wait behind the rest of a keyboard: work on that is given up, and done again after them. */
  private makeWay(): void {
    const urgent = this.members.flatMap((member) =>
      member.openTransport ? member.wanted.filter((job) => job.urgent).map((job) => ({ member, job })) : [],
    );
    // A worker that was told to give up will take one of them.
    let waiting = urgent.filter((task) => !this.isUnderWay(task)).length;
    const isUrgent = (task: Task<J, E>) => urgent.some((other) => isSame(other, task));
    for (const { task } of this.workers) if (task?.controller.signal.aborted) waiting--;
    for (const { task } of this.workers) {
      if (waiting <= 0) return;
      if (!task || task.controller.signal.aborted || isUrgent(task)) continue;
      task.controller.abort();
      waiting--;
    }
  }

  private assign(): void {
    for (const worker of this.workers) {
      if (worker.task) continue;
      const task = this.next();
      if (!task) return;
      if (worker.asked > 0 && !task.job.urgent) continue;
      this.members = [...this.members.filter((member) => member !== task.member), task.member];
      void this.render(worker, task);
    }
  }

  /** Held notes of all go before the rest of anybody's keyboard; among equals whoever was served longest ago. */
  private next(): Task<J, E> | undefined {
    let later: Task<J, E> | undefined;
    for (const member of this.members) {
      if (!member.openTransport) continue;
      const job = member.wanted.find((wanted) => !this.isUnderWay({ member, job: wanted }));
      if (job?.urgent) return { member, job };
      if (job) later ??= { member, job };
    }
    return later;
  }

  private isUnderWay(task: Task<J, E>): boolean {
    return this.workers.some((worker) => worker.task && isSame(worker.task, task));
  }

  private async render(poolWorker: PoolWorker<J, E, W>, { member, job }: Task<J, E>): Promise<void> {
    const controller = new AbortController();
    const task = { member, job, controller };
    poolWorker.task = task;
    try {
      await this.connect(poolWorker, member);
      await poolWorker.worker.render(job, member.destination, controller.signal);
      this.settle(task);
      member.listener.rendered(job);
    } catch (error) {
      this.onFailure(poolWorker, task, asTimbrelError(error));
    } finally {
      poolWorker.task = undefined;
      if (!this.disposed) this.assign();
    }
  }

  /** Opens the way from a worker to an audio thread before its first note there. */
  private async connect({ worker, connected }: PoolWorker<J, E, W>, member: Member<J, E>): Promise<void> {
    const { destination, openTransport } = member;
    if (!openTransport || connected.has(destination)) return;
    const { transport, transfer } = openTransport();
    connected.add(destination);
    try {
      await worker.addDestination(destination, transport, transfer);
    } catch (error) {
      connected.delete(destination);
      throw error;
    }
  }

  private onFailure(worker: PoolWorker<J, E, W>, task: Task<J, E>, error: TimbrelError): void {
    if (error.code === 'ABORTED' || error.code === 'DISPOSED') return;
    const died = error.code === 'WORKER_FAILED';
    if (died) void this.replace(worker, error);
    // The note of a worker that died is given to another one; if that dies too, it was the note.
    if (died && !(this.suspect && isSame(this.suspect, task))) {
      this.suspect = task;
      return;
    }
    this.settle(task);
    task.member.listener.failed(error, task.job);
  }

  private settle({ member, job }: Task<J, E>): void {
    member.wanted = member.wanted.filter((wanted) => !isSameNote(wanted, job));
  }
}

const isSameNote = (a: RenderJob, b: RenderJob) => a.timbre === b.timbre && a.pitch === b.pitch;

const isAmong = (jobs: readonly RenderJob[], job: RenderJob) => jobs.some((other) => isSameNote(other, job));

const isSame = <J extends RenderJob, E>(a: Task<J, E>, b: Task<J, E>) =>
  a.member === b.member && isSameNote(a.job, b.job);

function asTimbrelError(error: unknown): TimbrelError {
  return error instanceof TimbrelError
    ? error
    : new TimbrelError('INTERNAL', String(error), { cause: error });
}
