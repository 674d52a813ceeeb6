/** The inside of a thread that extracts examples: one request after the other, each answered. */
import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import { serializeError } from '../../errors/timbrel-error.js';
import { BatchExtractor, type BatchExamples, type ReadPiece } from './batch-extractor.js';
import type { Answer, Request, ThreadData } from './extractor-thread.js';

const extractor = new BatchExtractor((workerData as ThreadData).id);

/** @returns what is handed over: it is not needed here any more */
function buffersOf(value: readonly ReadPiece[] | BatchExamples): TransferListItem[] {
  const arrays =
    'splits' in value
      ? Object.values(value.splits).flatMap(({ arrays: own }) => Object.values(own))
      : value.map(({ music }) => music.times);
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

async function answer(request: Request): Promise<void> {
  try {
    const value =
      'batch' in request ? await extractor.read(request.batch) : await extractor.extract(request.places);
    parentPort?.postMessage({ value } satisfies Answer, buffersOf(value));
  } catch (error) {
    parentPort?.postMessage({ error: serializeError(error) } satisfies Answer);
  }
}

parentPort?.on('message', (request: Request) => void answer(request));
