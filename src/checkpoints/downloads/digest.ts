/** SHA-256 of files and of what is in memory. */
import { inNode, nodeModule } from '../../node/node-module.js';
import type { ByteSource } from '../sources/byte-source.js';

const PIECE = 2 ** 22;
/** Browsers hash only what is in memory. */
const MAX_IN_MEMORY = 2 ** 28;

/** @returns in hexadecimal; undefined where the file is too large for this browser. @throws what reading throws */
export async function sha256(source: ByteSource, signal?: AbortSignal): Promise<string | undefined> {
  const size = await source.size(signal);
  if (inNode()) {
    const hash = (await nodeModule('crypto')).createHash('sha256');
    for (let at = 0; at < size; at += PIECE) {
      hash.update(await source.read(at, Math.min(PIECE, size - at), signal));
    }
    return hash.digest('hex');
  }
  if (size > MAX_IN_MEMORY) return undefined;
  return sha256OfBytes(await source.read(0, size, signal));
}

/** @returns in hexadecimal */
export async function sha256OfBytes(bytes: ArrayBuffer | ArrayBufferView): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as BufferSource);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
