/** The two checksums of checkpoint files: CRC-32C of TensorFlow's tables and tensors, CRC-32 of gzip and zip. */

/** Reflected polynomials. */
const CASTAGNOLI = 0x82f63b78;
const IEEE = 0xedb88320;

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

function checksum(table: Uint32Array, bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

const castagnoli = tableOf(CASTAGNOLI);
const ieee = tableOf(IEEE);

/** @param before of the bytes that came before, to go on */
export const crc32c = (bytes: Uint8Array, before = 0) => checksum(castagnoli, bytes, before);

/** @param before of the bytes that came before, to go on */
export const crc32 = (bytes: Uint8Array, before = 0) => checksum(ieee, bytes, before);

/** The checksum as it is stored, so that a checksum over bytes that hold checksums stays a good one (tensorflow/core/lib/hash/crc32c.h). */
export const masked = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
