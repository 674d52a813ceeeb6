/** The network that plays or writes. A later one takes the place of the present one only when it is loaded. */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { OptionNames } from '../errors/check-arguments.js';

/** @inline */
export interface LoadingOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export const LOADING_OPTIONS: OptionNames<LoadingOptions> = { signal: true, onProgress: true };

/** Loads a network. It gives up when the signal is aborted. */
export type LoadNetwork<N> = (options: Required<LoadingOptions>) => Promise<N>;

export interface SlotListener<N> {
  /** The progress of loading; undefined when that has ended, well or badly, and no other load has taken its place. */
  progress?(progress: LoadProgress | undefined): void;
  /** A network has taken its place; the one before is disposed of. */
  taken?(network: N): void;
}

export class NetworkSlot<N extends { dispose(): void }> {
  private network: N | undefined;
  private loading: Promise<N> | undefined;
  private abort: AbortController | undefined;
  private failed = false;

  constructor(private readonly listener: SlotListener<N> = {}) {}

  /** The network that is loaded; undefined before the first. */
  get present(): N | undefined {
    return this.network;
  }

  /** The load under way, or the last one that was well; undefined where none has begun. */
  get pending(): Promise<N> | undefined {
    return this.loading;
  }

  /** There is no network, because the last one that was asked for could not be loaded. */
  get isLost(): boolean {
    return this.failed && !this.network;
  }

  /** Resolves with the network, and loads it if that has not begun. @throws what `load` throws */
  get(load: LoadNetwork<N>, options?: LoadingOptions): Promise<N> {
    return (this.loading ??= this.exchange(load, options));
  }

  /**
   * Loads another network and gives up a load that is under way.
   * @throws ABORTED, and what `load` throws; the present network stays then
   */
  exchange(load: LoadNetwork<N>, options: LoadingOptions = {}): Promise<N> {
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    this.failed = false;
    const loading = this.load(load, abort, options).catch((error) => {
      if (this.loading === loading) {
        this.loading = this.network && Promise.resolve(this.network);
        this.failed = !abort.signal.aborted;
      }
      throw error;
    });
    return (this.loading = loading);
  }

  /** Gives up a load that is under way, and disposes of the network. */
  dispose(): void {
    this.abort?.abort();
    this.network?.dispose();
    this.network = this.loading = undefined;
    this.failed = false;
  }

  private async load(load: LoadNetwork<N>, abort: AbortController, options: LoadingOptions): Promise<N> {
    const { signal } = abort;
    const giveUp = () => abort.abort();
    options.signal?.addEventListener('abort', giveUp);
    try {
      throwIfAborted(options.signal, 'Loading the network');
      const onProgress = (progress: LoadProgress) => {
        if (signal.aborted) return;
        this.listener.progress?.(progress);
        options.onProgress?.(progress);
      };
      const network = await load({ signal, onProgress });
      if (signal.aborted) network.dispose();
      throwIfAborted(signal, 'Loading the network');
      const before = this.network;
      this.network = network;
      this.listener.taken?.(network);
      before?.dispose();
      return network;
    } finally {
      options.signal?.removeEventListener('abort', giveUp);
      if (this.abort === abort) this.listener.progress?.(undefined);
    }
  }
}
