/** The work of a dataset in batches, each for one thread: a file of music, or some lines or records of a file that a program wrote. */
import { readNumberedLines, type NumberedLine } from './json-lines.js';
import { isJSONLines, isTFRecords, type Part, type Source } from './sources.js';
import { readNumberedRecords, type NumberedRecord } from './tf-records.js';

export interface Batch extends Part {
  readonly source: Source;
}

/** Characters of a batch of lines, or bytes of records: some pieces, so that threads do not wait for each other long. */
const BATCH_SIZE = 500_000;

/** @throws NOTE_SEQUENCE_INVALID, TFRECORD_INVALID where a packed file is damaged, and what reading throws */
export async function* readBatches(sources: readonly Source[]): AsyncGenerator<Batch> {
  for (const source of sources) {
    if (isJSONLines(source)) {
      const lines = inBatches(readNumberedLines(source.file), ({ text }: NumberedLine) => text.length);
      for await (const some of lines) yield { source, lines: some };
    } else if (isTFRecords(source)) {
      const records = inBatches(
        readNumberedRecords(source.file),
        ({ bytes }: NumberedRecord) => bytes.length,
      );
      for await (const some of records) yield { source, records: some };
    } else yield { source };
  }
}

async function* inBatches<T>(
  all: AsyncIterable<T>,
  sizeOf: (one: T) => number,
): AsyncGenerator<readonly T[]> {
  let some: T[] = [];
  let size = 0;
  let failure: { readonly cause: unknown } | undefined;
  try {
    for await (const one of all) {
      some.push(one);
      size += sizeOf(one);
      if (size < BATCH_SIZE) continue;
      yield some;
      [some, size] = [[], 0];
    }
  } catch (cause) {
    failure = { cause };
  }
  // What comes before a damaged place is read first, and so are its own mistakes.
  if (some.length > 0) yield some;
  if (failure) throw failure.cause;
}
