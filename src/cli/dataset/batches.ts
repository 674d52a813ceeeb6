/** The work of a dataset in batches, each for one thread: a MIDI file, or some lines of a file of JSON lines. */
import { readNumberedLines, type NumberedLine } from './json-lines.js';
import { isJSONLines, type Source } from './sources.js';

export interface Batch {
  readonly source: Source;
  /** The lines to read, of a file of JSON lines. */
  readonly lines?: readonly NumberedLine[];
}

/** Characters of a batch of lines: some pieces, so that threads do not wait for each other long. */
const BATCH_CHARACTERS = 500_000;

/** @throws NOTE_SEQUENCE_INVALID where a packed file is damaged, and what reading throws */
export async function* readBatches(sources: readonly Source[]): AsyncGenerator<Batch> {
  for (const source of sources) {
    if (isJSONLines(source)) yield* batchesOfLines(source);
    else yield { source };
  }
}

async function* batchesOfLines(source: Source): AsyncGenerator<Batch> {
  let lines: NumberedLine[] = [];
  let characters = 0;
  let failure: { readonly cause: unknown } | undefined;
  try {
    for await (const line of readNumberedLines(source.file)) {
      lines.push(line);
      characters += line.text.length;
      if (characters < BATCH_CHARACTERS) continue;
      yield { source, lines };
      [lines, characters] = [[], 0];
    }
  } catch (cause) {
    failure = { cause };
  }
  // The lines before a damaged place come first, and so do their own mistakes.
  if (lines.length > 0) yield { source, lines };
  if (failure) throw failure.cause;
}
