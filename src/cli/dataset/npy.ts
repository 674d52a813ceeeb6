/** NumPy's array files, format 1.0 (numpy/lib/format.py): what PyTorch's side of the training reads. One dimension. */

type Stored = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array;

const DESCRIPTIONS = new Map<unknown, string>([
  [Uint8Array, '|u1'],
  [Uint16Array, '<u2'],
  [Uint32Array, '<u4'],
  [Int32Array, '<i4'],
  [Float32Array, '<f4'],
]);

/** Magic, version, length of the header, then the header as a Python dictionary, filled up to 64 bytes. */
export function npyHeader(array: object, length: number): Uint8Array {
  const description = DESCRIPTIONS.get(array.constructor);
  if (!description) throw new TypeError('Only numbers of 8, 16 and 32 bits are written');
  const dictionary = `{'descr': '${description}', 'fortran_order': False, 'shape': (${length},), }`;
  const padded = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const text = `${dictionary.padEnd(padded - 1)}\n`;
  return Uint8Array.from([0x93, ...ascii('NUMPY'), 1, 0, padded & 255, padded >> 8, ...ascii(text)]);
}

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** Little-endian, as every machine that runs this is. */
export function encodeNpy(array: Stored): Uint8Array {
  const header = npyHeader(array, array.length);
  const bytes = new Uint8Array(header.length + array.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), header.length);
  return bytes;
}
