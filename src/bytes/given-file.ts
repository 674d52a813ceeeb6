/** A file as a caller has it, from `readFile`, from `fetch`, from a dropped file: every reader takes all of these. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { decodeText } from './text-encoding.js';

/** Node's Buffer is a Uint8Array. */
export type FileBytes = Uint8Array | ArrayBuffer;

const BYTES = 'the bytes of the file (a Uint8Array, a Buffer or an ArrayBuffer)';

/** Tells it of those of another realm, too: a frame's, a test environment's. */
const isBuffer = (given: unknown): given is ArrayBuffer =>
  Object.prototype.toString.call(given) === '[object ArrayBuffer]';

export const isBytes = (given: unknown): given is FileBytes => ArrayBuffer.isView(given) || isBuffer(given);

/**
 * @param reader the function that was called, for the message
 * @throws OPTION_INVALID where it is neither
 */
export function bytesOf(reader: string, given: FileBytes): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(given))
    return new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength);
  if (isBuffer(given)) return new Uint8Array(given);
  throw refusal(reader, given, BYTES);
}

/**
 * @param reader the function that was called, for the message
 * @throws OPTION_INVALID where it is neither text nor bytes
 */
export function textOf(reader: string, given: FileBytes | string): string {
  if (typeof given === 'string') return given.replace(/^\ufeff/, '');
  if (isBytes(given)) return decodeText(bytesOf(reader, given)).replace(/^\ufeff/, '');
  throw refusal(reader, given, `the text of the file, or ${BYTES}`);
}

function refusal(reader: string, given: unknown, expected: string): TimbrelError {
  const text = typeof given === 'string' ? JSON.stringify(given.slice(0, 40)) : String(given);
  const isPromise = typeof given === 'object' && given !== null && 'then' in given;
  const what = isPromise ? `${reader} was given a promise: await it` : `${reader} was given ${text}`;
  return new TimbrelError('OPTION_INVALID', `${what}; expected ${expected}`);
}
