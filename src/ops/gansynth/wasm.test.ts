import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gaussianVector } from '../../random/random.js';
import { BUILDS, compileKernels, readKernels } from './built-kernels.testing.js';
import { naiveSpectrogram, randomWeights } from './naive.testing.js';
import { createWasmGenerator, loadGANSynthModule, type SIMDKind } from './wasm.js';

const create = async (filters: readonly number[], kind: SIMDKind) =>
  createWasmGenerator(await compileKernels(kind), randomWeights(filters));

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
  for (const kind of BUILDS) {
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

  test('renders notes that are asked for at once one after the other', async () => {
    const generator = await create(narrow, 'simd');
    const other = gaussianVector('other', 317);
    const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
    const [alone, otherAlone] = [await generator.spectrogram(input), await generator.spectrogram(other)];
    const together = [generator.spectrogram(input, pause), generator.spectrogram(other, pause)];
    assert.deepEqual(await Promise.all(together), [alone, otherAlone]);
  });

  test('refuses an input or an image of another length', async () => {
    const generator = await create(narrow, 'simd');
    await assert.rejects(generator.audio(new Float32Array(318)), { code: 'LATENT_INVALID' });
    await assert.rejects(generator.spectrogramToAudio(new Float32Array(1024)), { code: 'SPECTROGRAM_SHAPE' });
    assert.ok((await generator.spectrogram(input)).every(Number.isFinite), 'usable after it refused');
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

test('relaxed SIMD is chosen where the engine has it', async () => {
  const names: string[] = [];
  const fetchBytes = (name: string) => {
    names.push(name);
    return readKernels(name);
  };
  await loadGANSynthModule(fetchBytes);
  await loadGANSynthModule(fetchBytes, 'simd');
  assert.deepEqual(names, ['gansynth.relaxed.wasm', 'gansynth.simd.wasm']);
});

test('bytes that are no WebAssembly are WASM_UNAVAILABLE', async () => {
  await assert.rejects(
    loadGANSynthModule(async () => Uint8Array.from(Buffer.from('<!doctype html>'))),
    { code: 'WASM_UNAVAILABLE' },
  );
});
