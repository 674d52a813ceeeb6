import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { decodeNpy, encodeNpy, NpyWriter } from './npy.js';

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

test('what is written is read, of every type and shape, from any place in memory', () => {
  const values = [0, 1, 250, 3, 4, 5];
  for (const array of [Uint8Array.from(values), Uint16Array.from(values), Float32Array.from(values)]) {
    const bytes = Buffer.concat([Buffer.alloc(3), encodeNpy(array, [2, 3])]).subarray(3);
    assert.deepEqual(decodeNpy(bytes, 'x'), { shape: [2, 3], data: Float32Array.from(values) });
  }
});

test('columns first, and the larger byte first, are what they are in NumPy', () => {
  const file = (type: string, order: string, shape: string, numbers: Uint8Array) =>
    Buffer.concat([
      Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
      Buffer.from(
        `${`{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }`.padEnd(117)}\n`,
      ),
      numbers,
    ]);
  // numpy.arange(24).reshape(2, 3, 4), as Fortran lays it out.
  const whole = Float32Array.from({ length: 24 }, (_, i) => i);
  const laidOut = Uint8Array.from({ length: 24 }, (_, i) => {
    const [a, b, c] = [i % 2, Math.floor(i / 2) % 3, Math.floor(i / 6)];
    return 12 * a + 4 * b + c;
  });
  assert.deepEqual(decodeNpy(file('|u1', 'True', '2, 3, 4', laidOut), 'x'), {
    shape: [2, 3, 4],
    data: whole,
  });
  const swapped = new Uint8Array(8);
  new DataView(swapped.buffer).setFloat32(0, 0.5);
  new DataView(swapped.buffer).setFloat32(4, -3);
  assert.deepEqual(decodeNpy(file('>f4', 'False', '2,', swapped), 'x').data, Float32Array.of(0.5, -3));
});

test('what is no array, or cut off, is refused', () => {
  const bytes = encodeNpy(Float32Array.of(1, 2, 3));
  for (const damaged of [bytes.slice(0, -1), bytes.slice(1), new Uint8Array(4)])
    assert.throws(() => decodeNpy(damaged, 'x.npy'), { code: 'FILE_FAILED', message: /x\.npy/ });
});

test('an array that is written in parts is the same as the whole', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'timbrel-npy-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'x.npy');
  for (const parts of [[], [0], [3, 0, 5], [1, 12_345, 100_000]]) {
    const total = parts.reduce((a, b) => a + b, 0);
    const whole = Float32Array.from({ length: total }, (_, i) => i / 3);
    const writer = await NpyWriter.create(file, new Float32Array(0));
    let at = 0;
    for (const length of parts) await writer.append(whole.subarray(at, (at += length)));
    await writer.close();
    assert.ok((await readFile(file)).equals(encodeNpy(whole)), `${parts.join(' + ')} numbers`);
  }
});
