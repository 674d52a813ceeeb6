/** NumPy's array files, format 1.0 (numpy/lib/format.py): what PyTorch's side of the training reads and writes. */
import { open, type FileHandle } from 'node:fs/promises';
import { halfToFloat } from '../../checkpoints/tensor.js';
import { TimbrelError } from '../../errors/timbrel-error.js';

type Stored = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array;

const DESCRIPTIONS = new Map<unknown, string>([
  [Uint8Array, '|u1'],
  [Uint16Array, '<u2'],
  [Uint32Array, '<u4'],
  [Int32Array, '<i4'],
  [Float32Array, '<f4'],
]);

/** Magic, version, length of the header, then the header as a Python dictionary, filled up to 64 bytes. */
export function npyHeader(array: object, shape: readonly number[]): Uint8Array {
  const description = DESCRIPTIONS.get(array.constructor);
  if (!description) throw new TypeError('Only numbers of 8, 16 and 32 bits are written');
  const dictionary = `{'descr': '${description}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const text = `${dictionary.padEnd(padded - 1)}\n`;
  return Uint8Array.from([0x93, ...ascii('NUMPY'), 1, 0, padded & 255, padded >> 8, ...ascii(text)]);
}

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** Little-endian, as every machine that runs this is. @param shape default: one dimension */
export function encodeNpy(array: Stored, shape: readonly number[] = [array.length]): Uint8Array {
  const header = npyHeader(array, shape);
  const bytes = new Uint8Array(header.length + array.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), header.length);
  return bytes;
}

/** Writes an array of one dimension part by part: it may be larger than memory. */
export class NpyWriter {
  private length = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly none: Stored,
  ) {}

  /** @param none an empty array of the type that the parts have */
  static async create(file: string, none: Stored): Promise<NpyWriter> {
    const handle = await open(file, 'w');
    // The header says how many there are: it is written again in the end, and takes as many bytes then.
    await handle.writeFile(npyHeader(none, [0]));
    return new NpyWriter(handle, none);
  }

  async append(part: Stored): Promise<void> {
    this.length += part.length;
    if (part.length > 0)
      await this.handle.writeFile(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }

  async close(): Promise<void> {
    const header = npyHeader(this.none, [this.length]);
    await this.handle.write(header, 0, header.length, 0);
    await this.handle.close();
  }

  /** Closes a file that is not to be kept. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }
}

/** Reads an array of one dimension part by part. */
export class NpyReader {
  private constructor(
    private readonly handle: FileHandle,
    private readonly header: number,
    /** Numbers in the file. */
    readonly length: number,
  ) {}

  static async open(file: string): Promise<NpyReader> {
    const handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    return new NpyReader(
      handle,
      10 + buffer[8] + 256 * buffer[9],
      Number(/'shape': \((\d+)/.exec(text)?.[1]),
    );
  }

  /** @param into an array of the type of the file, which is filled @param from index of its first number */
  async read<A extends Stored>(into: A, from: number): Promise<A> {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let done = 0; done < bytes.length;) {
      const at = this.header + from * into.BYTES_PER_ELEMENT + done;
      const { bytesRead } = await this.handle.read(bytes, done, bytes.length - done, at);
      if (bytesRead === 0)
        throw new TimbrelError('FILE_FAILED', 'An array of NumPy ends before its numbers do');
      done += bytesRead;
    }
    return into;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major, whatever the numbers were stored as. */
  readonly data: Float32Array;
}

/**
 * Whole numbers up to 2^24 and floats of 16, 32 or 64 bits, of either byte order, rows or columns (Fortran's order) first.
 * @param name of the file, for messages
 * @throws FILE_FAILED
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const invalid = (what: string) =>
    new TimbrelError('FILE_FAILED', `${name} is no array of NumPy that can be read: ${what}`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 65546));
  if (!text.startsWith('\x93NUMPY')) throw invalid('it begins otherwise');
  const size = 10 + bytes[8] + 256 * bytes[9];
  const header = text.slice(10, size);
  const [, type] = /'descr': '([^']+)'/.exec(header) ?? [];
  const [, list] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  const [, order] = /'fortran_order': (True|False)/.exec(header) ?? [];
  const stored = READERS[type?.slice(1) ?? ''];
  if (!stored || list === undefined || order === undefined) throw invalid(`its header is ${header.trim()}`);
  const shape = list.split(',').filter(Boolean).map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== size + count * stored.size)
    throw invalid(`${bytes.length - size} bytes do not hold ${shape.join(' x ')} numbers`);
  // A copy of its own: what Node reads lies anywhere in a larger buffer.
  const copy = Uint8Array.from(bytes.subarray(size));
  if (type?.startsWith('>'))
    for (let at = 0; at < copy.length; at += stored.size) copy.subarray(at, at + stored.size).reverse();
  const data = stored.read(copy.buffer);
  return { shape, data: order === 'True' ? rowsFirst(data, shape) : data };
}

/** Numbers whose first index runs fastest, with the last running fastest. */
function rowsFirst(data: Float32Array, shape: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  return data.map((_, at) => {
    let [rest, from] = [at, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return data[from];
  });
}

/** By the kind and the bytes of a number. */
const READERS: Readonly<
  Record<string, { size: number; read: (buffer: ArrayBuffer) => Float32Array } | undefined>
> = {
  u1: { size: 1, read: (buffer) => Float32Array.from(new Uint8Array(buffer)) },
  u2: { size: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer)) },
  i4: { size: 4, read: (buffer) => Float32Array.from(new Int32Array(buffer)) },
  i8: { size: 8, read: (buffer) => Float32Array.from(new BigInt64Array(buffer), Number) },
  f2: { size: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToFloat) },
  f8: { size: 8, read: (buffer) => Float32Array.from(new Float64Array(buffer)) },
  f4: { size: 4, read: (buffer) => new Float32Array(buffer) },
};
