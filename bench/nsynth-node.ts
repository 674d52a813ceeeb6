/**
 * NSynth in Node, one thread: samples a second of the sample loop, in lockstep too, both encoders, and a voice of the spectral decoder.
 * WaveNets have weights drawn by seed: their values cost nothing. Prints its rows as JSON in the last line.
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type * as Timbrel from '../src/index.js';
import type { PackedPrecision } from '../src/ops/layers/packing.js';
import { randomNetworks, type SmallShape } from '../src/ops/nsynth/random-weights.testing.js';
import { createWasmDecoder } from '../src/ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../src/ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../src/ops/nsynth/wasm-kernels.js';
import { median, type Row } from './statistics.js';

const ROUNDS = 5;
const RATE = 16000;
const NOTE = 4 * RATE;

/** As published. */
const FULL: SmallShape = { width: 512, skip: 256, layers: 30, stages: 10, taps: 3, size: 16, levels: 256 };
/** Small ones: one sample a step, and four. */
const NARROW: SmallShape = { ...FULL, width: 48, skip: 32, layers: 20 };
const STEPS: SmallShape = { ...FULL, width: 96, skip: 64, layers: 12, stages: 6, samplesPerStep: 4 };
const ENCODER: SmallShape = { ...FULL, width: 128, skip: 8 };

const built = (name: string) => new URL(`../dist/${name}`, import.meta.url);
const module = await loadNSynthModule((name) => readFile(built(name)));

interface Timing {
  readonly precision: PackedPrecision;
  /** Samples of a voice in a round. */
  readonly samples: number;
  readonly voices: readonly number[];
  /** Its rate is told against real time, for each of the voices; else in samples of all voices. */
  readonly live?: boolean;
}

const voicesOf = (count: number) => (count === 1 ? '1 voice' : `${count} voices in lockstep`);

/** @returns a row a number of voices */
export async function timeDecoder(title: string, shape: SmallShape, timing: Timing): Promise<Row[]> {
  const { precision, samples, live = false } = timing;
  const decoder = await createWasmDecoder(module, randomNetworks(shape).decoder, precision);
  return timing.voices.map((voices) => {
    decoder.begin(Array.from({ length: voices }, (_, i) => i));
    decoder.condition(new Float32Array(voices * shape.size), voices);
    decoder.draw(voices, samples, 1);
    const rates = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      decoder.draw(voices, samples, 1);
      return (1000 * voices * samples) / (performance.now() - start);
    });
    const rate = median(rates);
    const spread = `min ${Math.round(Math.min(...rates))}, max ${Math.round(Math.max(...rates))} samples/s`;
    const name = `decoding, ${title}, ${precision}, ${voicesOf(voices)}`;
    if (live) {
      const times = rate / (RATE * voices);
      return {
        name,
        value: times.toFixed(2),
        unit: 'x real time',
        note: `${Math.round(rate)} samples/s in all; ${spread}`,
      };
    }
    return {
      ...{ name, value: Math.round(rate), unit: 'samples/s' },
      note: `${(NOTE / rate).toFixed(1)} s a note of 4 s, ${((NOTE * voices) / rate).toFixed(0)} s for ${voices}; ${spread}`,
    };
  });
}

export async function timeEncoder(title: string, shape: SmallShape, seconds: number): Promise<Row> {
  const encoder = await createWasmEncoder(module, randomNetworks(shape).encoder);
  const samples = RATE * seconds - ((RATE * seconds) % 512);
  const x = Float32Array.from({ length: samples }, (_, i) => Math.sin(i / 9));
  const times = await timesOf(3, () => encoder.encode(x, 512, () => {}));
  return { name: `encoding ${seconds} s, ${title}`, ...inSeconds(times) };
}

/** The decoder and the encoder that the package ships, in its worker. */
export async function timeSpectral(): Promise<Row[]> {
  const { NSynth } = (await import(built('index.js').href)) as typeof Timbrel;
  const model = await NSynth.load();
  const sound = Float32Array.from({ length: NOTE }, (_, i) => 0.3 * Math.sin((2 * Math.PI * 262 * i) / RATE));
  const embedding = await model.encode(sound);
  const decoding = await timesOf(ROUNDS, () => model.decode(embedding));
  const encoding = await timesOf(ROUNDS, () => model.encode(sound));
  model.dispose();
  const seconds = (embedding.length / 16) * (512 / RATE);
  return [
    {
      name: 'decoding, spectral, as shipped, 1 voice',
      value: (seconds / median(decoding)).toFixed(1),
      unit: 'x real time',
      note: `${(1000 * median(decoding)).toFixed(0)} ms a note of 4 s; min ${(1000 * Math.min(...decoding)).toFixed(0)}, max ${(1000 * Math.max(...decoding)).toFixed(0)}`,
    },
    { name: 'encoding 4 s, spectral, as shipped', ...inSeconds(encoding) },
  ];
}

async function timesOf(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return times;
}

const inSeconds = (times: readonly number[]) => ({
  value: Number(median(times).toFixed(3)),
  unit: 's',
  note: `min ${Math.min(...times).toFixed(3)}, max ${Math.max(...times).toFixed(3)}`,
});

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const both = [1, 4];
  const rows = [
    ...(await timeDecoder('full size', FULL, { precision: 'int8', samples: 40, voices: both })),
    ...(await timeDecoder('full size', FULL, { precision: 'float32', samples: 20, voices: both })),
  ];
  for (const precision of ['float32', 'int8'] as const) {
    const live = { precision, samples: 4000, voices: both, live: true };
    rows.push(...(await timeDecoder('96/64 x 12, 4 samples a step', STEPS, live)));
    rows.push(...(await timeDecoder('48/32 x 20', NARROW, live)));
  }
  rows.push(await timeEncoder('full size', ENCODER, 4), ...(await timeSpectral()));
  console.log(JSON.stringify(rows));
}
