/** Runs one piece of work at a time, in the order in which they were asked for; one that fails does not hold up the next. */
export interface SerialQueue {
  <T>(work: () => T | Promise<T>): Promise<T>;
  /** The work that runs calls it to let all that waits go first. */
  giveWay(): Promise<void>;
}

export function createSerialQueue(): SerialQueue {
  const waiting: (() => Promise<void>)[] = [];
  let running = false;
  const giveWay = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  const run = async () => {
    running = true;
    await undefined;
    // What is asked for while the last work settles is seen here, too.
    while (waiting.length > 0) await giveWay();
    running = false;
  };
  const inTurn = <T>(work: () => T | Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push(() => (async () => work())().then(resolve, reject));
      if (!running) void run();
    });
  return Object.assign(inTurn, { giveWay });
}
