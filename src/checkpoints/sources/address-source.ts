/** The file at an address: a URL that is fetched, or a path or `file:` URL in Node. */
import type { LoadProgress } from '../checkpoint-source.js';
import { isRemote } from './address.js';
import type { ByteSource } from './byte-source.js';
import { httpSource } from './http-source.js';
import { asPath, pathSource } from './local-source.js';

/** @param onProgress receives the progress of a file that arrives whole because its server knows no ranges */
export function addressSource(address: string, onProgress?: (progress: LoadProgress) => void): ByteSource {
  if (isRemote(address)) return httpSource(address, onProgress);
  if (!address.startsWith('file:')) return pathSource(address);
  const source = async () => pathSource(await asPath(address));
  return {
    location: address,
    size: async (signal) => (await source()).size(signal),
    read: async (offset, length, signal) => (await source()).read(offset, length, signal),
    readAll: async (options) => (await source()).readAll(options),
  };
}
