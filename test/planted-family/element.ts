/** <planted-transposer>. */
import type { TimbrelError } from '../../src/errors/timbrel-error.js';
import type { FileKind } from '../../src/elements/internal/file-kind.js';
import { ModelElement, type FileTaker } from '../../src/elements/internal/model-element.js';
import type { Spawn } from '../../src/workers/spawn.js';
import { Transposer } from './transposer.js';

export class TransposerElement extends ModelElement {
  model: Transposer | undefined;

  constructor(private readonly spawn?: Spawn) {
    super();
  }

  load(): Promise<void> {
    return this.tried(async () => {
      const onProgress = (progress: typeof this.loading) => (this.loading = progress);
      this.model ??= await Transposer.load(this.source ?? './weights', { onProgress }, this.spawn);
    });
  }

  protected takerOf(kind: FileKind): FileTaker | undefined {
    return kind === 'checkpoint' ? (files) => ((this.files = files), this.load()) : undefined;
  }

  protected leave(): void {
    this.model?.dispose();
  }

  failureEvent(error: TimbrelError): Event {
    return Object.assign(new Event('transposer-error'), { error });
  }
}
