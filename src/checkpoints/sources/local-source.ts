/** Files of this computer: a File that the user dropped, or a path in Node. */
import { throwIfAborted } from '../../errors/timbrel-error.js';
import { nodeModule } from '../../node/node-module.js';
import { absent, truncated } from '../failures.js';
import { checkRange, fromRanges, type ByteSource } from './byte-source.js';

export function fileSource(file: File, location = file.name): ByteSource {
  return fromRanges({
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
  });
}

/** Node only. The file is opened for each reading, so nobody has to close it. */
export function pathSource(path: string): ByteSource {
  const size = async () => {
    const { stat } = await nodeModule('fs/promises');
    const found = await stat(path).catch((cause: Error) => {
      throw absent(path, cause.message, cause);
    });
    if (found.isDirectory()) throw absent(path, 'it is a folder, where a file is expected');
    return found.size;
  };
  return fromRanges({
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
  });
}

/** @param address a path or a `file:` URL */
export async function asPath(address: string): Promise<string> {
  return address.startsWith('file:') ? (await nodeModule('url')).fileURLToPath(address) : address;
}
