/** Requests for files, with the codes of what can go wrong, and the pieces of their answers. */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { absent } from '../failures.js';
import { concatenate } from '../../bytes/concatenate.js';
import type { ReadAllOptions } from './byte-source.js';

/** @throws CHECKPOINT_UNREACHABLE */
export function throwUnreachable(url: string, cause: unknown): never {
  throw new TimbrelError(
    'CHECKPOINT_UNREACHABLE',
    `${url}: the connection broke while it was read. Try again`,
    { cause },
  );
}

/**
 * @param options accept: statuses that are no failure either
 * @returns an answer that is no failure, its body still to be read
 * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED. Of errors that are an answer, `cause` is the status.
 */
export async function fetchFile(
  url: string,
  { accept = [], ...options }: RequestInit & { readonly accept?: readonly number[] },
): Promise<Response> {
  const signal = options.signal ?? undefined;
  throwIfAborted(signal, `Reading ${url}`);
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be reached. Is the network up, the address right, and does its host allow reading from this ` +
        'origin (Access-Control-Allow-Origin)?',
      { cause },
    );
  }
  const { status, statusText } = response;
  if (status === 404 || status === 410) throw absent(url, `the server says ${status}`, status);
  if (!response.ok && !accept.includes(status)) {
    const advice = status < 500 ? 'Is the address right, and may anybody read it?' : 'Try again later';
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be read: the server says ${status} ${statusText}. ${advice}`,
      { cause: status },
    );
  }
  return response;
}

/**
 * The bytes of an answer's content, where the server says. A compressed answer has the length of what is sent, not of the content;
 * across origins it does not show that it is compressed.
 */
export function contentLength({ headers }: Response): number | undefined {
  const length = Number(headers.get('Content-Length') ?? NaN);
  return Number.isFinite(length) && !headers.get('Content-Encoding') ? length : undefined;
}

/** @returns the body, or somewhat more than `limit` bytes of a longer one. @throws CHECKPOINT_UNREACHABLE, ABORTED */
export async function bodyOf(
  url: string,
  response: Response,
  { signal, limit, onBytes }: ReadAllOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of piecesOf(response)) {
      pieces.push(piece);
      length += piece.length;
      onBytes?.(piece.length);
      if (length > limit) break;
    }
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throwUnreachable(url, cause);
  }
  return concatenate(pieces);
}

/** Streams are not async iterable in every browser. */
export async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  let ended = !reader;
  try {
    while (reader && !ended) {
      const { done, value } = await reader.read();
      if (value) yield value;
      ended = done;
    }
  } finally {
    // Where nobody wants the rest, it is not downloaded either.
    if (!ended) void reader?.cancel().catch(() => {});
  }
}
