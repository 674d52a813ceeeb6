import { throwIfAborted } from '../errors/timbrel-error.js';

/**
 * Resolves with `work`, unless the signal comes first; the work itself goes on.
 * @param what names the work that was given up
 * @throws ABORTED
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      try {
        throwIfAborted(signal, what);
      } catch (error) {
        reject(error as Error);
      }
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
