/** Files as they are read, unpacked where their name ends with .gz. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TimbrelError, type ErrorCode } from '../../errors/timbrel-error.js';

/**
 * The bytes of a file, in pieces.
 * @param code of the error where a packed file is damaged
 * @throws that, and what reading throws
 */
export async function* readUnpacked(file: string, code: ErrorCode): AsyncGenerator<Uint8Array> {
  const bytes = createReadStream(file);
  // What fails in the first fails in the second, which is read.
  const stream = file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const isDamaged = cause instanceof Error && 'code' in cause && /^(Z_|ERR_)/.test(String(cause.code));
    if (!isDamaged) throw cause;
    throw new TimbrelError(code, `${file}: ${cause.message}`, { cause });
  }
}
