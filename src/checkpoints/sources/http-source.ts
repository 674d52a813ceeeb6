/**
 * A file at a URL, read by ranges where its server allows them. The first piece tells: a server that knows no ranges sends the
 * whole file, and a small file is whole in its first piece. Requests for ranges ask for content that is not compressed (Fetch
 * standard, "Accept-Encoding: identity").
 */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoint-source.js';
import { malformed } from '../failures.js';
import { ProgressCounter } from '../progress.js';
import { checkRange, type ByteSource } from './byte-source.js';
import { bodyOf, contentLength, fetchFile } from './fetch-file.js';

/** Bytes of the first piece. */
const FIRST = 2 ** 20;

/** Bytes of a file that is read whole, at most. */
const MAX_WHOLE = 2 ** 30;

type Bytes = Uint8Array<ArrayBuffer>;

interface Beginning {
  readonly bytes: Bytes;
  /** Bytes of the file. */
  readonly size: number;
}

/** @param onProgress receives the progress of a file that arrives whole because its server knows no ranges */
export function httpSource(url: string, onProgress?: (progress: LoadProgress) => void): ByteSource {
  let beginning: Promise<Beginning> | undefined;

  const begin = (signal?: AbortSignal): Promise<Beginning> => {
    const asked = (beginning ??= readBeginning(url, onProgress, signal));
    // What failed or was given up may be tried again.
    asked.catch(() => (beginning = undefined));
    return asked;
  };

  return {
    location: url,
    size: async (signal) => (await begin(signal)).size,
    async read(offset, length, signal) {
      throwIfAborted(signal, `Reading ${url}`);
      const { bytes, size } = await begin(signal);
      checkRange(url, offset, length, size);
      if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
      const wanted = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const at = offset + done;
        const part = await readPart(url, at, length - done, size, signal);
        // The whole file, though a part was asked for: it is not fetched again.
        if (part.start === 0 && part.bytes.length >= size) {
          beginning = Promise.resolve({ bytes: part.bytes, size: part.bytes.length });
        }
        const piece = part.bytes.subarray(at - part.start, at - part.start + length - done);
        if (piece.length === length) return piece;
        wanted.set(piece, done);
        done += piece.length;
      }
      return wanted;
    },
    async readAll(options) {
      const response = await fetchFile(url, { signal: options.signal });
      return bodyOf(url, response, options);
    },
  };
}

interface Part {
  readonly start: number;
  readonly bytes: Bytes;
}

/**
 * Asks for bytes from `at` on. A server may send fewer, more, or the whole file: its Content-Range says which, where it can be seen.
 * @returns bytes of which at least the one at `at` is one
 * @throws CHECKPOINT_FORMAT where it sends other bytes than were asked for
 */
async function readPart(
  url: string,
  at: number,
  length: number,
  size: number,
  signal?: AbortSignal,
): Promise<Part> {
  const response = await fetchFile(url, { signal, headers: range(at, length) });
  const isPart = response.status === 206;
  const limit = isPart ? Math.max(length, size) : MAX_WHOLE;
  const bytes = await bodyOf(url, response, { signal, limit });
  if (bytes.length > limit) throw tooLong(url, limit);
  const whole = !isPart || bytes.length === size;
  const start = (isPart ? placeIn(response)?.start : 0) ?? (whole ? 0 : at);
  const isKnown = placeIn(response) !== undefined || whole || bytes.length === length;
  if (!isKnown || start > at || start + bytes.length <= at) {
    throw malformed(url, `the server was asked for ${length} bytes from ${at} on and sent ${bytes.length}`);
  }
  return { start, bytes };
}

const range = (offset: number, length: number) => ({ Range: `bytes=${offset}-${offset + length - 1}` });

async function readBeginning(
  url: string,
  onProgress?: (progress: LoadProgress) => void,
  signal?: AbortSignal,
): Promise<Beginning> {
  const first = await fetchFile(url, { signal, headers: range(0, FIRST), accept: [416] });
  // An empty file has no first byte, and some servers know no range that goes beyond the end.
  const response = first.status === 416 ? await fetchFile(url, { signal }) : first;
  const isPart = response.status === 206;
  const progress = new ProgressCounter(isPart ? undefined : onProgress, contentLength(response));
  const onBytes = (count: number) => progress.add(count);
  const bytes = await bodyOf(url, response, { signal, limit: MAX_WHOLE, onBytes });
  if (bytes.length > MAX_WHOLE) throw tooLong(url, MAX_WHOLE);
  if (!isPart) return { bytes, size: bytes.length };
  const { start = 0, size } = placeIn(response) ?? {};
  if (start > 0)
    throw malformed(url, `the server was asked for its beginning and sent bytes from ${start} on`);
  if (size !== undefined) return { bytes, size: Math.max(size, bytes.length) };
  // Fewer bytes than were asked for are all that there are, and more are sent by servers that heed only where to begin.
  return { bytes, size: bytes.length === FIRST ? await askForSize(url, signal) : bytes.length };
}

/** 'bytes 0-1048575/4056072'. Across origins it is there only where the server exposes it. */
function placeIn(response: Response): { readonly start: number; readonly size?: number } | undefined {
  const [, start, size] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(response.headers.get('Content-Range') ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), size: size === '*' ? undefined : Number(size) };
}

/** The length of content can be seen across origins too. With a range it is that of content that is not compressed. */
async function askForSize(url: string, signal?: AbortSignal): Promise<number> {
  const response = await fetchFile(url, { signal, method: 'HEAD', headers: { Range: 'bytes=0-' } });
  const size = contentLength(response);
  if (size !== undefined && size >= FIRST) return size;
  throw new TimbrelError(
    'CHECKPOINT_UNREACHABLE',
    `${url}: its server does not say how long it is. It needs Access-Control-Expose-Headers: Content-Range`,
  );
}

const tooLong = (url: string, limit: number) =>
  malformed(url, `its server sends more than the ${limit} bytes that it may have`);
