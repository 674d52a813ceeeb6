import { readFile } from 'node:fs/promises';
import { TimbrelError } from '../errors/timbrel-error.js';

/** Puts the name of the file into what the system says: of a folder it says only that it is one. Other errors are handed through. */
export function withFileName(file: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause) || cause.message.includes(file)) return cause;
  return new TimbrelError('FILE_FAILED', `${file}: ${cause.message}`, { cause });
}

/** @throws FILE_FAILED, or what the system says; both name the file */
export const readBytes = (file: string): Promise<Uint8Array> =>
  readFile(file).catch((cause: unknown) => {
    throw withFileName(file, cause);
  });
