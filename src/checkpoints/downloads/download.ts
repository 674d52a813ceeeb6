/**
 * Downloads one file, whole: from where an earlier try stopped, again when the connection breaks, from the next address when a host
 * has gone. What arrives is appended to a sink, which may outlive this page or process (store.ts).
 */
import { TimbrelError, throwIfAborted, withoutCode } from '../../errors/timbrel-error.js';
import { contentLength, fetchFile, piecesOf, throwUnreachable } from '../sources/fetch-file.js';

/** The headers by which a file is known again when the rest of it is fetched. */
export interface Version {
  /** The `Last-Modified` header: unlike `ETag` it can be read across origins. */
  readonly modified: string | null;
  /** Bytes of the whole file, where the server says. */
  readonly total: number | undefined;
}

export interface Sink {
  /** Bytes it has. */
  readonly length: number;
  /** The version of the file whose beginning it has. */
  readonly version: Version | undefined;
  /** Forgets all and begins with the file `version`. @throws STORAGE_FULL */
  begin(version: Version): Promise<void>;
  append(piece: Uint8Array): Promise<void>;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Receives the counts of bytes that arrived: those of an earlier try at once, and a negative one when the download begins anew. */
  readonly onBytes?: (count: number) => void;
  /** The limit: more than so many bytes are not taken. */
  readonly limit: number;
}

const TRIES = 3;
const MILLISECONDS_BEFORE_RETRY = 300;

/**
 * @param addresses of the same file: the first that has it is taken
 * @returns the address it came from
 * @throws what the first address had wrong: CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE; STORAGE_FULL, ABORTED
 */
export async function download(
  addresses: readonly string[],
  sink: Sink,
  options: DownloadOptions,
): Promise<string> {
  let reported = 0;
  const onBytes = (count: number) => {
    reported += count;
    options.onBytes?.(count);
  };
  const failures: TimbrelError[] = [];
  for (const [i, address] of addresses.entries()) {
    for (let attempt = 1; ; attempt++) {
      const before = sink.length;
      try {
        onBytes(sink.length - reported);
        await transfer(address, sink, { ...options, onBytes: () => onBytes(sink.length - reported) });
        return address;
      } catch (error) {
        throwIfAborted(options.signal, `Downloading ${address}`);
        if (!isNetwork(error)) throw error;
        // Another try may mend a connection, not a refusal; nor is a host waited for that sends nothing, where there is another.
        const cameOn = sink.length > before;
        if (cameOn) attempt = 0;
        const giveUp = isRefusal(error) || attempt === TRIES || (!cameOn && i < addresses.length - 1);
        if (giveUp) {
          failures.push(error);
          break;
        }
        await pause(MILLISECONDS_BEFORE_RETRY * 3 ** (attempt - 1), options.signal);
      }
    }
  }
  throwIfAborted(options.signal, 'Downloading');
  throw together(failures);
}

/** Joins the failure of the first address and those of the mirrors into one error. */
function together([first, ...others]: readonly TimbrelError[]): TimbrelError {
  if (others.length === 0) return first;
  const said = [first, ...others].map(withoutCode);
  return new TimbrelError(first.code, said.join('; and of its mirror, '), { cause: first });
}

async function transfer(url: string, sink: Sink, options: DownloadOptions): Promise<void> {
  const { signal, onBytes, limit } = options;
  const start = sink.version ? sink.length : 0;
  // It broke off between its last byte and its end.
  if (start > 0 && start === sink.version?.total) return;
  // What is asked for is a simple header across origins; `If-Range` is none, so the answer is looked at instead.
  const headers = start > 0 ? { Range: `bytes=${start}-` } : undefined;
  const response = await fetchFile(url, { signal, headers, accept: start > 0 ? [416] : [] });
  const version = versionOf(response, start);
  const isRest = response.status === 206 && isSame(version, sink.version);
  if (start > 0 && response.status !== 200 && !isRest) {
    // The file has changed: from the beginning.
    void response.body?.cancel().catch(() => {});
    await sink.begin(UNKNOWN);
    return transfer(url, sink, options);
  }
  if (!isRest) await sink.begin(version);
  try {
    for await (const piece of piecesOf(response)) {
      await sink.append(piece);
      onBytes?.(piece.length);
      if (sink.length > limit) return;
    }
  } catch (error) {
    throwIfAborted(signal, `Downloading ${url}`);
    if (error instanceof TimbrelError) throw error;
    throwUnreachable(url, error);
  }
  // Across origins it does not show whether what was sent was compressed, and longer than its content.
  if (response.type !== 'cors' && sink.length < (version.total ?? 0))
    throwUnreachable(url, `${sink.length} of ${version.total} bytes came`);
}

const UNKNOWN: Version = { modified: null, total: undefined };

function versionOf(response: Response, start: number): Version {
  const length = contentLength(response);
  return {
    modified: response.headers.get('Last-Modified'),
    total: length === undefined ? undefined : length + (response.status === 206 ? start : 0),
  };
}

/** Versions are the same only where the server sends both headers. */
const isSame = (a: Version, b: Version | undefined) =>
  a.total !== undefined && a.total === b?.total && a.modified === b.modified;

const isNetwork = (error: unknown): error is TimbrelError =>
  error instanceof TimbrelError && /^CHECKPOINT_(?:MISSING|UNREACHABLE)$/.test(error.code);

/** A server answered, with a refusal that another try would meet again. */
const isRefusal = ({ cause }: TimbrelError) => typeof cause === 'number' && cause < 500;

/** @throws nothing: an abort ends it early */
function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}

/** A sink that is gone with the download. */
export class MemorySink implements Sink {
  readonly pieces: Uint8Array[] = [];
  length = 0;
  version: Version | undefined;

  async begin(version: Version): Promise<void> {
    this.pieces.length = 0;
    this.length = 0;
    this.version = version;
  }

  async append(piece: Uint8Array): Promise<void> {
    this.pieces.push(piece);
    this.length += piece.length;
  }
}
