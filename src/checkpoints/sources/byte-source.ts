/**
 * The one way to read bytes, wherever they are: a file that is read in parts, or whole. Memory and parts of other files are here;
 * `local-source.ts` has Files and paths, `http-source.ts` URLs, `address-source.ts` chooses between the last two.
 */
import { concatenate } from '../../bytes/concatenate.js';
import { absent, truncated } from '../failures.js';

export interface ReadAllOptions {
  readonly signal?: AbortSignal;
  /** Reading stops soon after this many bytes: a file that is longer than it can be is not read to its end. */
  readonly limit: number;
  /** Receives the length of every piece that arrives, in bytes. */
  readonly onBytes?: (count: number) => void;
}

export interface ByteSource {
  /** The name or address that messages give. */
  readonly location: string;
  /** @returns bytes. @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED */
  size(signal?: AbortSignal): Promise<number>;
  /**
   * @returns exactly `length` bytes, perhaps a view of memory that others see: not to be written to
   * @throws CHECKPOINT_TRUNCATED where the file ends before, CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * @returns the whole file, or somewhat more than `limit` bytes of a longer one: not to be written to
   * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED
   */
  readAll(options: ReadAllOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes that are read between two reports of progress. */
const PIECE = 2 ** 22;

/** Reads a file whole by its ranges. */
export function fromRanges(source: Omit<ByteSource, 'readAll'>): ByteSource {
  return {
    ...source,
    async readAll({ signal, limit, onBytes }) {
      const length = Math.min(limit + 1, await source.size(signal));
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (let offset = 0; offset < length; offset += PIECE) {
        const piece = await source.read(offset, Math.min(PIECE, length - offset), signal);
        onBytes?.(piece.length);
        pieces.push(piece);
      }
      return pieces.length === 1 ? pieces[0] : concatenate(pieces);
    },
  };
}

export function checkRange(location: string, offset: number, length: number, size: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw truncated(location, `it has ${size} bytes, and ${length} from ${offset} on belong to it`);
  }
}

export function memorySource(location: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return fromRanges({
    location,
    size: async () => bytes.length,
    read: async (offset, length) => {
      checkRange(location, offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  });
}

/** A file within a file: a member of an archive, the checkpoint of a bundle. */
export function partOf(source: ByteSource, location: string, start: number, length: number): ByteSource {
  return fromRanges({
    location,
    size: async () => length,
    read: (offset, count, signal) => {
      checkRange(location, offset, count, length);
      return source.read(start + offset, count, signal);
    },
  });
}

/** A file that is not there. Every reading fails with CHECKPOINT_MISSING. */
export function missingSource(location: string, why: string): ByteSource {
  const fail = async (): Promise<never> => {
    throw absent(location, why);
  };
  return { location, size: fail, read: fail, readAll: fail };
}
