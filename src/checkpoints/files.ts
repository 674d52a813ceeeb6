/** Where the files of a checkpoint are read from: URLs, paths (in Node), or files the user dropped. */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import type { CheckpointSource } from './checkpoint-source.js';
import { nodeModule } from '../node/node-module.js';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Reading stops soon after this many bytes: what is longer than it can be is not read to its end. */
  readonly limit: number;
  /** Told of every piece that arrives, in bytes. */
  readonly onBytes?: (count: number) => void;
}

export interface CheckpointFiles {
  /** Where `name` is, for messages. */
  locate(name: string): string;
  /** @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED */
  read(name: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

export function openFiles(
  source: Exclude<CheckpointSource, { kind: 'address' | 'published' }>,
): CheckpointFiles {
  if (source.kind === 'files') return new DroppedFiles(source.files);
  const locate =
    source.kind === 'folder' ? (name: string) => source.base + name : (name: string) => source.files[name];
  return new AddressedFiles(locate);
}

export const isURL = (address: string) => /^[a-z][a-z0-9+.-]+:/i.test(address);

class AddressedFiles implements CheckpointFiles {
  constructor(private readonly address: (name: string) => string | undefined) {}

  locate(name: string): string {
    return this.address(name) ?? name;
  }

  async read(name: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const address = this.address(name);
    if (address === undefined) throw missing(name, 'no address was given for it');
    throwIfAborted(options.signal, `Reading ${address}`);
    if (isURL(address) && !address.startsWith('file:')) return readURL(address, options);
    return readPath(address, options);
  }
}

async function readURL(url: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal } = options;
  const response = await fetchFile(url, { signal });
  try {
    return await collect(response.body ? piecesOf(response.body) : [], options);
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throwUnreachable(url, cause);
  }
}

/** @throws CHECKPOINT_UNREACHABLE */
export function throwUnreachable(url: string, cause: unknown): never {
  throw new TimbrelError(
    'CHECKPOINT_UNREACHABLE',
    `${url}: the connection broke while it was read. Try again`,
    { cause },
  );
}

/**
 * An answer that is no failure, its body still to be read. Of errors that are an answer, `cause` is the status.
 * @param options accept: statuses that are no failure either
 * @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED
 */
export async function fetchFile(
  url: string,
  { accept = [], ...options }: RequestInit & { readonly accept?: readonly number[] },
): Promise<Response> {
  const signal = options.signal ?? undefined;
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be reached. Is the network up, the address right, and does its host allow reading from this ` +
        'origin (Access-Control-Allow-Origin)?',
      { cause },
    );
  }
  const { status, statusText } = response;
  if (status === 404 || status === 410) throw missing(url, `the server says ${status}`, status);
  if (!response.ok && !accept.includes(status)) {
    const advice = status < 500 ? 'Is the address right, and may anybody read it?' : 'Try again later';
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be read: the server says ${status} ${statusText}. ${advice}`,
      { cause: status },
    );
  }
  return response;
}

/** Streams are not async iterable in every browser. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    while (!ended) {
      const { done, value } = await reader.read();
      if (value) yield value;
      ended = done;
    }
  } finally {
    // Where nobody wants the rest, it is not downloaded either.
    if (!ended) void reader.cancel().catch(() => {});
  }
}

async function readPath(path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal } = options;
  // Lazy and by name: browsers and bundlers never look for it.
  const { createReadStream } = await nodeModule('fs');
  try {
    return await collect(
      createReadStream(path.startsWith('file:') ? new URL(path) : path, { signal }),
      options,
    );
  } catch (cause) {
    throwIfAborted(signal, `Reading ${path}`);
    throw missing(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Piece by piece, not at once: progress is wanted while it loads, and an end to what never ends. */
export async function collect(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { limit, onBytes }: Pick<ReadOptions, 'limit' | 'onBytes'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.length;
    onBytes?.(piece.length);
    if (length > limit) break;
  }
  return concatenate(pieces);
}

/** A dropped folder may bring its files with their paths, and be dropped with its parent. */
class DroppedFiles implements CheckpointFiles {
  constructor(private readonly files: readonly File[]) {}

  locate(name: string): string {
    return `${name} (among ${this.files.length} dropped files)`;
  }

  async read(name: string, { signal, limit, onBytes }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.find(name);
    throwIfAborted(signal, `Reading ${name}`);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(await file.slice(0, limit + 1).arrayBuffer());
    } catch (cause) {
      throw missing(name, 'it was moved or changed after it was dropped', cause);
    }
    throwIfAborted(signal, `Reading ${name}`);
    onBytes?.(bytes.length);
    return bytes;
  }

  private find(name: string): File {
    const base = baseName(name);
    const found = this.files.filter((file) => baseName(file.name) === base);
    if (found.length === 1) return found[0];
    if (found.length > 1)
      throw missing(name, `${found.length} dropped files have that name. Drop one checkpoint only`);
    const names = this.files.map((file) => file.name).slice(0, 20);
    throw missing(name, `it is not among the dropped files (${names.join(', ')})`);
  }
}

export const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

function missing(where: string, why: string, cause?: unknown): TimbrelError {
  return new TimbrelError(
    'CHECKPOINT_MISSING',
    `${where} is not there: ${why}. A magenta.js checkpoint is weights_manifest.json and every shard that it names`,
    { cause },
  );
}
