/** Inflates (RFC 1951) by the platform's DecompressionStream, in pieces, with an end to what never ends. */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import { concatenate } from './concatenate.js';
import type { Malformed } from './malformed.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are handed over at a time. */
const PIECE = 2 ** 18;

/**
 * @param limit bytes; what holds more is refused
 * @throws what `malformed` makes, ABORTED
 */
export async function inflated(
  bytes: Bytes,
  limit: number,
  where: string,
  malformed: Malformed,
  signal?: AbortSignal,
): Promise<Bytes> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of inflating(bytes)) {
      throwIfAborted(signal, `Reading ${where}`);
      pieces.push(piece);
      length += piece.length;
      if (length > limit) throw malformed(where, `it holds more than the ${limit} bytes that it may`);
    }
  } catch (cause) {
    if (cause instanceof TimbrelError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw malformed(where, `it cannot be decompressed (${reason})`, cause);
  }
  return concatenate(pieces);
}

async function* inflating(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  // What fails in writing fails in reading too, where it is heard.
  const writing = write(writer, bytes).catch(() => {});
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
    await writing;
  }
}

async function write(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Bytes): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    await writer.write(bytes.subarray(offset, offset + PIECE));
  }
  await writer.close();
}
