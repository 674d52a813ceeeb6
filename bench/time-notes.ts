/** One note of each network, 4 s of audio, one thread: ours with both kinds of SIMD against the same network on tfjs-backend-wasm. */
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import { createReferenceGenerator } from '../src/ops/gansynth/reference.js';
import { createWasmGenerator, loadGANSynthModule } from '../src/ops/gansynth/wasm.js';
import { DEFAULT, FULL, randomInput, randomWeights } from './networks.js';
import { interleave, rows, type Row } from './statistics.js';

export interface NoteTiming {
  /** Behind the title of every row. */
  readonly where: string;
  readonly rounds: { readonly full: number; readonly default: number };
  /** Folder of tfjs-backend-wasm's files, ending in a slash. */
  readonly tfjsFiles: string;
  /** Reads a file of dist/. */
  readonly fetchBytes: (name: string) => Promise<BufferSource>;
}

export async function timeNotes({ where, rounds, tfjsFiles, fetchBytes }: NoteTiming): Promise<Row[]> {
  setWasmPaths(tfjsFiles);
  await tf.setBackend('wasm');
  const input = randomInput();
  const result: Row[] = [];
  for (const [title, filters, count] of [
    ['full-size note', FULL, rounds.full],
    ['default-size note', DEFAULT, rounds.default],
  ] as const) {
    const weights = randomWeights(filters);
    const module = await loadGANSynthModule(fetchBytes, 'relaxed');
    const relaxed = await createWasmGenerator(module, weights);
    const plain = await createWasmGenerator(await loadGANSynthModule(fetchBytes, 'simd'), weights);
    const reference = createReferenceGenerator(weights);
    const times = await interleave(
      {
        'relaxed SIMD': () => relaxed.audio(input),
        'plain SIMD': () => plain.audio(input),
        // The network by tfjs, the audio by our inverse: it has none.
        'tfjs-backend-wasm': async () => relaxed.spectrogramToAudio(await reference.spectrogram(input)),
      },
      count,
    );
    result.push(...rows(title + where, times, ['tfjs-backend-wasm']));
    if (filters === DEFAULT) {
      const image = await relaxed.spectrogram(input);
      // As the shipped weights are heard.
      const refined = await createWasmGenerator(module, { ...weights, refinement: 2 });
      const inverse = await interleave(
        {
          'relaxed SIMD': () => relaxed.spectrogramToAudio(image),
          'plain SIMD': () => plain.spectrogramToAudio(image),
          'relaxed SIMD, phases refined in 2 rounds': () => refined.spectrogramToAudio(image),
        },
        30,
      );
      refined.dispose();
      result.push(...rows(`spectrogram to audio${where}`, inverse, []));
    }
    for (const generator of [relaxed, plain, reference]) generator.dispose();
  }
  return result;
}
