/** The model an element has. A later one takes the place of the present one only when it is loaded. */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import type { ContinueOptions } from '../../workers/event-model.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { SequenceModelKind, WritingModel } from './kind.js';

export class ModelSlot<O extends ContinueOptions> {
  model: WritingModel<O> | undefined;
  private loading: Promise<WritingModel<O>> | undefined;
  private abort: AbortController | undefined;

  constructor(private readonly onProgress: (progress: LoadProgress | undefined) => void) {}

  /** The model, loaded if that has not begun. @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WORKER_FAILED */
  get(
    kind: SequenceModelKind<O>,
    source: Source | undefined,
    configuration: string,
  ): Promise<WritingModel<O>> {
    return (this.loading ??= this.exchange(kind, source, configuration));
  }

  /** Loads another one. @throws as {@link get}; the present one stays then */
  exchange(
    kind: SequenceModelKind<O>,
    source: Source | undefined,
    configuration: string,
  ): Promise<WritingModel<O>> {
    const loading = this.load(kind, source, configuration).catch((error) => {
      if (this.loading === loading) this.loading = this.model && Promise.resolve(this.model);
      throw error;
    });
    return (this.loading = loading);
  }

  dispose(): void {
    this.abort?.abort();
    this.model?.dispose();
    this.model = this.loading = undefined;
  }

  private async load(
    kind: SequenceModelKind<O>,
    source: Source | undefined,
    configuration: string,
  ): Promise<WritingModel<O>> {
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const { signal } = abort;
    try {
      const model = await kind.load(source, {
        configuration: configuration || undefined,
        signal,
        onProgress: (progress) => signal.aborted || this.onProgress(progress),
      });
      if (signal.aborted) model.dispose();
      throwIfAborted(signal, `Loading ${kind.model}`);
      this.model?.dispose();
      return (this.model = model);
    } finally {
      if (this.abort === abort) this.onProgress(undefined);
    }
  }
}
