/** The network that plays or writes. A later one takes the place of the present one only when it is loaded. */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';

export interface LoadingOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Loads a network. It gives up when the signal is aborted. */
export type LoadNetwork<N> = (options: Required<LoadingOptions>) => Promise<N>;

export class NetworkSlot<N extends { dispose(): void }> {
  private network: N | undefined;
  private loading: Promise<N> | undefined;
  private abort: AbortController | undefined;

  /** @param onProgress gets undefined when a load has ended, well or badly, and no other has taken its place */
  constructor(private readonly onProgress: (progress: LoadProgress | undefined) => void = () => {}) {}

  /** The network that is loaded; undefined before the first. */
  get present(): N | undefined {
    return this.network;
  }

  /** Resolves with the network, and loads it if that has not begun. @throws what `load` throws */
  get(load: LoadNetwork<N>): Promise<N> {
    return (this.loading ??= this.exchange(load));
  }

  /**
   * Loads another network and gives up a load that is under way.
   * @throws ABORTED, and what `load` throws; the present network stays then
   */
  exchange(load: LoadNetwork<N>): Promise<N> {
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const loading = this.load(load, abort).catch((error) => {
      if (this.loading === loading) this.loading = this.network && Promise.resolve(this.network);
      throw error;
    });
    return (this.loading = loading);
  }

  /** Gives up a load that is under way, and disposes of the network. */
  dispose(): void {
    this.abort?.abort();
    this.network?.dispose();
    this.network = this.loading = undefined;
  }

  private async load(load: LoadNetwork<N>, abort: AbortController): Promise<N> {
    const { signal } = abort;
    try {
      const network = await load({
        signal,
        onProgress: (progress) => signal.aborted || this.onProgress(progress),
      });
      if (signal.aborted) network.dispose();
      throwIfAborted(signal, 'Loading the network');
      this.network?.dispose();
      return (this.network = network);
    } finally {
      if (this.abort === abort) this.onProgress(undefined);
    }
  }
}
