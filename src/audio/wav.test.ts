import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeWav } from './wav.js';

test('a WAV file says its rate, its length, and holds the samples as they are', () => {
  const samples = Float32Array.of(0, 0.25, -1.5, 1e-9);
  const file = encodeWav(samples, 48000);
  const view = new DataView(file);
  const text = (offset: number, length: number) =>
    String.fromCharCode(...new Uint8Array(file, offset, length));
  assert.equal(text(0, 4), 'RIFF');
  assert.equal(text(8, 8), 'WAVEfmt ');
  assert.equal(text(36, 4), 'data');
  assert.equal(view.getUint32(4, true), file.byteLength - 8);
  assert.deepEqual(
    [20, 22, 34].map((at) => view.getUint16(at, true)),
    [3, 1, 32],
  );
  assert.equal(view.getUint32(24, true), 48000);
  assert.equal(view.getUint32(40, true), 16);
  assert.deepEqual(new Float32Array(file.slice(44)), samples);
});
