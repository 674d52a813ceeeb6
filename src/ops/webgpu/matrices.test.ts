import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spreadMatrix, stored } from './matrices.js';

/** The number that a float16 stands for, by its definition (IEEE 754-2019, 3.4). */
function valueOf(half: number): number {
  const exponent = (half >> 10) & 31;
  const digits = half & 1023;
  const size = exponent === 0 ? digits * 2 ** -24 : (1024 + digits) * 2 ** (exponent - 25);
  return half & 0x8000 ? -size : size;
}

test('every float16 is stored as it is', () => {
  const all = Array.from({ length: 0x10000 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
  const packed = stored(Float32Array.from(all, valueOf), 'float16');
  all.forEach((half, i) => assert.equal((packed[i >> 1] >>> (16 * (i & 1))) & 0xffff, half));
});

test('a number between two of them becomes the nearer, and in the middle the even one', () => {
  const cases: readonly (readonly [number, number])[] = [
    [1 + 0.4 / 1024, 1],
    [1 + 0.6 / 1024, 1 + 1 / 1024],
    [1 + 0.5 / 1024, 1],
    [1 + 1.5 / 1024, 1 + 2 / 1024],
    [2 - 0.1 / 1024, 2],
    [-0.75 * 2 ** -24, -(2 ** -24)],
    [0.25 * 2 ** -24, 0],
    [1e6, 65504],
  ];
  const packed = stored(Float32Array.from(cases.flat()), 'float16');
  cases.forEach(([, nearest], i) => assert.equal(valueOf(packed[i] & 0xffff), nearest));
});

test('blocks are padded with zeros to fours', () => {
  const to = new Float32Array(8 * 8);
  const data = Float32Array.from({ length: 3 * 3 }, (_, i) => i + 1);
  spreadMatrix({ rows: 3, columns: 3, data }, { rows: [2, 1], columns: [1, 2] }, to);
  const row = (i: number) => [...to.subarray(8 * i, 8 * i + 8)];
  assert.deepEqual(row(0), [1, 0, 0, 0, 2, 3, 0, 0]);
  assert.deepEqual(row(1), [4, 0, 0, 0, 5, 6, 0, 0]);
  assert.deepEqual(row(4), [7, 0, 0, 0, 8, 9, 0, 0]);
  assert.deepEqual([row(2), row(3)].flat(), new Array(16).fill(0));
});
