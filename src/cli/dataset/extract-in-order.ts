/** Batches through several extractors at once, with the results of one: what depends on order is done in the order of the batches. */
import type { BatchExamples, Extractor, ReadPiece } from './batch-extractor.js';
import type { Batch } from './batches.js';
import type { Place } from './splits.js';

/** Batches for each extractor that may be begun before an earlier one is written. */
const AHEAD = 4;

export interface InOrder {
  /** Called for each piece, in order; undefined for one that is left to another share. */
  readonly place: (piece: ReadPiece, batch: Batch) => Place | undefined;
  /** Called for each batch, in order, one after the other. */
  readonly write: (examples: BatchExamples, batch: Batch) => Promise<void>;
}

interface Turn {
  /** Resolves when all earlier turns have ended. */
  readonly come: Promise<unknown>;
  readonly end: () => void;
}

class Turns {
  /** Resolves when all turns taken so far have ended. */
  ended: Promise<unknown> = Promise.resolve();

  take(): Turn {
    const come = this.ended;
    let end = () => {};
    const own = new Promise<void>((resolve) => (end = resolve));
    this.ended = come.then(() => own);
    return { come, end };
  }
}

/**
 * @param batches are taken as extractors come free
 * @throws for the first batch in order that fails, whichever fails first; others may be at work still
 */
export async function extractInOrder(
  batches: AsyncIterator<Batch>,
  extractors: readonly Extractor[],
  { place, write }: InOrder,
): Promise<void> {
  const placing = new Turns();
  const writing = new Turns();
  const ended: Promise<unknown>[] = [];
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));

  const examplesOf = async (extractor: Extractor, batch: Batch, turn: Turn) => {
    const pieces = await extractor.read(batch);
    await turn.come;
    const places = pieces.map((piece) => place(piece, batch));
    turn.end();
    return extractor.extract(places);
  };
  const work = async (extractor: Extractor): Promise<void> => {
    for (;;) {
      await ended[ended.length - AHEAD * extractors.length];
      const placeTurn = placing.take();
      const writeTurn = writing.take();
      ended.push(writing.ended);
      try {
        const { done, value: batch } = await batches.next();
        if (done) {
          placeTurn.end();
          writeTurn.end();
          return;
        }
        const examples = await examplesOf(extractor, batch, placeTurn);
        writeTurn.come
          .then(() => write(examples, batch))
          .then(writeTurn.end)
          .catch(fail);
      } catch (error) {
        // Those behind it never get a turn.
        void writeTurn.come.then(() => fail(error));
        return;
      }
    }
  };
  await Promise.race([failed, Promise.all(extractors.map(work)).then(() => writing.ended)]);
}
