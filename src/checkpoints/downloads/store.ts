/**
 * The store keeps downloads, and notes that take long to decode: in Node in a folder of the user's, in browsers in the origin's private file
 * system. Both are files that can be appended to, so a download that broke off goes on where it stopped, also in another process or on
 * another visit.
 */
import { inNode } from '../../node/node-module.js';
import type { ByteSource } from '../sources/byte-source.js';

/** Paths have '/' between their parts and no '..'. */
export interface Store {
  /** For messages. */
  readonly location: string;
  /** @returns undefined where there is no such file */
  readText(path: string): Promise<string | undefined>;
  writeText(path: string, text: string): Promise<void>;
  /** Opens a file for appending, made where it is missing. @throws STORAGE_FAILED where somebody else has it open */
  open(path: string): Promise<StoredFile>;
  /** For reading. */
  source(path: string): Promise<ByteSource>;
  /** Every file of a folder and all below it, or of all folders, in the order of paths. */
  list(folder?: string): Promise<readonly ListedFile[]>;
  /** A file, a folder and all below it, or nothing where there is none; without a path everything. @throws STORAGE_FAILED */
  remove(path?: string): Promise<void>;
  /** Bytes that it may still take; undefined where nobody knows. */
  free(): Promise<number | undefined>;
}

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** The time at which it was written, ms. */
  readonly modified: number;
}

/** One at a time. */
export interface StoredFile {
  readonly length: number;
  /** @throws STORAGE_FAILED */
  append(piece: Uint8Array): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** @returns undefined where nothing can be kept: an insecure page, a private window of some browsers */
export async function openStore(): Promise<Store | undefined> {
  try {
    if (inNode()) {
      return await (await import('./store-node.js')).openNodeStore();
    }
    return await (await import('./store-browser.js')).openBrowserStore();
  } catch {
    return undefined;
  }
}
