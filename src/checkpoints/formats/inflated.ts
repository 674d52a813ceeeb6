/** Inflates in the worker, in pieces, with an end to what never ends. */
import type { Inflate } from 'fflate';
import { throwIfAborted } from '../../errors/timbrel-error.js';
import { malformed } from '../failures.js';
import { concatenate } from '../sources/files.js';

const PIECE = 2 ** 18;

/**
 * @param limit bytes; what holds more is refused
 * @throws CHECKPOINT_FORMAT, ABORTED
 */
export function inflated(
  stream: Inflate,
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
  where: string,
  signal?: AbortSignal,
): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  stream.ondata = (piece) => {
    pieces.push(piece);
    length += piece.length;
    if (length > limit) throw malformed(where, `it holds more than the ${limit} bytes that it may`);
  };
  try {
    for (let offset = 0; offset < bytes.length || offset === 0; offset += PIECE) {
      throwIfAborted(signal, `Reading ${where}`);
      stream.push(bytes.subarray(offset, offset + PIECE), offset + PIECE >= bytes.length);
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') throw cause;
    throw malformed(
      where,
      `it cannot be decompressed (${cause instanceof Error ? cause.message : cause})`,
      cause,
    );
  }
  return concatenate(pieces);
}
