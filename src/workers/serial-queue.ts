/** Runs one piece of work at a time, in the order in which they were asked for; one that fails does not hold up the next. */
export type SerialQueue = <T>(work: () => T | Promise<T>) => Promise<T>;

export function createSerialQueue(): SerialQueue {
  let previous: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = previous.then(work);
    previous = turn.catch(() => {});
    return turn;
  };
}
