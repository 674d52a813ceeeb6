/** A thing that several users need at once is made once: the first to ask has it made, the last to let go has it disposed. */
import type { CheckpointSource, LoadProgress } from '../checkpoints/checkpoint-source.js';
import { untilAborted } from './until-aborted.js';

export interface MakeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** A share in a value, which is given back by `dispose`. */
export interface Lease<T> {
  readonly value: T;
  dispose(): void;
}

interface Entry<T> {
  users: number;
  readonly value: Promise<T>;
  /** Aborts the making, when nobody waits for it any more. */
  readonly abort: AbortController;
  readonly listeners: Set<(progress: LoadProgress) => void>;
}

export class Shared<T extends { readonly ended: boolean; dispose(): void }> {
  private readonly entries = new Map<string, Entry<T>>();

  /**
   * @param key the same for what is to be shared
   * @param make is called where there is nothing of that key, or what there is has ended
   * @throws ABORTED, and what `make` throws
   */
  async acquire(
    key: string,
    make: (options: Required<MakeOptions>) => Promise<T>,
    { signal, onProgress }: MakeOptions = {},
  ): Promise<Lease<T>> {
    const entry = this.entries.get(key) ?? this.begin(key, make);
    entry.users++;
    if (onProgress) entry.listeners.add(onProgress);
    let value: T;
    try {
      value = await untilAborted(entry.value, signal, 'Loading');
    } catch (error) {
      this.leave(key, entry);
      throw error;
    } finally {
      if (onProgress) entry.listeners.delete(onProgress);
    }
    let released = false;
    const dispose = () => {
      if (!released) this.leave(key, entry);
      released = true;
    };
    if (!value.ended) return { value, dispose };
    dispose();
    this.forget(key, entry);
    return this.acquire(key, make, { signal, onProgress });
  }

  private begin(key: string, make: (options: Required<MakeOptions>) => Promise<T>): Entry<T> {
    const abort = new AbortController();
    const listeners = new Set<(progress: LoadProgress) => void>();
    const onProgress = (progress: LoadProgress) => {
      for (const listener of listeners) listener(progress);
    };
    const value = make({ signal: abort.signal, onProgress });
    const entry: Entry<T> = { users: 0, value, abort, listeners };
    this.entries.set(key, entry);
    return entry;
  }

  private leave(key: string, entry: Entry<T>): void {
    if (--entry.users > 0) return;
    this.forget(key, entry);
    entry.abort.abort();
    entry.value.then(
      (value) => value.dispose(),
      // Reported to those who waited.
      () => {},
    );
  }

  private forget(key: string, entry: Entry<T>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }
}

let nextDrop = 1;

/** The key of what is loaded from a source with these options. Dropped files are nobody else's: they have no address. */
export const keyOf = (source: CheckpointSource, ...options: readonly unknown[]): string =>
  JSON.stringify([source.kind === 'files' ? nextDrop++ : source, ...options]);
