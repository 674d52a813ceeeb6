/** One note, one thread, Chromium: ours with both kinds of SIMD against the same network on tfjs-backend-wasm. */
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import { createReferenceGenerator } from '../../src/ops/gansynth/reference.js';
import { createWasmGenerator, loadGANSynthModule } from '../../src/ops/gansynth/wasm.js';
import { DEFAULT, FULL, randomInput, randomWeights } from '../networks.js';
import { interleave, rows, type Row } from '../statistics.js';

const fetchBytes = async (name: string) => (await fetch(`/dist/${name}`)).arrayBuffer();

async function benchmark(): Promise<Row[]> {
  setWasmPaths('/tfjs-wasm/');
  await tf.setBackend('wasm');
  const input = randomInput();
  const result: Row[] = [];
  for (const [title, filters, rounds] of [
    ['full-size note', FULL, 9],
    ['default-size note', DEFAULT, 15],
  ] as const) {
    const weights = randomWeights(filters);
    const relaxed = await createWasmGenerator(await loadGANSynthModule(fetchBytes, 'relaxed'), weights);
    const plain = await createWasmGenerator(await loadGANSynthModule(fetchBytes, 'simd'), weights);
    const reference = createReferenceGenerator(weights);
    const times = await interleave(
      {
        'relaxed SIMD': () => relaxed.spectrogram(input),
        'plain SIMD': () => plain.spectrogram(input),
        'tfjs-backend-wasm': () => reference.spectrogram(input),
      },
      rounds,
    );
    result.push(...rows(title, times, ['tfjs-backend-wasm']));
    if (filters === FULL) {
      const image = await relaxed.spectrogram(input);
      const inverse = await interleave(
        {
          'relaxed SIMD': () => relaxed.spectrogramToAudio(image),
          'plain SIMD': () => plain.spectrogramToAudio(image),
        },
        30,
      );
      result.push(...rows('spectrogram to audio', inverse, []));
    }
    for (const generator of [relaxed, plain, reference]) generator.dispose();
  }
  return result;
}

Object.assign(globalThis, { benchmark });
