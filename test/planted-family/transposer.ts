/** Transposer, the public class. */
import { resolveSource, type Source } from '../../src/checkpoints/resolve-source.js';
import { LOAD_OPTIONS, type ModelLoadOptions } from '../../src/models/load-options.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { checkedOptions } from '../../src/errors/check-arguments.js';
import { checkedSequence } from '../../src/models/sequence-argument.js';
import { WorkerClient } from '../../src/workers/client.js';
import type { Spawn } from '../../src/workers/spawn.js';
import type { TransposerDescription, TransposerMethods } from './protocol.js';

export class Transposer {
  private constructor(
    private readonly worker: WorkerClient<TransposerMethods>,
    readonly description: TransposerDescription,
  ) {}

  /** @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  static async load(source: Source, options?: ModelLoadOptions, spawn?: Spawn): Promise<Transposer> {
    const { signal, onProgress, ...download } = checkedOptions(options, LOAD_OPTIONS);
    const args = { source: resolveSource(source, download) };
    const worker = new WorkerClient<TransposerMethods>('transposer', spawn);
    return new Transposer(worker, await worker.start('load', args, { signal, onProgress }));
  }

  /** @throws NOTE_SEQUENCE_INVALID, ABORTED, DISPOSED */
  async transpose(
    sequence: NoteSequence,
    options?: { readonly signal?: AbortSignal },
  ): Promise<NoteSequence> {
    const { signal } = checkedOptions(options, { signal: true });
    return this.worker.call('transpose', { sequence: checkedSequence(sequence) }, { signal });
  }

  dispose(): void {
    this.worker.terminate();
  }
}
