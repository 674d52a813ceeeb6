/** Where the files of a checkpoint are read from: URLs, paths (in Node), or files the user dropped. */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import type { CheckpointSource } from '../messages/model-worker.js';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Told of every piece that arrives, in bytes. */
  readonly onBytes?: (count: number) => void;
}

export interface CheckpointFiles {
  /** Where `name` is, for messages. */
  locate(name: string): string;
  /** @throws CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED */
  read(name: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

export function openFiles(source: CheckpointSource): CheckpointFiles {
  if (source.kind === 'files') return new DroppedFiles(source.files);
  const locate =
    source.kind === 'folder' ? (name: string) => source.base + name : (name: string) => source.files[name];
  return new AddressedFiles(locate);
}

const isURL = (address: string) => /^[a-z][a-z0-9+.-]+:/i.test(address);

class AddressedFiles implements CheckpointFiles {
  constructor(private readonly address: (name: string) => string | undefined) {}

  locate(name: string): string {
    return this.address(name) ?? name;
  }

  async read(name: string, options: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const address = this.address(name);
    if (address === undefined) throw missing(name, 'no address was given for it');
    throwIfAborted(options.signal, `Reading ${address}`);
    if (isURL(address) && !address.startsWith('file:')) return readURL(address, options);
    return readPath(address, options);
  }
}

async function readURL(url: string, { signal, onBytes }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be reached. Is the network up, the address right, and does its host allow reading from this ` +
        'origin (Access-Control-Allow-Origin)?',
      { cause },
    );
  }
  if (response.status === 404 || response.status === 410) throw missing(url, `the server says ${response.status}`);
  if (!response.ok) {
    throw new TimbrelError(
      'CHECKPOINT_UNREACHABLE',
      `${url} could not be read: the server says ${response.status} ${response.statusText}. Try again later`,
    );
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  try {
    // Not arrayBuffer(): progress is wanted while it loads.
    const reader = response.body?.getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      pieces.push(piece.value);
      onBytes?.(piece.value.length);
    }
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throw new TimbrelError('CHECKPOINT_UNREACHABLE', `${url}: the connection broke while it was read. Try again`, {
      cause,
    });
  }
  return concatenate(pieces);
}

async function readPath(path: string, { signal, onBytes }: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  // Lazy and by name: browsers and bundlers never look for it.
  const { readFile } = await import('node:fs/promises');
  try {
    const bytes = new Uint8Array(await readFile(path.startsWith('file:') ? new URL(path) : path, { signal }));
    onBytes?.(bytes.length);
    return bytes;
  } catch (cause) {
    throwIfAborted(signal, `Reading ${path}`);
    throw missing(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

class DroppedFiles implements CheckpointFiles {
  constructor(private readonly files: readonly File[]) {}

  locate(name: string): string {
    return `${name} (among ${this.files.length} dropped files)`;
  }

  async read(name: string, { signal, onBytes }: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    // A dropped folder brings its files with their paths; the manifest names them without.
    const file = this.files.find((candidate) => candidate.name === name || candidate.name.endsWith(`/${name}`));
    if (!file) throw missing(name, `it is not among the dropped files (${this.files.map((f) => f.name).join(', ')})`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    throwIfAborted(signal, `Reading ${name}`);
    onBytes?.(bytes.length);
    return bytes;
  }
}

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
    `${where} is not there: ${why}. A checkpoint is weights_manifest.json and every shard that it names`,
    { cause },
  );
}
