import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { gaussianVector } from '../../random/random.js';
import { naiveSpectrogram, randomWeights } from './naive.testing.js';
import { createWasmGenerator, loadGANSynthModule, type SIMDKind } from './wasm.js';

setFlagsFromString('--experimental-wasm-relaxed-simd');

const dist = new URL('../../../dist/', import.meta.url);
const readKernels = async (name: string) => readFileSync(new URL(name, dist));
const create = async (filters: readonly number[], kind: SIMDKind) =>
  createWasmGenerator(await loadGANSynthModule(readKernels, kind), randomWeights(filters));

const input = new Float32Array(317);
input.set(gaussianVector('input', 256));
input[256 + 36] = 1;

/**
 * Widths that are no multiple of 8 are padded with zeros, and pixel norm divides by the true count. (Several layers of 4
 * channels would not do: now and then all four are near zero, and pixel norm magnifies the rounding.)
 */
const NETWORKS: readonly (readonly number[])[] = [
  [8, 8, 8, 8, 8, 8, 8],
  [12, 20, 48, 12, 20, 12, 4],
  [48, 20, 12, 12, 8, 4, 12],
  [20, 48, 16, 20, 12, 12, 12],
];

for (const filters of NETWORKS) {
  const expected = naiveSpectrogram(randomWeights(filters), input);
  for (const kind of ['relaxed', 'simd'] as const) {
    test(`${kind} kernels compute a network of widths ${filters} as the obvious one does`, async () => {
      const image = await (await create(filters, kind)).spectrogram(input);
      assert.equal(image.length, expected.length);
      let largest = 0;
      let sum = 0;
      image.forEach((value, i) => {
        const error = Math.abs(value - expected[i]);
        largest = Math.max(largest, error);
        sum += error;
      });
      assert.ok(largest <= 1e-3, `largest error ${largest}`);
      assert.ok(sum / image.length <= 1e-5, `mean error ${sum / image.length}`);
    });
  }
}

describe('a generator', () => {
  const narrow = [8, 8, 8, 8, 8, 8, 8];

  test('gives the same note twice, and keeps no state between different ones', async () => {
    const generator = await create(narrow, 'simd');
    const first = await generator.audio(input);
    await generator.audio(gaussianVector('other', 317));
    assert.deepEqual(await generator.audio(input), first);
  });

  test('lets others in between its blocks, and stops when they throw', async () => {
    const generator = await create(narrow, 'simd');
    let pauses = 0;
    await generator.spectrogram(input, () => void pauses++);
    assert.equal(pauses, 6);
    const stop = new Error('stop');
    await assert.rejects(
      generator.spectrogram(input, () => {
        throw stop;
      }),
      stop,
    );
    assert.ok((await generator.spectrogram(input)).every(Number.isFinite), 'usable after it was stopped');
  });

  test('inverts the image it made: audio is spectrogramToAudio of spectrogram', async () => {
    const generator = await create(narrow, 'simd');
    assert.deepEqual(
      await generator.spectrogramToAudio(await generator.spectrogram(input)),
      await generator.audio(input),
    );
  });

  test('says that it was disposed', async () => {
    const generator = await create(narrow, 'simd');
    generator.dispose();
    await assert.rejects(generator.spectrogram(input), { code: 'DISPOSED' });
  });

  test('says how much memory it holds', async () => {
    assert.ok((await create(narrow, 'simd')).bytes < 20e6);
  });
});

test('bytes that are no WebAssembly are WASM_UNAVAILABLE', async () => {
  await assert.rejects(
    loadGANSynthModule(async () => Uint8Array.from(Buffer.from('<!doctype html>'))),
    { code: 'WASM_UNAVAILABLE' },
  );
});
