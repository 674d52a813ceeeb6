/**
 * A file at a URL, read by ranges where its server allows them. The first piece tells: a server that knows no ranges sends the
 * whole file, and a small file is whole in its first piece.
 */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import type { LoadProgress } from './checkpoint-source.js';
import { checkRange, type ByteSource } from './byte-source.js';
import { absent, malformed } from './failures.js';
import { collect, fetchFile, piecesOf, throwUnreachable } from './files.js';

/** What is read at first, bytes. */
const FIRST = 2 ** 20;

/** Of a file that is read whole, bytes. */
const MAX_WHOLE = 2 ** 30;

interface Beginning {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the file. */
  readonly size: number;
}

/** @param onProgress told of files that arrive whole */
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
      const response = await fetchFile(url, { signal, headers: range(offset, length) });
      const body = await bodyOf(url, response, response.status === 206 ? length : MAX_WHOLE, signal);
      if (response.status === 206) {
        if (body.length !== length) {
          throw malformed(url, `the server was asked for ${length} bytes and sent ${body.length}`);
        }
        return body;
      }
      // Ranges no longer: then it is all here.
      beginning = Promise.resolve({ bytes: body, size: body.length });
      checkRange(url, offset, length, body.length);
      return body.subarray(offset, offset + length);
    },
  };
}

const range = (offset: number, length: number) => ({ Range: `bytes=${offset}-${offset + length - 1}` });

async function readBeginning(
  url: string,
  onProgress?: (progress: LoadProgress) => void,
  signal?: AbortSignal,
): Promise<Beginning> {
  const response = await fetchFile(url, { signal, headers: range(0, FIRST), accept: [416] });
  // An empty file has no first byte.
  if (response.status === 416) return { bytes: new Uint8Array(), size: 0 };
  if (response.status !== 206) {
    const total = Number(response.headers.get('Content-Length')) || 0;
    let loaded = 0;
    const bytes = await bodyOf(url, response, MAX_WHOLE, signal, (count) => {
      loaded += count;
      onProgress?.({ stage: 'download', loaded, total });
    });
    return { bytes, size: bytes.length };
  }
  const bytes = await bodyOf(url, response, FIRST, signal);
  if (bytes.length < FIRST) return { bytes, size: bytes.length };
  return { bytes, size: sizeIn(response) ?? (await askForSize(url, signal)) };
}

/** 'bytes 0-1048575/4056072'. Across origins only where the server exposes it. */
function sizeIn(response: Response): number | undefined {
  const [, size] = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
}

/** The length of content is told across origins too. */
async function askForSize(url: string, signal?: AbortSignal): Promise<number> {
  const response = await fetchFile(url, { signal, method: 'HEAD' });
  const size = Number(response.headers.get('Content-Length'));
  if (size >= FIRST) return size;
  throw new TimbrelError(
    'CHECKPOINT_UNREACHABLE',
    `${url}: its server does not say how long it is. It needs Access-Control-Expose-Headers: Content-Range`,
  );
}

async function bodyOf(
  url: string,
  response: Response,
  limit: number,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await collect(response.body ? piecesOf(response.body) : [], { limit, onBytes });
    if (bytes.length <= limit) return bytes;
  } catch (cause) {
    throwIfAborted(signal, `Reading ${url}`);
    throwUnreachable(url, cause);
  }
  throw absent(url, `its server sends more than the ${limit} bytes that were asked for`);
}
