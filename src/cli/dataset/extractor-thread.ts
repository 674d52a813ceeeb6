/** Extractors in threads of their own. */
import { Worker } from 'node:worker_threads';
import { deserializeError, TimbrelError, type SerializedError } from '../../errors/timbrel-error.js';
import type { ConfigurationId } from '../../models/event-rnn/encodings/configurations.js';
import type { BatchExamples, Extractor, ReadPiece } from './batch-extractor.js';
import type { Batch } from './batches.js';
import type { Place } from './splits.js';

export interface ThreadData {
  readonly id: ConfigurationId;
}

export type Request = { readonly batch: Batch } | { readonly places: readonly (Place | undefined)[] };
export type Answer =
  { readonly value: readonly ReadPiece[] | BatchExamples } | { readonly error: SerializedError };

/** Pieces live for the time of a batch, too long for the young generation that V8 begins with: most time went into copying them. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 64 };

export class ExtractorThread implements Extractor {
  private readonly worker: Worker;
  private waiting: { resolve: (value: never) => void; reject: (error: unknown) => void } | undefined;
  private failure: TimbrelError | undefined;

  constructor(id: ConfigurationId) {
    this.worker = new Worker(new URL('./dataset-worker.js', import.meta.url), {
      workerData: { id } satisfies ThreadData,
      resourceLimits: RESOURCE_LIMITS,
    });
    this.worker.on('message', (answer: Answer) => {
      if ('error' in answer) this.waiting?.reject(deserializeError(answer.error));
      else this.waiting?.resolve(answer.value as never);
    });
    this.worker.on('error', (cause) => this.fail(String(cause), cause));
    this.worker.on('exit', (code) => this.fail(`it ended with code ${code}`));
  }

  private fail(detail: string, cause?: unknown): void {
    this.failure ??= new TimbrelError('WORKER_FAILED', `A thread that reads music died: ${detail}`, {
      cause,
    });
    this.waiting?.reject(this.failure);
  }

  private ask<T>(request: Request): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.failure) reject(this.failure);
      else this.worker.postMessage(request);
    });
  }

  read(batch: Batch): Promise<readonly ReadPiece[]> {
    return this.ask({ batch });
  }

  extract(places: readonly (Place | undefined)[]): Promise<BatchExamples> {
    return this.ask({ places });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
