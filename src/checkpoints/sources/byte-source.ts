/** One file that is read in parts: from memory, a part of another, a File, or a path in Node. URLs: http-source.ts. */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import { nodeModule } from '../../node/node-module.js';
import { absent, truncated } from '../failures.js';

export interface ByteSource {
  /** Where it is, for messages. */
  readonly location: string;
  /** Bytes. @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED */
  size(signal?: AbortSignal): Promise<number>;
  /**
   * @returns exactly `length` bytes, perhaps a view of memory that others see: not to be written to
   * @throws CHECKPOINT_TRUNCATED where the file ends before, CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

export function checkRange(location: string, offset: number, length: number, size: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw truncated(location, `it has ${size} bytes, and ${length} from ${offset} on belong to it`);
  }
}

export function memorySource(location: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    location,
    size: async () => bytes.length,
    read: async (offset, length) => {
      checkRange(location, offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A file within a file: a member of an archive, the checkpoint of a bundle. */
export function partOf(source: ByteSource, location: string, start: number, length: number): ByteSource {
  return {
    location,
    size: async () => length,
    read: (offset, count, signal) => {
      checkRange(location, offset, count, length);
      return source.read(start + offset, count, signal);
    },
  };
}

export function fileSource(file: File): ByteSource {
  const location = file.name;
  return {
    location,
    size: async () => file.size,
    read: async (offset, length, signal) => {
      throwIfAborted(signal, `Reading ${location}`);
      checkRange(location, offset, length, file.size);
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw absent(location, 'it was moved or changed after it was dropped', cause);
      }
    },
  };
}

/** Node only. It is opened for each reading: nobody has to close it. */
export function pathSource(path: string): ByteSource {
  const size = async () => {
    const { stat } = await nodeModule('fs/promises');
    try {
      return (await stat(path)).size;
    } catch (cause) {
      throw absent(path, cause instanceof Error ? cause.message : String(cause), cause);
    }
  };
  return {
    location: path,
    size,
    read: async (offset, length, signal) => {
      throwIfAborted(signal, `Reading ${path}`);
      checkRange(path, offset, length, await size());
      const { open } = await nodeModule('fs/promises');
      const bytes = new Uint8Array(length);
      const handle = await open(path).catch((cause: Error) => {
        throw absent(path, cause.message, cause);
      });
      try {
        for (let done = 0; done < length;) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) throw truncated(path, 'it became shorter while it was read');
          done += bytesRead;
        }
      } finally {
        await handle.close();
      }
      return bytes;
    },
  };
}
