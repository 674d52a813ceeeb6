/** The one counter of bytes that are read or downloaded. */
import type { LoadProgress } from './checkpoint-source.js';
import type { ReadTensorsOptions, TensorInfo } from './opened-checkpoint.js';

/**
 * Adds bytes up and reports them. `total` is 0 while it is unknown. One that turns out too small grows: the catalogue rounds, and
 * of compressed transfers the length of what is sent is all that is known.
 */
export class ProgressCounter {
  private loaded = 0;

  constructor(
    private readonly onProgress: ReadTensorsOptions['onProgress'],
    public total = 0,
  ) {}

  /** @param count bytes; 0 reports where it stands, and a negative one takes back what has to be fetched anew */
  add(count: number): void {
    this.loaded += count;
    if (this.total > 0) this.total = Math.max(this.total, this.loaded);
    this.report('download');
  }

  /** Reports that all bytes are there, and what comes next is computing. */
  end(): void {
    this.loaded = this.total;
    this.report('prepare');
  }

  private report(stage: LoadProgress['stage']): void {
    this.onProgress?.({ stage, loaded: this.loaded, total: this.total });
  }
}

/** A counter of the bytes of named tensors, which has reported 0. */
export function countTensors(
  entries: ReadonlyMap<string, TensorInfo>,
  names: readonly string[],
  { onProgress }: ReadTensorsOptions,
): { readonly add: (name: string) => void; readonly end: () => void } {
  const bytesOf = (name: string) => entries.get(name)?.byteLength ?? 0;
  const counter = new ProgressCounter(
    onProgress,
    names.reduce((sum, name) => sum + bytesOf(name), 0),
  );
  counter.add(0);
  return { add: (name) => counter.add(bytesOf(name)), end: () => counter.end() };
}
