import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNpy } from './npy.js';

test('an array is written as NumPy writes it', () => {
  // numpy.save of numpy.array([1, 2, 513], "<u2"), NumPy 1.24.
  const header = "{'descr': '<u2', 'fortran_order': False, 'shape': (3,), }";
  const expected = Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0, 118, 0]),
    Buffer.from(`${header.padEnd(117)}\n`),
    Buffer.from([1, 0, 2, 0, 1, 2]),
  ]);
  assert.deepEqual(Buffer.from(encodeNpy(Uint16Array.of(1, 2, 513))), expected);
});

test('numbers begin at a multiple of 64 bytes, whatever the header says', () => {
  for (const length of [0, 1, 10, 1000]) {
    const bytes = encodeNpy(new Float32Array(length));
    assert.equal((bytes.length - 4 * length) % 64, 0);
  }
});
