/** One note, one thread, Node: prints its rows as JSON in the last line. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import { createReferenceGenerator } from '../src/ops/gansynth/reference.js';
import { createWasmGenerator, loadGANSynthModule } from '../src/ops/gansynth/wasm.js';
import { DEFAULT, FULL, randomInput, randomWeights } from './networks.js';
import { interleave, rows, type Row } from './statistics.js';

const dist = new URL('../dist/', import.meta.url);
const fetchBytes = (name: string) => readFile(new URL(name, dist));

const backend = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(`${path.dirname(backend)}/`);
await tf.setBackend('wasm');

const input = randomInput();
const result: Row[] = [];
for (const [title, filters, rounds] of [
  ['full-size note, Node', FULL, 7],
  ['default-size note, Node', DEFAULT, 15],
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
}
console.log(JSON.stringify(result));
process.exit(0);
