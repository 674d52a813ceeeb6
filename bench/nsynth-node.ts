/**
 * NSynth in Node, one thread: samples a second of the sample loop, in lockstep too, and the encoder. Weights are drawn by seed: their values
 * cost nothing. Prints its rows as JSON in the last line.
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { PackedPrecision } from '../src/ops/layers/packing.js';
import { randomNetworks, type SmallShape } from '../src/ops/nsynth/random-weights.testing.js';
import { createWasmDecoder } from '../src/ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../src/ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../src/ops/nsynth/wasm-kernels.js';
import { median, type Row } from './statistics.js';

const ROUNDS = 5;
const FULL: SmallShape = { width: 512, skip: 256, layers: 30, stages: 10, taps: 3, size: 16, levels: 256 };
const SMALL: SmallShape = { ...FULL, width: 48, skip: 32, layers: 20 };
const WIDE: SmallShape = { ...FULL, width: 96, skip: 64, layers: 12, stages: 6 };
const ENCODER: SmallShape = { ...FULL, width: 128, skip: 8 };

const module = await loadNSynthModule((name) => readFile(new URL(`../dist/${name}`, import.meta.url)));

/** @param samples of a round @returns a row a number of voices, samples of all voices in a second */
export async function timeDecoder(
  title: string,
  shape: SmallShape,
  { precision, samples }: { precision: PackedPrecision; samples: number },
): Promise<Row[]> {
  const decoder = await createWasmDecoder(module, randomNetworks(shape).decoder, precision);
  return [1, 4, 8].map((voices) => {
    decoder.begin(Array.from({ length: voices }, (_, i) => i));
    decoder.condition(new Float32Array(voices * shape.size), voices);
    decoder.draw(voices, samples, 1);
    const rates = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      decoder.draw(voices, samples, 1);
      return (1000 * voices * samples) / (performance.now() - start);
    });
    return {
      name: `decoding, ${title}, ${precision}, ${voices} voices`,
      value: Math.round(median(rates)),
      unit: 'samples/s',
      note: `${((64000 * voices) / median(rates)).toFixed(1)} s for ${voices} notes of 4 s; min ${Math.round(Math.min(...rates))}, max ${Math.round(Math.max(...rates))}`,
    };
  });
}

export async function timeEncoder(title: string, shape: SmallShape, seconds: number): Promise<Row> {
  const encoder = await createWasmEncoder(module, randomNetworks(shape).encoder);
  const x = Float32Array.from({ length: 16000 * seconds - ((16000 * seconds) % 512) }, (_, i) =>
    Math.sin(i / 9),
  );
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    await encoder.encode(x, 512, () => {});
    times.push((performance.now() - start) / 1000);
  }
  return { name: `encoding ${seconds} s, ${title}`, value: Number(median(times).toFixed(2)), unit: 's' };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = [
    ...(await timeDecoder('full size', FULL, { precision: 'int8', samples: 40 })),
    ...(await timeDecoder('full size', FULL, { precision: 'float32', samples: 20 })),
    ...(await timeDecoder('48/32 x 20', SMALL, { precision: 'float32', samples: 4000 })),
    ...(await timeDecoder('96/64 x 12', WIDE, { precision: 'float32', samples: 4000 })),
    await timeEncoder('full size', ENCODER, 4),
  ];
  console.log(JSON.stringify(rows));
}
